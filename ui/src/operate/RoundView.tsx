import { useCallback } from 'react';
import { getRound, type Round, runs } from '../api/rounds.ts';
import { PageLink } from '../shell/PageLink.tsx';
import { Curves } from './Curves.tsx';
import { Figures } from './Figures.tsx';
import { GateReport } from './GateReport.tsx';
import { LoadNote } from './LoadNote.tsx';
import { RoundActions } from './RoundActions.tsx';
import { RoundProgress } from './RoundProgress.tsx';
import { RoundSettings } from './RoundSettings.tsx';
import { SnapshotFacts } from './SnapshotFacts.tsx';
import { StageOutcomes } from './StageOutcomes.tsx';
import { StateBadge } from './StateBadge.tsx';
import { Time } from './Time.tsx';
import { usePolled } from './usePolled.ts';
import { stagesLabel, STATES } from './words.ts';

const isRunning = ({ state }: Round) => runs(state);

interface Props {
  id: string;
  onActiveChanged: () => void;
}

/** One round, live while it runs. */
export function RoundView({ id, onActiveChanged }: Props) {
  const round = usePolled(
    useCallback(() => getRound(id), [id]),
    isRunning,
  );
  const { value, error, refresh } = round;

  if (value === null && error?.status === 404) {
    return (
      <div className="missing" role="alert">
        <h1>There is no round {id}</h1>
        <p>{error.message}</p>
        <PageLink route={{ page: 'operate', section: 'rounds' }} className="link" current={false}>
          See all rounds
        </PageLink>
      </div>
    );
  }
  return (
    <>
      <LoadNote of={round} what="The round" />
      {value !== null && (
        <article className="round" aria-label={`Round ${id}`}>
          <RoundHead round={value} />
          <RoundProgress round={value} />
          <RoundActions round={value} onChanged={refresh} onActiveChanged={onActiveChanged} />
          <Curves round={value} />
          {value.metrics !== null && <Figures metrics={value.metrics} />}
          <StageOutcomes round={value} />
          {value.gate !== null && <GateReport gate={value.gate} parent={value.parent} version={value.version} />}
          {value.snapshot !== null && <SnapshotFacts snapshot={value.snapshot} />}
          <RoundSettings round={value} />
        </article>
      )}
    </>
  );
}

function RoundHead({ round }: { round: Round }) {
  const { id, state, plan, parent, version, startedAt, startedBy, endedAt, why } = round;
  return (
    <header className="view-head">
      <h1>
        Round {id} <StateBadge state={state} />
      </h1>
      <p>
        {STATES[state].note}
        {why !== null && <span className="why"> “{why}”</span>}
      </p>
      <p className="lineage">
        {stagesLabel(plan)}
        {plan.reason !== null && `, since ${plan.reason},`} from <code>{parent}</code>
        {version !== null && (
          <>
            {' '}
            to <code>{version}</code>
          </>
        )}
        , started <Time at={startedAt} /> by {startedBy}
        {endedAt !== null && (
          <>
            , ended <Time at={endedAt} />
          </>
        )}
      </p>
      <p className="unseen" role="status">
        Round {id}: {STATES[state].label}
      </p>
    </header>
  );
}
