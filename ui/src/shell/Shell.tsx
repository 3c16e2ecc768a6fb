import { type ReactNode, useEffect, useState } from 'react';
import type { Sessions } from '../chat/sessions.ts';
import type { Conversations } from '../chat/useConversations.ts';
import type { VoteBook } from '../votes/book.ts';
import { ConversationList } from './ConversationList.tsx';
import { Menu } from './icons.tsx';
import { Rail } from './Rail.tsx';
import { ServerNote } from './ServerNote.tsx';
import { UnsentNote } from './UnsentNote.tsx';
import type { ServerStatus } from './useStatus.ts';

interface Props {
  status: ServerStatus;
  conversations: Conversations;
  current: string | null;
  book: VoteBook | null;
  sessions: Sessions;
  children: ReactNode;
}

/** What stands around every page: the rail, the list of conversations and what the server says of itself. */
export function Shell({ status, conversations, current, book, sessions, children }: Props) {
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  const title = conversations.list?.find(({ id }) => id === current)?.title ?? (current === null ? 'New chat' : 'Chat');

  useEffect(() => {
    document.title = current === null ? 'Hone' : `${title} · Hone`;
  }, [current, title]);

  useEffect(() => {
    if (!open) return;
    const escape = (event: KeyboardEvent) => event.key === 'Escape' && close();
    window.addEventListener('keydown', escape);
    return () => window.removeEventListener('keydown', escape);
  }, [open]);

  return (
    <div className={open ? 'shell shell-open' : 'shell'}>
      <header className="topbar">
        <button
          type="button"
          className="tool"
          aria-label="Conversations"
          aria-expanded={open}
          onClick={() => setOpen(true)}
        >
          <Menu />
        </button>
        <span className="topbar-title">{title}</span>
      </header>
      <div className="side" id="side">
        <Rail status={status.status} />
        <ConversationList
          conversations={conversations}
          current={current}
          onLeave={close}
          onRemoved={(id) => sessions.forget(id)}
        />
      </div>
      <div className="veil" onClick={close} />
      <main className="page">
        <ServerNote status={status} />
        {book !== null && <UnsentNote book={book} current={current} />}
        {children}
      </main>
    </div>
  );
}
