import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { answerOf, RequestError } from '../api/http.ts';
import { pollDelay } from './polling.ts';

export interface Polled<T> {
  /** Null until the first answer; kept when a later question fails. */
  value: T | null;
  /** Why the last question had no answer. */
  error: RequestError | null;
  refresh(): void;
}

/**
 * What the server says, asked again and again while the page can be seen.
 *
 * @param read asks; a new function starts anew
 * @param running whether the value is of something that runs
 */
export function usePolled<T>(read: () => Promise<T>, running: (value: T) => boolean): Polled<T> {
  const [value, setValue] = useState<T | null>(null);
  const [error, setError] = useState<RequestError | null>(null);
  const [asked, setAsked] = useState(0);
  const isRunning = useRef(running);
  isRunning.current = running;
  const refresh = useCallback(() => setAsked((count) => count + 1), []);

  useEffect(() => {
    setValue(null);
    setError(null);
  }, [read]);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let current = true;
    let lastlyRunning = false;
    const poll = async () => {
      const answer = await answerOf(read);
      if (!current) return;
      if (answer instanceof RequestError) {
        setError(answer);
      } else {
        lastlyRunning = isRunning.current(answer);
        setValue(answer);
        setError(null);
      }
      plan();
    };
    const plan = () => {
      const delay = pollDelay(lastlyRunning, document.hidden);
      if (delay !== null) timer = setTimeout(() => void poll(), delay);
    };
    if (!document.hidden) void poll();
    document.addEventListener('visibilitychange', refresh);
    return () => {
      current = false;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', refresh);
    };
  }, [read, asked, refresh]);

  return useMemo(() => ({ value, error, refresh }), [value, error, refresh]);
}
