import { useCallback, useMemo, useRef, useState } from 'react';
import { RequestError } from '../api/http.ts';

export interface Action {
  /** Under way: nothing else may be asked of it. */
  busy: boolean;
  /** Why the last one was not done. */
  error: string | null;
  /** Resolves to whether it was done; a second one while the first is under way is not. */
  run(act: () => Promise<unknown>): Promise<boolean>;
  forget(): void;
}

/** Something that is asked of the server once at a time. */
export function useAction(): Action {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  // State arrives with the next rendering only; two clicks may come before.
  const underWay = useRef(false);

  const run = useCallback(async (act: () => Promise<unknown>): Promise<boolean> => {
    if (underWay.current) return false;
    underWay.current = true;
    setBusy(true);
    setError(null);
    try {
      await act();
      return true;
    } catch (cause) {
      if (!(cause instanceof RequestError)) throw cause;
      setError(cause.message);
      return false;
    } finally {
      underWay.current = false;
      setBusy(false);
    }
  }, []);

  const forget = useCallback(() => setError(null), []);
  return useMemo(() => ({ busy, error, run, forget }), [busy, error, run, forget]);
}
