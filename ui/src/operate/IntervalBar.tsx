import type { Check } from '../api/rounds.ts';
import { inUnit } from './format.ts';
import { scaleOf } from './scale.ts';

const place = (share: number) => `${100 * share}%`;

/** A number with its interval against its threshold. The words beside it say the same. */
export function IntervalBar({ check }: { check: Check }) {
  const scale = scaleOf(check);
  if (scale === null) return null;
  const { value, low, high, threshold } = scale;
  return (
    <div className="bar" aria-hidden="true" data-verdict={check.verdict}>
      {low !== null && high !== null && (
        <span className="bar-interval" style={{ left: place(low), width: place(high - low) }} />
      )}
      {threshold !== null && (
        <span className="bar-threshold" style={{ left: place(threshold) }}>
          <span>{inUnit(check.thresholdValue, check.unit)}</span>
        </span>
      )}
      {value !== null && <span className="bar-value" style={{ left: place(value) }} />}
    </div>
  );
}
