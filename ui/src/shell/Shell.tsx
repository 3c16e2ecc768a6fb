import { type ReactNode, useEffect, useState } from 'react';
import type { VoteBook } from '../votes/book.ts';
import { Menu } from './icons.tsx';
import { Rail } from './Rail.tsx';
import { ServerNote } from './ServerNote.tsx';
import { UnsentNote } from './UnsentNote.tsx';
import type { ServerStatus } from './useStatus.ts';

interface Props {
  status: ServerStatus;
  page: 'chat' | 'operate';
  /** Of the page, where the window is narrow. */
  title: string;
  windowTitle: string;
  book: VoteBook | null;
  /** The open conversation. */
  current: string | null;
  /** What stands beside the rail; gets how to leave it. */
  list?: (close: () => void) => ReactNode;
  children: ReactNode;
}

/** What stands around every page: the rail, the list beside it and what the server says of itself. */
export function Shell({ status, page, title, windowTitle, book, current, list, children }: Props) {
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);

  useEffect(() => {
    document.title = windowTitle;
  }, [windowTitle]);

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
          aria-label={list === undefined ? 'Pages' : 'Conversations'}
          aria-expanded={open}
          onClick={() => setOpen(true)}
        >
          <Menu />
        </button>
        <span className="topbar-title">{title}</span>
      </header>
      <div className="side" id="side">
        <Rail status={status.status} page={page} onFollow={close} />
        {list?.(close)}
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
