import type { Failure } from './transcript.ts';

interface Props {
  failure: Failure;
  /** Null where the conversation has gone on. */
  onRetry: (() => void) | null;
}

/** Why there is no answer, where the answer would stand. */
export function FailureNote({ failure, onRetry }: Props) {
  if (failure.code === 'model_loading' && onRetry !== null) {
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
      {onRetry !== null && (
        <button type="button" className="small" onClick={onRetry}>
          Retry
        </button>
      )}
    </p>
  );
}
