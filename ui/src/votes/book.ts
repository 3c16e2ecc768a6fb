import { listVotes, postFeedback, type StoredVote, type Vote } from '../api/feedback.ts';
import { RequestError } from '../api/http.ts';
import type { CastVote } from './ballot.ts';
import { type Entry, Outbox } from './outbox.ts';

export interface BookState {
  /** What the server has, by conversation. */
  stored: Record<string, StoredVote[]>;
  /** Why the votes of a conversation could not be read. */
  unreadable: Record<string, string>;
}

const NONE: StoredVote[] = [];

/** One owner's votes: those the server has, and the outbox of those on their way. */
export class VoteBook {
  readonly outbox: Outbox;
  private state: BookState = { stored: {}, unreadable: {} };
  private readonly listeners = new Set<() => void>();
  private sentCount = 0;

  constructor(owner: string, storage: Storage) {
    this.outbox = new Outbox(storage, `hone.outbox.${owner}`, postFeedback, (entry, id) => this.sent(entry, id));
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): BookState => this.state;

  storedOf(conversation: string): StoredVote[] {
    return this.state.stored[conversation] ?? NONE;
  }

  /** Reads a conversation's votes from the server. */
  async load(conversation: string): Promise<void> {
    try {
      const sentBefore = this.sentCount;
      const votes = await listVotes(conversation);
      // What was sent meanwhile may be missing from this answer.
      if (this.sentCount !== sentBefore) return this.load(conversation);
      this.put(conversation, votes);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      this.set({ ...this.state, unreadable: { ...this.state.unreadable, [conversation]: error.message } });
    }
  }

  cast(conversation: string, vote: Vote): void {
    this.outbox.add(conversation, vote);
  }

  withdraw(conversation: string, votes: CastVote[]): void {
    for (const { target } of votes) this.outbox.add(conversation, { kind: 'withdrawal', of: target });
  }

  private sent({ conversation, castAt, body }: Entry, id: string): void {
    this.sentCount++;
    const stored = this.storedOf(conversation);
    if (body.kind !== 'withdrawal') {
      const others = stored.filter((vote) => vote.id !== id);
      this.put(conversation, [...others, { ...body, id, createdAt: castAt }]);
      return;
    }
    const { of } = body;
    this.put(conversation, 'feedback' in of ? stored.filter((vote) => vote.id !== of.feedback) : stored);
  }

  private put(conversation: string, votes: StoredVote[]): void {
    const { [conversation]: _, ...unreadable } = this.state.unreadable;
    this.set({ stored: { ...this.state.stored, [conversation]: votes }, unreadable });
  }

  private set(state: BookState): void {
    this.state = state;
    for (const listener of this.listeners) listener();
  }
}
