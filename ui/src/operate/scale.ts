import type { Check } from '../api/rounds.ts';

/** Where a check's numbers stand on a bar, from 0 at its left end to 1; null where there is none. */
export interface Scale {
  value: number | null;
  low: number | null;
  high: number | null;
  threshold: number | null;
}

/** A scale that holds the value, its interval and the threshold, with air at both ends; null without any. */
export function scaleOf(check: Pick<Check, 'value' | 'low' | 'high' | 'thresholdValue'>): Scale | null {
  const { value, low, high, thresholdValue } = check;
  if (value === null || !Number.isFinite(value)) return null;
  const numbers = [value, low, high, thresholdValue].filter((each): each is number => Number.isFinite(each));
  const least = Math.min(...numbers);
  const most = Math.max(...numbers);
  const air = most === least ? Math.abs(most) * 0.25 || 0.25 : (most - least) * 0.25;
  const from = least - air;
  const to = most + air;
  const at = (number: number | null) =>
    number === null || !Number.isFinite(number) ? null : (number - from) / (to - from);
  return { value: at(value), low: at(low), high: at(high), threshold: at(thresholdValue) };
}
