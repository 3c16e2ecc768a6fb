import type { RoundState } from '../api/rounds.ts';
import { STATES } from './words.ts';

export function StateBadge({ state }: { state: RoundState }) {
  const { label, note, tone } = STATES[state];
  return (
    <span className="badge" data-tone={tone} data-state={state} title={note}>
      {label}
    </span>
  );
}
