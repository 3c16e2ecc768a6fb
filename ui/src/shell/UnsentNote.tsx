import { useSyncExternalStore } from 'react';
import type { VoteBook } from '../votes/book.ts';

/** Votes of other conversations that the server does not have; those of this one say so at their answer. */
export function UnsentNote({ book, current }: { book: VoteBook; current: string | null }) {
  const { outbox } = book;
  const { entries, trouble } = useSyncExternalStore(outbox.subscribe, outbox.snapshot);
  const count = entries.filter(({ conversation }) => conversation !== current).length;
  if (trouble === null || count === 0) return null;
  return (
    <div className="note note-bad" role="alert">
      <span>
        {count === 1 ? '1 vote in another chat is' : `${count} votes in other chats are`} not saved yet: {trouble}
      </span>
      <button type="button" className="small" onClick={() => void outbox.send()}>
        Retry
      </button>
    </div>
  );
}
