import type { Snapshot, SnapshotPart } from '../api/rounds.ts';
import { count, counted, sentenceCase } from './format.ts';

/** What a round learned from and was measured on, and what it left out. */
export function SnapshotFacts({ snapshot }: { snapshot: Snapshot }) {
  const { sha256, unpaired, demonstrations, mixture } = snapshot;
  return (
    <section aria-label="Data">
      <h2>Data</h2>
      <dl className="facts">
        <PartFacts part={snapshot} one="pair" />
        <PartFacts part={unpaired} one="judgement" optional />
        <PartFacts part={demonstrations} one="demonstration" optional />
        {mixture !== null && (
          <div title="In which proportions the sources were taken">
            <dt>Mixture</dt>
            <dd>{mixture}</dd>
          </div>
        )}
        <div title="Checksum of all parts: the same data give the same">
          <dt>Snapshot</dt>
          <dd>
            <code title={sha256}>{sha256.slice(0, 12)}</code>
          </dd>
        </div>
      </dl>
      <LeftOut part={snapshot} what="pairs" />
      <LeftOut part={unpaired} what="judgements" />
      <LeftOut part={demonstrations} what="demonstrations" />
    </section>
  );
}

interface PartProps {
  part: SnapshotPart;
  one: string;
  /** Not worth a word where there is nothing. */
  optional?: boolean;
}

function PartFacts({ part, one, optional = false }: PartProps) {
  const { train, heldOut } = part;
  const left = reasonsOf(part).reduce((sum, [, number]) => sum + number, 0);
  if (optional && train + heldOut + left === 0) {
    return null;
  }
  return (
    <>
      <div>
        <dt>To train on</dt>
        <dd>{counted(train, one)}</dd>
      </div>
      <div title="A fifth of the prompts, chosen by their hash; nothing of them is in the training part">
        <dt>Held out</dt>
        <dd>{counted(heldOut, one)}</dd>
      </div>
      <div>
        <dt>Left out</dt>
        <dd>{counted(left, one)}</dd>
      </div>
    </>
  );
}

function LeftOut({ part, what }: { part: SnapshotPart; what: string }) {
  const reasons = reasonsOf(part);
  return (
    reasons.length > 0 && (
      <ul className="reasons" aria-label={`Why ${what} were left out`}>
        {reasons.map(([reason, number]) => (
          <li key={reason}>
            {sentenceCase(reason)} <strong>{count(number)}</strong>
          </li>
        ))}
      </ul>
    )
  );
}

const reasonsOf = ({ dropped }: SnapshotPart) => Object.entries(dropped).filter(([, number]) => number > 0);
