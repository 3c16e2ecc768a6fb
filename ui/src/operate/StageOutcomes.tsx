import type { Round } from '../api/rounds.ts';

/** What each stage did and what it left out, once that is known. */
export function StageOutcomes({ round: { plan, metrics } }: { round: Round }) {
  const outcomes = metrics?.stages ?? [];
  return (
    outcomes.length > 0 && (
      <section aria-label="What the stages did">
        <h2>{plan.stages.length === 1 ? 'What it did' : 'What the stages did'}</h2>
        <ol className="outcomes">
          {plan.stages.map(({ name }, index) => (
            <li key={name}>
              <strong>{name.toUpperCase()}</strong> {outcomes[index]}
            </li>
          ))}
        </ol>
      </section>
    )
  );
}
