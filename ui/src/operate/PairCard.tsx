import type { Passage, PreferencePair } from '../api/preferences.ts';
import { count } from './format.ts';
import { sourceLabel } from './words.ts';

/** A prompt with the answer that was preferred and the one that was not. */
export function PairCard({ pair, number }: { pair: PreferencePair; number: number }) {
  const { source, prompt, chosen, rejected, provenance } = pair;
  return (
    <li className="pair-card" aria-label={`Pair ${number}`}>
      <p className="hint">
        {count(number)} · {sourceLabel(source)}
        {provenance !== null && <Provenance of={provenance} />}
      </p>
      <div className="pair-prompt">
        <PassageText passage={prompt} plainRole="Prompt" />
      </div>
      <div className="pair">
        <section className="text" data-side="chosen" aria-label="Chosen">
          <h3>Chosen</h3>
          <PassageText passage={chosen} />
        </section>
        <section className="text" data-side="rejected" aria-label="Rejected">
          <h3>Rejected</h3>
          <PassageText passage={rejected} />
        </section>
      </div>
    </li>
  );
}

interface PassageProps {
  passage: Passage;
  /** Who speaks in raw text; left out where the heading says it. */
  plainRole?: string;
}

function PassageText({ passage, plainRole }: PassageProps) {
  if (typeof passage === 'string') {
    return (
      <p className="turn">
        {plainRole !== undefined && <span className="unseen">{plainRole}: </span>}
        {passage}
      </p>
    );
  }
  const several = passage.length > 1;
  return passage.map(({ role, content }, index) => (
    <p key={index} className="turn" data-role={role}>
      <span className={several ? 'role' : 'unseen'}>{role}</span>
      {content}
    </p>
  ));
}

/** The ids that lead to where a pair comes from, as the server has them. */
function Provenance({ of }: { of: Record<string, unknown> }) {
  const parts = Object.entries(of).filter(([, value]) => typeof value === 'string' || typeof value === 'number');
  return parts.map(([name, value]) => (
    <span key={name}>
      {' · '}
      {name} <code>{String(value)}</code>
    </span>
  ));
}
