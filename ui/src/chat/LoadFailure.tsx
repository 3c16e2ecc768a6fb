import type { RequestError } from '../api/http.ts';
import { PageLink } from '../shell/PageLink.tsx';

/** A conversation that could not be opened. */
export function LoadFailure({ error, onRetry }: { error: RequestError; onRetry: () => void }) {
  if (error.status === 404 || error.status === 400) {
    return (
      <div className="missing" role="alert">
        <h1>There is no such chat</h1>
        <p>It was deleted, or it belongs to someone else.</p>
        <PageLink route={{ page: 'chat', conversation: null }} className="link" current={false}>
          Start a new one
        </PageLink>
      </div>
    );
  }
  return (
    <div className="missing" role="alert">
      <h1>This chat could not be opened</h1>
      <p>{error.message}</p>
      <button type="button" className="primary" onClick={onRetry}>
        Try again
      </button>
    </div>
  );
}
