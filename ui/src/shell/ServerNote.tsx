import { useEffect, useState } from 'react';
import type { ServerStatus } from './useStatus.ts';

/** Says that the server is gone or the model is still loading, and for how long. */
export function ServerNote({ status: { status, error, waitingSince } }: { status: ServerStatus }) {
  if (waitingSince === null || (status === null && error === null)) return null;
  return (
    <div className="note note-wait" role="status">
      <span className="pulse" aria-hidden="true" />
      <span>
        {error !== null
          ? `${error} Trying again`
          : `The model ${status?.model ?? ''} is loading. You can read and write meanwhile; Send works as soon as it is ready`}
        {' · '}
        <Elapsed since={waitingSince} />
      </span>
    </div>
  );
}

function Elapsed({ since }: { since: number }) {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  // The ticking seconds are for the eye; a screen reader would read each of them.
  return <span aria-hidden="true">{Math.max(0, Math.round((now - since) / 1000))} s</span>;
}
