import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Vote } from '../api/feedback.ts';
import { RequestError } from '../api/http.ts';
import { type Entry, Outbox, type Post } from './outbox.ts';

const UP: Vote = { kind: 'rating', turn: 't0', value: 'up' };
const EDIT: Vote = { kind: 'edit', turn: 't0', text: 'better' };

class MemoryStorage {
  private readonly items = new Map<string, string>();
  getItem = (name: string) => this.items.get(name) ?? null;
  setItem = (name: string, value: string) => void this.items.set(name, value);
}

/** A server that keeps one vote per key and can be told to fail. */
class FakeServer {
  readonly kept = new Map<string, string>();
  readonly bodies: unknown[] = [];
  failure: RequestError | null = null;
  /** The vote is kept, its acknowledgement is lost. */
  loseAnswers = false;

  readonly post: Post = async (body, key) => {
    if (this.failure !== null) throw this.failure;
    if (!this.kept.has(key)) {
      this.kept.set(key, `f${this.kept.size}`);
      this.bodies.push(body);
    }
    if (this.loseAnswers) throw new RequestError('Cut', 0, 'unreachable', null);
    return this.kept.get(key)!;
  };
}

const busy = new RequestError('Busy', 429, 'busy', 3);
const refused = new RequestError('No such turn', 404, 'unknown_turn', null);

function open(server: FakeServer, storage = new MemoryStorage()) {
  const sent: [Entry, string][] = [];
  const outbox = new Outbox(storage, 'box', server.post, (entry, id) => sent.push([entry, id]));
  return { outbox, sent, storage };
}

describe('the outbox', () => {
  it('is empty once the server has the vote', async () => {
    const server = new FakeServer();
    const { outbox, sent } = open(server);
    outbox.add('c', UP);
    await outbox.send();
    assert.deepEqual(outbox.snapshot(), { entries: [], trouble: null });
    assert.deepEqual(server.bodies, [UP]);
    assert.equal(sent[0]?.[1], 'f0');
  });

  it('keeps a vote that cannot be sent over a reload and sends it once', async () => {
    const server = new FakeServer();
    server.failure = busy;
    const first = open(server);
    first.outbox.add('c', UP);
    await first.outbox.send();
    assert.equal(first.outbox.snapshot().trouble, 'Busy');

    server.failure = null;
    const second = open(server, first.storage);
    assert.equal(second.outbox.snapshot().entries.length, 1);
    await second.outbox.send();
    assert.equal(server.kept.size, 1);
    assert.deepEqual(second.outbox.snapshot().entries, []);
  });

  it('counts a vote once when the acknowledgement was lost', async () => {
    const server = new FakeServer();
    server.loseAnswers = true;
    const { outbox } = open(server);
    outbox.add('c', UP);
    await outbox.send();
    server.loseAnswers = false;
    await outbox.send();
    assert.equal(server.kept.size, 1);
    assert.deepEqual(outbox.snapshot(), { entries: [], trouble: null });
  });

  it('keeps a refused vote with the reason and goes on with the next', async () => {
    const server = new FakeServer();
    const { outbox } = open({ ...server, post: (body, key) => refuse(body, key) } as FakeServer);
    async function refuse(body: unknown, key: string): Promise<string> {
      if ((body as Vote).kind === 'rating') throw refused;
      return server.post(body as Vote, key);
    }
    outbox.add('c', UP);
    outbox.add('c', EDIT);
    await outbox.send();
    assert.deepEqual(
      outbox.snapshot().entries.map(({ refusal }) => refusal),
      ['No such turn'],
    );
    assert.deepEqual(server.bodies, [EDIT]);
    outbox.discard(outbox.snapshot().entries[0]!.key);
    assert.deepEqual(outbox.snapshot().entries, []);
  });

  it('withdraws a vote that was not sent yet by the id it gets', async () => {
    const server = new FakeServer();
    server.failure = busy;
    const { outbox } = open(server);
    outbox.add('c', UP);
    await outbox.send();
    outbox.add('c', { kind: 'withdrawal', of: { entry: outbox.snapshot().entries[0]!.key } });
    await outbox.send();
    assert.equal(server.kept.size, 0);

    server.failure = null;
    await outbox.send();
    assert.deepEqual(server.bodies, [UP, { kind: 'withdrawal', feedback: 'f0' }]);
    assert.deepEqual(outbox.snapshot().entries, []);
  });

  it('sends one after the other in the order cast', async () => {
    const server = new FakeServer();
    const { outbox } = open(server);
    outbox.add('c', UP);
    outbox.add('c', EDIT);
    await outbox.send();
    assert.deepEqual(server.bodies, [UP, EDIT]);
  });
});
