import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RequestError } from '../api/http.ts';
import { Rereading } from './rereading.ts';

const away = new RequestError('The server cannot be reached.', 0, 'unreachable', null);

/** A server that answers when it is told to, and a clock that goes on when it is told to. */
class SlowServer {
  asked = 0;
  now = 0;
  readonly shown: unknown[] = [];
  readonly reading = new Rereading(
    () => this.ask(),
    (answer) => this.shown.push(answer),
    () => this.now,
  );
  private settled: (answer: string | Promise<never>) => void = () => {};

  private ask(): Promise<string> {
    this.asked++;
    return new Promise((resolve) => {
      this.settled = resolve;
    });
  }

  /** A read from its beginning to its end. */
  async read(point: string, tookMs: number, answer: string | Error): Promise<void> {
    const read = this.reading.reached(point);
    this.now += tookMs;
    this.settle(answer);
    await read;
  }

  settle(answer: string | Error): void {
    this.settled(answer instanceof Error ? Promise.reject(answer) : answer);
  }
}

describe('a curve that is read again', () => {
  it('has one read under way, is shown late, and is then read once more', async () => {
    const server = new SlowServer();
    const first = server.reading.reached('step 1');
    await server.reading.reached('step 2');
    await server.reading.reached('step 3');
    assert.equal(server.asked, 1);
    server.settle('one step');
    await first;
    assert.deepEqual(server.shown, ['one step']);

    await server.read('step 3', 0, 'three steps');
    await server.reading.reached('step 3');
    assert.equal(server.asked, 2);
    assert.deepEqual(server.shown, ['one step', 'three steps']);
  });

  it('is left alone for ten times as long as it took, then read to its last step', async () => {
    const server = new SlowServer();
    await server.read('step 1', 300, 'one step');
    server.now += 2999;
    await server.reading.reached('the end');
    assert.equal(server.asked, 1);
    server.now += 1;
    await server.read('the end', 300, 'all steps');
    assert.deepEqual(server.shown, ['one step', 'all steps']);
  });

  it('is read again where that failed, though nothing has moved on', async () => {
    const server = new SlowServer();
    await server.read('the end', 0, away);
    await server.read('the end', 0, 'all steps');
    assert.deepEqual(server.shown, [away, 'all steps']);
  });

  it('is read again where an answer broke off', async () => {
    const server = new SlowServer();
    await assert.rejects(server.read('the end', 0, new TypeError('cut')), /cut/);
    await server.read('the end', 0, 'all steps');
    assert.deepEqual(server.shown, ['all steps']);
  });

  it('is not shown once nobody looks', async () => {
    const server = new SlowServer();
    const read = server.reading.reached('step 1');
    server.reading.stop();
    server.settle('one step');
    await read;
    assert.deepEqual(server.shown, []);
  });
});
