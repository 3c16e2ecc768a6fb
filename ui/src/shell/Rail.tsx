import { signOut } from '../api/signIn.ts';
import type { Status } from '../api/status.ts';
import { go } from '../route.ts';
import { Chat, Leave, Mark } from './icons.tsx';
import { PageLink } from './PageLink.tsx';

/** The way between Hone's pages. */
export function Rail({ status }: { status: Status | null }) {
  const leave = async () => {
    await signOut();
    go({ page: 'sign-in' });
  };
  return (
    <nav className="rail" aria-label="Pages">
      <Mark />
      <PageLink route={{ page: 'chat', conversation: null }} className="rail-link" current>
        <Chat />
        <span>Chat</span>
      </PageLink>
      {status?.signInRequired && (
        <button type="button" className="rail-link rail-end" onClick={() => void leave()}>
          <Leave />
          <span title={`Signed in as ${status.owner}`}>Leave</span>
        </button>
      )}
    </nav>
  );
}
