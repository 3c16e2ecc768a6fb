import { UNKNOWN } from './format.ts';

const SHORT = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });

/** A moment in the reader's own time; to the second on hover. */
export function Time({ at }: { at: string | null }) {
  if (at === null) return UNKNOWN;
  const moment = new Date(at);
  return (
    <time dateTime={at} title={FULL.format(moment)}>
      {SHORT.format(moment)}
    </time>
  );
}
