import { useCallback } from 'react';
import { cancelRound, resumeRound, type Round, runs } from '../api/rounds.ts';
import { listVersions } from '../api/versions.ts';
import { PageLink } from '../shell/PageLink.tsx';
import { PublishButton } from './PublishButton.tsx';
import { type Action, useAction } from './useAction.ts';
import { usePolled } from './usePolled.ts';

interface Props {
  round: Round;
  onChanged: () => void;
  onActiveChanged: () => void;
}

const never = () => false;

/** What can be done with a round in the state that it is in. */
export function RoundActions({ round, onChanged, onActiveChanged }: Props) {
  const { id, state, version } = round;
  const action = useAction();
  const versions = usePolled(listVersions, never);
  const active = versions.value?.find((each) => each.active)?.id ?? null;
  const published = useCallback(() => {
    onChanged();
    versions.refresh();
    onActiveChanged();
  }, [onChanged, versions.refresh, onActiveChanged]);

  return (
    <div className="actions-row">
      {runs(state) && (
        <OnceButton
          action={action}
          label="Cancel round"
          busyLabel="Cancelling…"
          act={() => cancelRound(id)}
          then={onChanged}
          bad
        />
      )}
      {(state === 'FAILED' || state === 'CANCELLED') && (
        <OnceButton
          action={action}
          label="Resume round"
          busyLabel="Resuming…"
          act={() => resumeRound(id)}
          then={onChanged}
        />
      )}
      {(state === 'REFUSED' || state === 'NEEDS_HUMAN') && version !== null && (
        <PublishButton version={version} active={active} objection={state} onDone={published} />
      )}
      {(state === 'PUBLISHED' || state === 'ROLLED_BACK') && (
        <>
          {version !== null && version === active && <span className="badge badge-active">Answers now</span>}
          <PageLink route={{ page: 'operate', section: 'versions' }} className="link" current={false}>
            See the versions
          </PageLink>
        </>
      )}
      {action.error !== null && (
        <p className="note note-bad" role="alert">
          {action.error}
        </p>
      )}
    </div>
  );
}

interface OnceProps {
  action: Action;
  label: string;
  busyLabel: string;
  act: () => Promise<unknown>;
  then: () => void;
  bad?: boolean;
}

function OnceButton({ action, label, busyLabel, act, then, bad = false }: OnceProps) {
  const click = async () => {
    if (await action.run(act)) then();
  };
  return (
    <button
      type="button"
      className={bad ? 'small small-bad' : 'small'}
      disabled={action.busy}
      onClick={() => void click()}
    >
      {action.busy ? busyLabel : label}
    </button>
  );
}
