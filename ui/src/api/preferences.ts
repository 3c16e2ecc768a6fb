import { getJson } from './http.ts';

export interface Message {
  role: string;
  content: string;
}

/** Raw text, or the turns of a conversation. */
export type Passage = string | Message[];

export interface PreferencePair {
  source: string;
  prompt: Passage;
  chosen: Passage;
  rejected: Passage;
  /** Ids that lead to the votes, or to the file and line, it comes from. */
  provenance: Record<string, unknown> | null;
}

export interface PairPage {
  total: number;
  pairs: PreferencePair[];
}

/** Counts by source. */
export interface PreferenceCounts {
  pairs: Record<string, number>;
}

const ROOT = '/api/preferences';

export const countPreferences = (): Promise<PreferenceCounts> => getJson(ROOT);

/**
 * @param source a source of `countPreferences`; '' for all
 */
export function listPairs(offset: number, limit: number, source: string): Promise<PairPage> {
  return getJson(`${ROOT}/pairs?offset=${offset}&limit=${limit}&source=${encodeURIComponent(source)}`);
}
