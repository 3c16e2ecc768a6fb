import assert from 'node:assert/strict';
import { afterEach, describe, it, mock } from 'node:test';
import { answerOf, getJson, RequestError } from './http.ts';

describe('an answer of JSON', () => {
  afterEach(() => mock.restoreAll());

  const answers = (body: BodyInit, status = 200) =>
    mock.method(globalThis, 'fetch', async () =>
      Promise.resolve(new Response(body, { status, headers: { 'Content-Type': 'application/json' } })),
    );

  it('is what the server sent', async () => {
    answers('{"a":1}');
    assert.deepEqual(await answerOf(() => getJson('/x')), { a: 1 });
  });

  for (const status of [200, 409]) {
    it(`that breaks off, of status ${status}, is one to ask for again`, async () => {
      answers('{"detail":"half', status);
      const answer = await answerOf(() => getJson('/x'));
      assert.ok(answer instanceof RequestError);
      assert.equal(answer.code, 'unreadable');
      assert.ok(answer.passing);
    });
  }

  it('that was given up stays so', async () => {
    const aborted = new DOMException('given up', 'AbortError');
    answers(new ReadableStream({ start: (stream) => stream.error(aborted) }));
    await assert.rejects(getJson('/x'), { name: 'AbortError' });
  });
});
