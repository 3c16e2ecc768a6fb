import { listRounds, type Round, runs } from '../api/rounds.ts';
import { go } from '../route.ts';
import { PageLink } from '../shell/PageLink.tsx';
import { count, percent, percentRange, UNKNOWN } from './format.ts';
import { LoadNote } from './LoadNote.tsx';
import { StartForm } from './StartForm.tsx';
import { StateBadge } from './StateBadge.tsx';
import { Time } from './Time.tsx';
import { usePolled } from './usePolled.ts';
import { stagesLabel } from './words.ts';

const anyRuns = (rounds: Round[]) => rounds.some(({ state }) => runs(state));

export function RoundsView() {
  const rounds = usePolled(listRounds, anyRuns);
  const running = rounds.value?.find(({ state }) => runs(state)) ?? null;

  return (
    <>
      <header className="view-head">
        <h1>Rounds</h1>
        <p>
          A round trains a candidate on the pairs there are, measures it against the version it started from, and
          publishes it if the gate lets it pass.
        </p>
      </header>
      <StartForm running={running} onStarted={({ id }) => go({ page: 'round', id })} />
      <LoadNote of={rounds} what="The rounds" />
      {rounds.value?.length === 0 && <p className="nothing">No round yet. The first one starts from the base model.</p>}
      {rounds.value !== null && rounds.value.length > 0 && <RoundTable rounds={rounds.value} />}
    </>
  );
}

function RoundTable({ rounds }: { rounds: Round[] }) {
  return (
    <table className="grid">
      <caption className="unseen">Rounds, newest first</caption>
      <thead>
        <tr>
          <th scope="col">Round</th>
          <th scope="col">Decision</th>
          <th scope="col">From and to</th>
          <th scope="col" title="Share of held-out pairs of which the chosen answer gained more than the rejected one">
            Held-out accuracy
          </th>
          <th scope="col" title="Pairs to train on, and kept from training to measure on">
            Pairs
          </th>
          <th scope="col">Started</th>
        </tr>
      </thead>
      <tbody>
        {rounds.map((round) => (
          <RoundRow key={round.id} round={round} />
        ))}
      </tbody>
    </table>
  );
}

function RoundRow({ round }: { round: Round }) {
  const { id, plan, state, parent, version, snapshot, metrics, startedAt } = round;
  const range = percentRange(metrics?.low, metrics?.high);
  return (
    <tr data-round={id}>
      <th scope="row">
        <PageLink route={{ page: 'round', id }} className="row-link" current={false}>
          {id}
        </PageLink>
        <span className="beside">{stagesLabel(plan)}</span>
      </th>
      <td data-label="Decision">
        <StateBadge state={state} />
        {round.paused && <span className="beside">paused while someone chats</span>}
      </td>
      <td data-label="From and to" className="lineage">
        <code>{parent}</code> <span aria-hidden="true">→</span>
        <span className="unseen">to</span> <code>{version ?? UNKNOWN}</code>
      </td>
      <td data-label="Held-out accuracy">
        {percent(metrics?.accuracy)}
        {range !== UNKNOWN && <span className="beside">{range}</span>}
      </td>
      <td data-label="Pairs">
        {count(snapshot?.train)}
        <span className="beside">{count(snapshot?.heldOut)} held out</span>
      </td>
      <td data-label="Started">
        <Time at={startedAt} />
      </td>
    </tr>
  );
}
