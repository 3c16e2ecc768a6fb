import { createContext, useContext, useEffect, useMemo, useSyncExternalStore } from 'react';
import type { Vote } from '../api/feedback.ts';
import { type CastVote, concerns, standing } from './ballot.ts';
import type { VoteBook } from './book.ts';
import type { Entry } from './outbox.ts';

/** A vote that the server does not have, and why. */
export interface Unsent {
  entry: Entry;
  reason: string;
  /** The server said no; another try helps only if something changed. */
  refused: boolean;
}

/** The votes of the conversation on the page. */
export interface Votes {
  casts: CastVote[];
  unreadable: string | null;
  unsent(turns: string[]): Unsent[];
  cast(vote: Vote): void;
  withdraw(votes: CastVote[]): void;
  retry(unsent: Unsent): void;
  discard(unsent: Unsent): void;
  reload(): void;
}

export function useVotes(book: VoteBook, conversation: string | null): Votes {
  const state = useSyncExternalStore(book.subscribe, book.snapshot);
  const { entries, trouble } = useSyncExternalStore(book.outbox.subscribe, book.outbox.snapshot);

  useEffect(() => {
    if (conversation !== null) void book.load(conversation);
  }, [book, conversation]);

  return useMemo(() => {
    const id = conversation ?? '';
    const own = entries.filter((entry) => entry.conversation === id);
    const stored = state.stored[id] ?? [];
    return {
      casts: standing(stored, own),
      unreadable: state.unreadable[id] ?? null,
      unsent: (turns) =>
        own
          .filter((entry) => concerns(entry, stored, turns))
          .map((entry) => ({ entry, reason: entry.refusal ?? trouble, refused: entry.refusal !== null }))
          .filter((unsent): unsent is Unsent => unsent.reason !== null),
      cast: (vote) => book.cast(id, vote),
      withdraw: (votes) => book.withdraw(id, votes),
      retry: ({ entry, refused }) => (refused ? book.outbox.retry(entry.key) : void book.outbox.send()),
      discard: ({ entry }) => book.outbox.discard(entry.key),
      reload: () => void book.load(id),
    };
  }, [book, conversation, state, entries, trouble]);
}

/** Sends again what is unsent whenever that may help, and follows what other tabs send. */
export function useOutboxDelivery(book: VoteBook | null): void {
  useEffect(() => {
    if (book === null) return;
    const send = () => void book.outbox.send();
    const follow = (event: StorageEvent) => {
      if (!event.key?.startsWith('hone.outbox.')) return;
      book.outbox.refresh();
      for (const conversation of Object.keys(book.snapshot().stored)) void book.load(conversation);
    };
    send();
    window.addEventListener('online', send);
    window.addEventListener('focus', send);
    window.addEventListener('storage', follow);
    return () => {
      window.removeEventListener('online', send);
      window.removeEventListener('focus', send);
      window.removeEventListener('storage', follow);
    };
  }, [book]);
}

export const VotesContext = createContext<Votes | null>(null);

export function useVotesHere(): Votes {
  const votes = useContext(VotesContext);
  if (votes === null) throw new Error('There are no votes outside a conversation.');
  return votes;
}
