import type { Metrics } from '../api/rounds.ts';
import { figuresOf } from './words.ts';

/** What a round measured. */
export function Figures({ metrics }: { metrics: Metrics }) {
  return (
    <section aria-label="Measurements">
      <h2>Measurements</h2>
      <dl className="figures">
        {figuresOf(metrics).map(({ label, value, beside, note }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <strong>{value}</strong>
              {beside !== undefined && <span className="beside">{beside}</span>}
              <small>{note}</small>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
