import { useCallback, useEffect, useMemo, useState } from 'react';
import {
  type ConversationSummary,
  deleteConversation,
  listConversations,
  renameConversation,
} from '../api/conversations.ts';
import { RequestError } from '../api/http.ts';

export interface Conversations {
  /** Null until the first answer of the server. */
  list: ConversationSummary[] | null;
  error: string | null;
  refresh(): void;
  /** Resolves to whether it was done; otherwise `error` says why not. */
  rename(id: string, title: string): Promise<boolean>;
  remove(id: string): Promise<boolean>;
}

export function useConversations(): Conversations {
  const [list, setList] = useState<ConversationSummary[] | null>(null);
  const [error, setError] = useState<string | null>(null);

  const attempt = useCallback(async (act: () => Promise<unknown>): Promise<boolean> => {
    try {
      await act();
      setList(await listConversations());
      setError(null);
      return true;
    } catch (cause) {
      if (!(cause instanceof RequestError)) throw cause;
      setError(cause.message);
      return false;
    }
  }, []);

  const refresh = useCallback(() => void attempt(async () => {}), [attempt]);
  useEffect(refresh, [refresh]);

  return useMemo(
    () => ({
      list,
      error,
      refresh,
      rename: (id, title) => attempt(() => renameConversation(id, title)),
      remove: (id) => attempt(() => deleteConversation(id)),
    }),
    [list, error, refresh, attempt],
  );
}
