import type { StepReport } from '../api/rounds.ts';

/** A figure over the steps: `steps[i]` goes with `values[i]` and `means[i]`. */
export interface Curve {
  steps: number[];
  /** Null where the step has none. */
  values: (number | null)[];
  /** Mean of this and the steps shortly before. */
  means: (number | null)[];
}

/** Steps that a point of the smooth line is the mean of. */
export const MEAN_OF = 10;

/** Of a figure: `loss`, or one of the metrics. */
export function curveOf(reports: StepReport[], figure: string): Curve {
  const values = reports.map(({ loss, metrics }) => (figure === 'loss' ? loss : (metrics[figure] ?? null)));
  return { steps: reports.map(({ step }) => step), values, means: runningMean(values, MEAN_OF) };
}

/** The reports of each of a plan's stages. */
export function byStage(reports: StepReport[], stages: number): StepReport[][] {
  return Array.from({ length: stages }, (_, index) => reports.filter(({ stage = 1 }) => stage === index + 1));
}

/** Means of each value and the up to `width - 1` before it. */
export function runningMean(values: (number | null)[], width: number): (number | null)[] {
  return values.map((_, index) => {
    const recent = values.slice(Math.max(0, index + 1 - width), index + 1).filter((value) => value !== null);
    return recent.length === 0 ? null : recent.reduce((sum, value) => sum + value, 0) / recent.length;
  });
}

/** The lowest and highest of the values and of what must be seen too, with some air. */
export function rangeOf(values: (number | null)[], seen: number[]): [number, number] {
  const all = [...values, ...seen].filter((value) => value !== null && Number.isFinite(value)) as number[];
  if (all.length === 0) return [0, 1];
  const low = Math.min(...all);
  const high = Math.max(...all);
  const air = high === low ? Math.abs(high) * 0.1 || 0.1 : (high - low) * 0.08;
  return [low - air, high + air];
}

/** Where an arrow key leads among `length` points; null for a key that leads nowhere. */
export function stepTo(key: string, at: number | null, length: number): number | null {
  const last = length - 1;
  const from = at ?? last;
  switch (key) {
    case 'ArrowLeft':
      return Math.max(0, from - 1);
    case 'ArrowRight':
      return Math.min(last, from + 1);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return null;
  }
}
