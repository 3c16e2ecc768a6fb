import { useCallback } from 'react';
import { listAudit, listVersions, type ModelVersion } from '../api/versions.ts';
import { PageLink } from '../shell/PageLink.tsx';
import { activeSince, familyTree, type Kin } from './family.ts';
import { percent, percentRange, UNKNOWN } from './format.ts';
import { LoadNote } from './LoadNote.tsx';
import { PublishButton } from './PublishButton.tsx';
import { RollBackButton } from './RollBackButton.tsx';
import { StateBadge } from './StateBadge.tsx';
import { Time } from './Time.tsx';
import { usePolled } from './usePolled.ts';

const AUDIT_LIMIT = 1000;
const never = () => false;
const readAudit = () => listAudit(AUDIT_LIMIT);

export function VersionsView({ onActiveChanged }: { onActiveChanged: () => void }) {
  const versions = usePolled(listVersions, never);
  const audit = usePolled(readAudit, never);
  const active = versions.value?.find((version) => version.active) ?? null;
  const changed = useCallback(() => {
    versions.refresh();
    audit.refresh();
    onActiveChanged();
  }, [versions.refresh, audit.refresh, onActiveChanged]);

  return (
    <>
      <header className="view-head">
        <h1>Versions</h1>
        <p>Each version is the base model and one adapter on top of it. One of them answers.</p>
      </header>
      <LoadNote of={versions} what="The versions" />
      <LoadNote of={audit} what="The audit log" />
      {versions.value !== null && (
        <ol className="family" aria-label="Versions, each behind its parent">
          {familyTree(versions.value).map((kin) => (
            <VersionItem
              key={kin.version.id}
              kin={kin}
              active={active}
              since={kin.version.active ? activeSince(audit.value ?? [], kin.version.id) : null}
              onChanged={changed}
            />
          ))}
        </ol>
      )}
    </>
  );
}

interface ItemProps {
  kin: Kin;
  active: ModelVersion | null;
  /** Since when it answers, of the active one. */
  since: string | null;
  onChanged: () => void;
}

function VersionItem({ kin: { version, lanes, above, below }, active, since, onChanged }: ItemProps) {
  const { id, parent, round, state, decision, createdAt, metrics } = version;
  const range = percentRange(metrics?.low, metrics?.high);
  return (
    <li className="version-item" data-active={version.active} aria-label={id}>
      {lanes.map((lane, index) => (
        <span key={index} className="lane" data-lane={lane} />
      ))}
      <span className="lane lane-own" data-above={above} data-below={below} />
      <div className="version-body">
        <div className="version-head">
          <code className="version-id">{id}</code>
          {version.active && (
            <span className="badge badge-active">
              {since === null ? (
                'Answers now'
              ) : (
                <span>
                  Answers since <Time at={since} />
                </span>
              )}
            </span>
          )}
          {state === 'base' ? (
            <span className="badge">Base</span>
          ) : (
            decision !== null && <StateBadge state={decision} />
          )}
        </div>
        <p className="lineage">
          {state === 'base' ? (
            'Untrained, as it was pulled'
          ) : (
            <>
              From <code>{parent ?? UNKNOWN}</code>
            </>
          )}
          {round !== null && (
            <>
              {' in round '}
              <PageLink route={{ page: 'round', id: round }} className="link" current={false}>
                {round}
              </PageLink>
            </>
          )}
          , <Time at={createdAt} />
        </p>
        {state !== 'base' && (
          <p
            className="hint"
            title="Share of held-out pairs of which the chosen answer gained more than the rejected one"
          >
            Held-out accuracy against its parent: <strong>{percent(metrics?.accuracy)}</strong>
            {range !== UNKNOWN && ` (95% interval ${range})`}
          </p>
        )}
        <div className="version-actions">
          {version.active && parent !== null && <RollBackButton active={version} parent={parent} onDone={onChanged} />}
          {!version.active && state !== 'candidate' && (
            <PublishButton version={id} active={active?.id ?? null} objection={null} onDone={onChanged} />
          )}
          {state === 'candidate' && (decision === 'REFUSED' || decision === 'NEEDS_HUMAN') && (
            <PublishButton version={id} active={active?.id ?? null} objection={decision} onDone={onChanged} />
          )}
        </div>
      </div>
    </li>
  );
}
