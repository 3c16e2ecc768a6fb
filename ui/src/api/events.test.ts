import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventsOf, EventSplitter, StreamCutError } from './events.ts';

describe('an event stream', () => {
  it('is split the same whatever the pieces', () => {
    const text = 'data: {"a":1}\n\ndata: {"b":"ü"}\r\n\r\n: kept alive\n\ndata: [DONE]\n\n';
    for (let size = 1; size <= text.length; size++) {
      const splitter = new EventSplitter();
      const data: string[] = [];
      for (let at = 0; at < text.length; at += size) data.push(...splitter.push(text.slice(at, at + size)));
      assert.deepEqual(data, ['{"a":1}', '{"b":"ü"}', '[DONE]'], `pieces of ${size}`);
    }
  });

  it('ends at [DONE]', async () => {
    const events = [];
    const body = 'data: {"type":"token","index":0,"text":"x"}\n\ndata: [DONE]\n\n';
    for await (const event of eventsOf(new Response(body))) events.push(event);
    assert.deepEqual(events, [{ type: 'token', index: 0, text: 'x' }]);
  });

  it('that ends before [DONE] was cut', async () => {
    const read = async () => {
      for await (const _ of eventsOf(new Response('data: {"type":"token","index":0,"text":"x"}\n\n')));
    };
    await assert.rejects(read, StreamCutError);
  });
});
