import type { Polled } from './usePolled.ts';

interface Props {
  of: Polled<unknown>;
  /** What is being read, for the sentence. */
  what: string;
}

/** Says that something could not be read, or that what is shown may be old. */
export function LoadNote({ of: { value, error, refresh }, what }: Props) {
  if (error === null) return null;
  const old = value === null ? '' : ' What is shown may be old.';
  return (
    <div className="note note-bad" role="alert">
      <span>
        {what} could not be read: {error.message}
        {old}
        {error.passing && ' Trying again.'}
      </span>
      <button type="button" className="small" onClick={refresh}>
        Try now
      </button>
    </div>
  );
}
