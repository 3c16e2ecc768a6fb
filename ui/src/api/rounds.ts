import { getJson, jsonBody, sentJson } from './http.ts';

export const RUNNING_STATES = ['COLLECT', 'POLICY', 'EVALUATE', 'GATE'] as const;

export type RoundState =
  | (typeof RUNNING_STATES)[number]
  | 'DONE'
  | 'PUBLISHED'
  | 'REFUSED'
  | 'NEEDS_HUMAN'
  | 'FAILED'
  | 'CANCELLED'
  | 'ROLLED_BACK';

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

/** Examples of a kind. */
export interface SnapshotPart {
  train: number;
  heldOut: number;
  /** Those that are in neither part, by reason. */
  dropped: Record<string, number>;
}

/** Its own numbers are of pairs. */
export interface Snapshot extends SnapshotPart {
  sha256: string;
  /** Judgements of single answers. */
  unpaired: SnapshotPart;
  demonstrations: SnapshotPart;
  /** Different ones of all that is trained on; null in one of an earlier release. */
  prompts: number | null;
  /** In which proportions the sources were taken; null for all there was. */
  mixture: string | null;
}

/** A step of a plan. */
export interface Stage {
  /** Its method's, numbered from the second stage of the same method on. */
  name: string;
  method: string;
  /** In words, such as `pairs` or `what best-of-n chooses`. */
  learnsFrom: string;
  /** How many of these there are; null until a snapshot is taken, and where a stage before has yet to make them. */
  examples: number | null;
  settings: Record<string, string>;
  /** Settings that are not at the method's defaults. */
  changed: string[];
}

/** How a round makes its candidate. */
export interface Plan {
  name: string;
  /** Each goes on with what the ones before it made. */
  stages: Stage[];
  /** Why the data led to it; null where a person named it. */
  reason: string | null;
}

export interface Progress {
  /** Of the plan, from 1; null where it has one, and after training. */
  stage: number | null;
  phase: 'training' | 'sampling' | 'scoring' | 'evaluating' | 'generating';
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
export interface Metrics extends Partial<Record<Figure, number | null>> {
  /** What each stage did, in words, in their order; empty of one that left no word. */
  stages?: string[] | null;
}

type Figure =
  | 'pairs'
  | 'heldOut'
  | 'accuracy'
  | 'low'
  | 'high'
  | 'logprobAccuracyBefore'
  | 'logprobAccuracyAfter'
  | 'margin'
  | 'kl'
  | 'steps'
  | 'seconds'
  | 'peakBytes'
  | 'leftOut'
  | 'promptsCut'
  | 'answersCut';

export interface Round {
  id: string;
  plan: Plan;
  state: RoundState;
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
  /** Of the plan, from 1; missing where it has one. */
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

export type PairSource = 'imported' | 'votes';

export interface RoundOrder {
  /** A plan's name, or `auto` for the one that the data allows. */
  recipe: string;
  /** Those that are not left at their defaults; of several stages as `stage.name`. */
  settings: Record<string, string>;
  include: PairSource[];
  /** In which proportions, such as `votes:2,imported:1`; missing for all there is. */
  mixture?: string;
}

const ROOT = '/api/rounds';

/** The plans that come with Hone. */
export const listRecipes = (): Promise<Plan[]> => getJson('/api/recipes');

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
  return sentJson<Round>(ROOT, jsonBody('POST', order));
}

export const cancelRound = (id: string): Promise<Round> => change(id, 'cancel');

export const resumeRound = (id: string): Promise<Round> => change(id, 'resume');

async function change(id: string, what: 'cancel' | 'resume'): Promise<Round> {
  return sentJson<Round>(`${ROOT}/${id}/${what}`, { method: 'POST' });
}

export function runs(state: RoundState): boolean {
  return (RUNNING_STATES as readonly RoundState[]).includes(state);
}
