import { getJson, jsonBody, request } from './http.ts';

export const RUNNING_STATES = ['COLLECT', 'POLICY', 'EVALUATE', 'GATE'] as const;

export type RoundState =
  (typeof RUNNING_STATES)[number] | 'PUBLISHED' | 'REFUSED' | 'NEEDS_HUMAN' | 'FAILED' | 'CANCELLED' | 'ROLLED_BACK';

export type Verdict = 'PASSED' | 'FAILED' | 'UNDECIDED';

/**
 * What both versions answered to the same prompt with the same seed; or a held-out pair; or, with neither, a passage
 * that both read.
 */
export interface Sample {
  prompt: string;
  parent?: string;
  candidate?: string;
  chosen?: string;
  rejected?: string;
  note: string | null;
}

/** One question of the gate and its answer. */
export interface Check {
  name: string;
  verdict: Verdict;
  value: number | null;
  /** Ends of the 95% interval; null where there is none. */
  low: number | null;
  high: number | null;
  /** In words. */
  threshold: string;
  thresholdValue: number | null;
  unit: string;
  detail: string | null;
  samples: Sample[];
}

export interface Snapshot {
  sha256: string;
  /** Pairs. */
  train: number;
  heldOut: number;
  /** Pairs that are in neither part, by reason. */
  dropped: Record<string, number>;
}

export interface Progress {
  phase: 'training' | 'evaluating' | 'generating';
  step: number;
  steps: number;
  loss: number | null;
  /** Of the last step, by TRL's names. */
  metrics: Record<string, number>;
  /** Examples in training, parts otherwise. */
  perSecond: number | null;
  secondsLeft: number | null;
}

/** What a round measured; a name that is missing was not measured. */
export type Metrics = Partial<Record<string, number | null>>;

export interface Round {
  id: string;
  recipe: string;
  state: RoundState;
  settings: Record<string, string>;
  parent: string;
  /** The candidate; null until it is trained. */
  version: string | null;
  snapshot: Snapshot | null;
  /** Number format of training; null until it is chosen. */
  compute: string | null;
  startedAt: string;
  endedAt: string | null;
  startedBy: string;
  why: string | null;
  progress: Progress | null;
  metrics: Metrics | null;
  gate: Check[] | null;
  /** The worker waits for chats to end. */
  paused: boolean;
}

/** One optimiser step, over its batch. */
export interface StepReport {
  /** Of the round, from 1; missing where it has one stage. */
  stage?: number;
  step: number;
  steps: number;
  loss: number;
  learningRate?: number;
  /** Before clipping. */
  gradientNorm?: number;
  /** By TRL's names, such as `rewards/margins`; which there are hangs on the recipe. */
  metrics: Record<string, number>;
}

export interface Recipe {
  name: string;
  /** Every setting with its default. */
  settings: Record<string, string>;
}

export type PairSource = 'imported' | 'votes';

export interface RoundOrder {
  recipe: string;
  /** Those that are not left at their defaults. */
  settings: Record<string, string>;
  include: PairSource[];
}

const ROOT = '/api/rounds';

export const listRecipes = (): Promise<Recipe[]> => getJson('/api/recipes');

/** Newest first. */
export const listRounds = (): Promise<Round[]> => getJson(ROOT);

export const getRound = (id: string): Promise<Round> => getJson(`${ROOT}/${id}`);

/** Every step so far. */
export const getCurve = (id: string): Promise<StepReport[]> => getJson(`${ROOT}/${id}/curve`);

/** Where a round's steps are as files for other programs. */
export const stepFiles = (id: string) => ({
  csv: `${ROOT}/${id}/metrics.csv`,
  tensorBoard: `${ROOT}/${id}/metrics.tfevents`,
});

export async function startRound(order: RoundOrder): Promise<Round> {
  return (await request(ROOT, jsonBody('POST', order))).json() as Promise<Round>;
}

export const cancelRound = (id: string): Promise<Round> => change(id, 'cancel');

export const resumeRound = (id: string): Promise<Round> => change(id, 'resume');

async function change(id: string, what: 'cancel' | 'resume'): Promise<Round> {
  return (await request(`${ROOT}/${id}/${what}`, { method: 'POST' })).json() as Promise<Round>;
}

export function runs(state: RoundState): boolean {
  return (RUNNING_STATES as readonly RoundState[]).includes(state);
}
