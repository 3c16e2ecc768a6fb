import type { Failure } from './transcript.ts';

/** Why there is no answer, where the answer would stand. */
export function FailureNote({ failure, onRetry }: { failure: Failure; onRetry: () => void }) {
  if (failure.code === 'model_loading') {
    return (
      <p className="note note-wait" role="status">
        <span className="pulse" aria-hidden="true" />
        The model is loading; this is sent as soon as it is ready.
      </p>
    );
  }
  return (
    <p className="note note-bad" role="alert">
      <span>
        {failure.wanted !== null && 'The chat could not go on with this answer: '}
        {failure.message}
        {failure.retryAfter !== null && ` Try again in ${failure.retryAfter} s.`}
      </span>
      <button type="button" className="small" onClick={onRetry}>
        Retry
      </button>
    </p>
  );
}
