import { type AuditEntry, listAudit } from '../api/versions.ts';
import { sentenceCase, UNKNOWN } from './format.ts';
import { LoadNote } from './LoadNote.tsx';
import { Time } from './Time.tsx';
import { usePolled } from './usePolled.ts';

const LIMIT = 100;
const never = () => false;
const read = () => listAudit(LIMIT);

/** Who did what to rounds and versions, and why. */
export function AuditView() {
  const audit = usePolled(read, never);
  return (
    <>
      <header className="view-head">
        <h1>Audit</h1>
        <p>What people and rounds did, newest first. Entries are never changed or deleted.</p>
      </header>
      <LoadNote of={audit} what="The audit log" />
      {audit.value?.length === 0 && <p className="nothing">Nothing has been done yet.</p>}
      {audit.value !== null && audit.value.length > 0 && <AuditTable entries={audit.value} />}
      {audit.value?.length === LIMIT && <p className="hint">The newest {LIMIT} entries.</p>}
    </>
  );
}

function AuditTable({ entries }: { entries: AuditEntry[] }) {
  return (
    <table className="grid">
      <caption className="unseen">Changes, newest first</caption>
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">Who</th>
          <th scope="col">What</th>
          <th scope="col">Before and after</th>
          <th scope="col">Why</th>
        </tr>
      </thead>
      <tbody>
        {entries.map(({ at, who, action, subject, before, after, why }) => (
          <tr key={`${at} ${action} ${subject}`}>
            <td data-label="When">
              <Time at={at} />
            </td>
            <td data-label="Who">{who}</td>
            <th scope="row" data-label="What">
              {sentenceCase(action)}
              {subject !== null && subject !== after && <code className="beside">{subject}</code>}
            </th>
            <td data-label="Before and after" className="lineage">
              <code>{before ?? UNKNOWN}</code> <span aria-hidden="true">→</span>
              <span className="unseen">to</span> <code>{after ?? UNKNOWN}</code>
            </td>
            <td data-label="Why">{why ?? UNKNOWN}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
