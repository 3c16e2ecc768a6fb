import { getJson } from './http.ts';

export interface Message {
  role: string;
  content: string;
}

/** Raw text, or the turns of a conversation. */
export type Passage = string | Message[];

/** The votes that a pair follows from, or the import and the line that brought it. */
export type Provenance = { feedback: string[] } | { batch: string; line: number };

export interface PreferencePair {
  source: string;
  prompt: Passage;
  chosen: Passage;
  rejected: Passage;
  provenance: Provenance;
}

export interface PairPage {
  total: number;
  pairs: PreferencePair[];
}

export interface PreferenceCounts {
  /** By source, as the others. */
  pairs: Record<string, number>;
  /** Judgements of single answers. */
  unpaired: Record<string, number>;
  demonstrations: Record<string, number>;
  imports: { id: string; fileName: string }[];
}

const ROOT = '/api/preferences';

export const countPreferences = (): Promise<PreferenceCounts> => getJson(ROOT);

/**
 * @param source a source of `countPreferences`; '' for all
 */
export function listPairs(offset: number, limit: number, source: string): Promise<PairPage> {
  return getJson(`${ROOT}/pairs?offset=${offset}&limit=${limit}&source=${encodeURIComponent(source)}`);
}
