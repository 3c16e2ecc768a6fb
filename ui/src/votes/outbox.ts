import { type Vote, type Withdrawal } from '../api/feedback.ts';
import { RequestError } from '../api/http.ts';

/** A withdrawal of a vote that the server has, or of one that is still in the outbox. */
export type Target = { feedback: string } | { entry: string };

/** What one action of the user left to be sent. */
export interface Entry {
  /** The Idempotency-Key: the same at every try. */
  key: string;
  conversation: string;
  castAt: string;
  body: Vote | { kind: 'withdrawal'; of: Target };
  /** Why the server did not take it; null while it may still. */
  refusal: string | null;
}

/** The entries after the server took one: those that withdraw it now know its id. */
export function acknowledged(entries: Entry[], key: string, id: string): Entry[] {
  return entries
    .filter((entry) => entry.key !== key)
    .map((entry) => (withdraws(entry, key) ? { ...entry, body: { kind: 'withdrawal', of: { feedback: id } } } : entry));
}

/** The entries after one was given up, and with it what would have withdrawn it. */
export function discarded(entries: Entry[], key: string): Entry[] {
  return entries.filter((entry) => entry.key !== key && !withdraws(entry, key));
}

function withdraws(entry: Entry, key: string): boolean {
  return entry.body.kind === 'withdrawal' && 'entry' in entry.body.of && entry.body.of.entry === key;
}

export type Post = (body: Vote | Withdrawal, key: string) => Promise<string>;

export interface OutboxState {
  entries: Entry[];
  /** Why the last try got nowhere; null while all is well. */
  trouble: string | null;
}

/**
 * Votes on their way to the server, in the order cast. The browser's storage holds them from the
 * click until the acknowledgement, so that neither a reload nor a lost connection loses one. Two
 * tabs may send the same entry: its key makes that one vote.
 */
export class Outbox {
  private state: OutboxState;
  private readonly listeners = new Set<() => void>();
  private sending: Promise<void> | null = null;

  constructor(
    private readonly storage: Pick<Storage, 'getItem' | 'setItem'>,
    private readonly name: string,
    private readonly post: Post,
    private readonly onSent: (entry: Entry, id: string) => void,
  ) {
    this.state = { entries: this.read(), trouble: null };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): OutboxState => this.state;

  add(conversation: string, body: Entry['body']): void {
    const entry = { key: crypto.randomUUID(), conversation, castAt: new Date().toISOString(), body, refusal: null };
    this.write([...this.read(), entry]);
    void this.send();
  }

  /** Gives a refused entry another try. */
  retry(key: string): void {
    this.write(this.read().map((entry) => (entry.key === key ? { ...entry, refusal: null } : entry)));
    void this.send();
  }

  discard(key: string): void {
    this.write(discarded(this.read(), key));
  }

  /** Sends what is there, one after the other; stops at trouble that may pass. */
  send(): Promise<void> {
    this.sending ??= this.sendAll().finally(() => {
      this.sending = null;
    });
    return this.sending;
  }

  /** Takes over what another tab changed. */
  refresh(): void {
    this.set({ ...this.state, entries: this.read() });
  }

  private async sendAll(): Promise<void> {
    for (let next = this.next(); next !== undefined; next = this.next()) {
      try {
        const id = await this.post(wire(next.body), next.key);
        this.onSent(next, id);
        this.write(acknowledged(this.read(), next.key, id));
        this.set({ ...this.state, trouble: null });
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
        if (error.passing || error.status === 401) {
          this.set({ ...this.state, trouble: error.message });
          return;
        }
        this.refuse(next.key, error.message);
      }
    }
  }

  private refuse(key: string, refusal: string): void {
    this.write(this.read().map((entry) => (entry.key === key ? { ...entry, refusal } : entry)));
  }

  /** The oldest entry that can be sent: not refused, and not waiting for the id of one that was. */
  private next(): Entry | undefined {
    return this.read().find(
      ({ refusal, body }) => refusal === null && (body.kind !== 'withdrawal' || 'feedback' in body.of),
    );
  }

  private read(): Entry[] {
    return JSON.parse(this.storage.getItem(this.name) ?? '[]') as Entry[];
  }

  private write(entries: Entry[]): void {
    this.storage.setItem(this.name, JSON.stringify(entries));
    this.set({ ...this.state, entries });
  }

  private set(state: OutboxState): void {
    this.state = state;
    for (const listener of this.listeners) listener();
  }
}

function wire(body: Entry['body']): Vote | Withdrawal {
  if (body.kind !== 'withdrawal') return body;
  if ('entry' in body.of) throw new Error('A vote must be sent before it can be withdrawn.');
  return { kind: 'withdrawal', feedback: body.of.feedback };
}
