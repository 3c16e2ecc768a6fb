import type { StepReport } from '../api/rounds.ts';

/** Figures over the steps: `steps[i]` goes with `values[i]` and `means[i]` of each line. */
export interface Curve {
  steps: number[];
  lines: Line[];
}

export interface Line {
  /** Null where the step has none, or one that is no number. */
  values: (number | null)[];
  /** Mean of this and the steps shortly before. */
  means: (number | null)[];
}

/** Steps that a point of the smooth line is the mean of. */
export const MEAN_OF = 10;

const OWN = ['loss', 'learningRate', 'gradientNorm'] as const;

/** A line a figure: `loss`, `learningRate` (which is set and not measured, so no mean), `gradientNorm`, or a metric. */
export function curveOf(reports: StepReport[], figures: string[]): Curve {
  const lines = figures.map((figure) => {
    const values = reports.map((report) => number(valueOf(report, figure)));
    return { values, means: runningMean(values, figure === 'learningRate' ? 1 : MEAN_OF) };
  });
  return { steps: reports.map(({ step }) => step), lines };
}

function valueOf(report: StepReport, figure: string): unknown {
  const own = OWN.find((name) => name === figure);
  return own === undefined ? report.metrics[figure] : report[own];
}

/** JSON has no NaN, so that one comes as a text. */
function number(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
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
  // As arguments of one call the values of a long round would not fit on the stack.
  const low = all.reduce((least, value) => Math.min(least, value));
  const high = all.reduce((most, value) => Math.max(most, value));
  const air = high === low ? Math.abs(high) * 0.1 || 0.1 : (high - low) * 0.08;
  return [low - air, high + air];
}

/** Labels of an axis: in its format, or in full where that would make two of them the same. */
export function ticksOf(values: number[], format: (value: number) => string): string[] {
  const labels = values.map(format);
  if (new Set(labels).size === labels.length) return labels;
  return values.map((value) => String(Number(value.toPrecision(6))));
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
