import type { Passage, PreferencePair, Provenance } from '../api/preferences.ts';
import { count } from './format.ts';
import { sourceLabel } from './words.ts';

/** Characters of an id that tell it from others. */
const ID_SHOWN = 8;

interface Props {
  pair: PreferencePair;
  /** Its place in the list, from 1. */
  number: number;
  /** By id of the import. */
  fileNames: Map<string, string>;
}

/** A prompt with the answer that was preferred and the one that was not. */
export function PairCard({ pair, number, fileNames }: Props) {
  const { source, prompt, chosen, rejected, provenance } = pair;
  return (
    <li className="pair-card" aria-label={`Pair ${number}`}>
      <p className="hint">
        {count(number)} · {sourceLabel(source)} · {originOf(provenance, fileNames)}
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

/** `line 12 of pairs.jsonl`, `votes 5b1e7c9e, 0c7a4f0e` */
function originOf(provenance: Provenance, fileNames: Map<string, string>): string {
  if ('batch' in provenance) {
    const { batch, line } = provenance;
    return `line ${count(line)} of ${fileNames.get(batch) ?? `import ${batch.slice(0, ID_SHOWN)}`}`;
  }
  const ids = provenance.feedback.map((id) => id.slice(0, ID_SHOWN));
  return `${ids.length === 1 ? 'vote' : 'votes'} ${ids.join(', ')}`;
}
