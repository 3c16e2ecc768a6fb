import { signOut } from '../api/signIn.ts';
import type { Status } from '../api/status.ts';
import { go } from '../route.ts';
import { Chat, Curve, Leave, Mark } from './icons.tsx';
import { PageLink } from './PageLink.tsx';

interface Props {
  status: Status | null;
  page: 'chat' | 'operate';
  onFollow: () => void;
}

/** The way between Hone's pages. */
export function Rail({ status, page, onFollow }: Props) {
  const leave = async () => {
    await signOut();
    go({ page: 'sign-in' });
  };
  return (
    <nav className="rail" aria-label="Pages">
      <Mark />
      <PageLink
        route={{ page: 'chat', conversation: null }}
        className="rail-link"
        current={page === 'chat'}
        onFollow={onFollow}
      >
        <Chat />
        <span>Chat</span>
      </PageLink>
      <PageLink
        route={{ page: 'operate', section: 'rounds' }}
        className="rail-link"
        current={page === 'operate'}
        onFollow={onFollow}
      >
        <Curve />
        <span>Operate</span>
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
