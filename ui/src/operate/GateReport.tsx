import type { Check, Sample } from '../api/rounds.ts';
import { inUnit, sentence, sentenceCase } from './format.ts';
import { IntervalBar } from './IntervalBar.tsx';
import { CHECKS, decisionOf, VERDICTS } from './words.ts';

const DECISIONS = {
  PASSED: 'Every check passed.',
  REFUSED: 'A check failed, which refuses the candidate.',
  NEEDS_HUMAN: 'Not enough could be decided to go by the checks alone: a person has to.',
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
        {DECISIONS[decisionOf(gate)]} In each bar the dot is the number, the band its 95% interval, and the upright line
        the threshold.
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
        <h3>{title}</h3>
        <span className="verdict">
          <span aria-hidden="true">{VERDICTS[verdict].sign}</span> {VERDICTS[verdict].label}
        </span>
      </div>
      <p className="check-value">
        <strong>{inUnit(value, unit)}</strong>
        {unit !== 'pairs' && low !== null && high !== null && (
          <span className="beside">
            95% interval {inUnit(low, unit)} to {inUnit(high, unit)}
          </span>
        )}
      </p>
      <IntervalBar check={check} />
      <p className="check-threshold">Wanted: {threshold}</p>
      <p className="hint">
        {CHECKS[name]} {sentence(detail ?? '')}
      </p>
      {samples.length > 0 && (
        <details className="samples">
          <summary>{samples.length === 1 ? '1 sample' : `${samples.length} samples`}</summary>
          {samples.map((sample, index) => (
            <SampleTexts key={index} sample={sample} parent={parent} version={version} />
          ))}
        </details>
      )}
    </li>
  );
}

function SampleTexts({ sample, parent, version }: { sample: Sample } & Omit<Props, 'gate'>) {
  const texts = [
    { side: 'Parent', id: parent, text: sample.parent },
    { side: 'Candidate', id: version, text: sample.candidate },
    { side: 'Chosen', id: null, text: sample.chosen },
    { side: 'Rejected', id: null, text: sample.rejected },
  ].filter(({ text }) => text !== undefined);
  return (
    <article className="sample">
      <p className="asked">{sample.prompt}</p>
      {sample.note !== null && sample.note !== '' && <p className="hint">{sample.note}</p>}
      {texts.length > 0 && (
        <div className="pair">
          {texts.map(({ side, id, text }) => (
            <section key={side} className="text" aria-label={side}>
              <h4>
                {side} {id !== null && <code>{id}</code>}
              </h4>
              <p>{text}</p>
            </section>
          ))}
        </div>
      )}
    </article>
  );
}
