import type { Snapshot } from '../api/rounds.ts';
import { count, counted, sentenceCase } from './format.ts';

/** Which pairs a round learned from and was measured on, and which it left out. */
export function SnapshotFacts({ snapshot }: { snapshot: Snapshot }) {
  const { sha256, train, heldOut, dropped } = snapshot;
  const reasons = Object.entries(dropped).filter(([, number]) => number > 0);
  const left = reasons.reduce((sum, [, number]) => sum + number, 0);
  return (
    <section aria-label="Data">
      <h2>Data</h2>
      <dl className="facts">
        <div>
          <dt>To train on</dt>
          <dd>{counted(train, 'pair')}</dd>
        </div>
        <div title="A fifth of the prompts, chosen by their hash; nothing of them is in the training part">
          <dt>Held out</dt>
          <dd>{counted(heldOut, 'pair')}</dd>
        </div>
        <div>
          <dt>Left out</dt>
          <dd>{counted(left, 'pair')}</dd>
        </div>
        <div title="Checksum of both parts: the same pairs give the same">
          <dt>Snapshot</dt>
          <dd>
            <code title={sha256}>{sha256.slice(0, 12)}</code>
          </dd>
        </div>
      </dl>
      {reasons.length > 0 && (
        <ul className="reasons" aria-label="Why pairs were left out">
          {reasons.map(([reason, number]) => (
            <li key={reason}>
              {sentenceCase(reason)} <strong>{count(number)}</strong>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
