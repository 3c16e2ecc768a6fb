import type { Check, Sample } from '../api/rounds.ts';
import { inUnit, sentenceCase } from './format.ts';
import { IntervalBar } from './IntervalBar.tsx';
import { decisionOf, VERDICTS } from './words.ts';

const DECISIONS = {
  PASSED: 'Every check passed.',
  REFUSED: 'A check failed, which refuses the candidate.',
  NEEDS_HUMAN: 'No check failed, but not all could be decided: a person has to.',
};

interface Props {
  gate: Check[];
  parent: string;
  version: string | null;
}

/** What the gate asked, what it measured and what it made of that. */
export function GateReport({ gate, parent, version }: Props) {
  return (
    <section aria-label="Gate report">
      <h2>Gate report</h2>
      <p className="section-note">
        {DECISIONS[decisionOf(gate)]} Each bar shows the number as a dot, its 95% interval as a band where it has one,
        and the threshold as an upright line.
      </p>
      <ul className="checks">
        {gate.map((check) => (
          <CheckItem key={check.name} check={check} parent={parent} version={version} />
        ))}
      </ul>
    </section>
  );
}

function CheckItem({ check, parent, version }: { check: Check } & Omit<Props, 'gate'>) {
  const { name, verdict, value, low, high, threshold, unit, detail, samples } = check;
  const title = sentenceCase(name);
  return (
    <li className="check-item" data-verdict={verdict} aria-label={title}>
      <div className="check-head">
        <span className="verdict">
          <span aria-hidden="true">{VERDICTS[verdict].sign}</span> {VERDICTS[verdict].label}
        </span>
        <h3>{title}</h3>
      </div>
      <div className="check-body">
        <p className="check-value">
          <strong>{inUnit(value, unit)}</strong>
          {low !== null && high !== null && (
            <span className="beside">
              95% interval {inUnit(low, unit)} to {inUnit(high, unit)}
            </span>
          )}
        </p>
        <IntervalBar check={check} />
        <p className="check-threshold">Wanted: {threshold}</p>
        {detail !== null && <p className="hint">{detail}</p>}
      </div>
      {samples.length > 0 && (
        <details className="samples">
          <summary>{samples.length === 1 ? '1 sample' : `${samples.length} samples`}</summary>
          {samples.map((sample, index) => (
            <SamplePair key={index} sample={sample} parent={parent} version={version} />
          ))}
        </details>
      )}
    </li>
  );
}

function SamplePair({ sample, parent, version }: { sample: Sample } & Omit<Props, 'gate'>) {
  return (
    <article className="sample">
      <p className="asked">{sample.prompt}</p>
      {sample.note !== null && sample.note !== '' && <p className="hint">{sample.note}</p>}
      <div className="pair">
        <section className="text" aria-label="Parent">
          <h4>
            Parent <code>{parent}</code>
          </h4>
          <p>{sample.parent}</p>
        </section>
        <section className="text" aria-label="Candidate">
          <h4>
            Candidate <code>{version}</code>
          </h4>
          <p>{sample.candidate}</p>
        </section>
      </div>
    </article>
  );
}
