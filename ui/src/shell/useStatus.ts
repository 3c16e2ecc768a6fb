import { useCallback, useEffect, useMemo, useState } from 'react';
import { RequestError } from '../api/http.ts';
import { getStatus, type Status } from '../api/status.ts';

const POLL_MS = 1000;

export interface ServerStatus {
  /** Null until the server answered for the first time. */
  status: Status | null;
  /** Why the server's state is not known. */
  error: string | null;
  /** Since when the model is being waited for, in milliseconds of the page's clock; null when ready. */
  waitingSince: number | null;
  /** Asks again; the model may have gone or changed. */
  refresh(): void;
}

/** What the server is and whether it can answer; asked every second until it can. */
export function useStatus(): ServerStatus {
  const [status, setStatus] = useState<Status | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [waitingSince, setWaitingSince] = useState<number | null>(null);
  const [asked, setAsked] = useState(0);
  const refresh = useCallback(() => setAsked((count) => count + 1), []);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let current = true;
    const poll = async () => {
      const answer = await read();
      if (!current) return;
      if (typeof answer !== 'string') setStatus(answer);
      setError(typeof answer === 'string' ? answer : null);
      const ready = typeof answer !== 'string' && answer.ready;
      setWaitingSince((since) => (ready ? null : (since ?? performance.now())));
      if (!ready) timer = setTimeout(() => void poll(), POLL_MS);
    };
    void poll();
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [asked]);

  useEffect(() => {
    window.addEventListener('focus', refresh);
    return () => window.removeEventListener('focus', refresh);
  }, [refresh]);

  return useMemo(() => ({ status, error, waitingSince, refresh }), [status, error, waitingSince, refresh]);
}

async function read(): Promise<Status | string> {
  try {
    return await getStatus();
  } catch (cause) {
    if (!(cause instanceof RequestError)) throw cause;
    return cause.message;
  }
}
