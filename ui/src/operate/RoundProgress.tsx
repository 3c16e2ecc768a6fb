import { type Round, runs } from '../api/rounds.ts';
import { count, decimal, duration, UNKNOWN } from './format.ts';
import { PHASES, stageLabel, STAGES, stageOf } from './words.ts';

const STARTING = { ...PHASES.training, label: 'Getting ready' };

/** How far a round is; while it runs, what it is doing, how fast and for how long. */
export function RoundProgress({ round }: { round: Round }) {
  const reached = stageOf(round);
  const running = runs(round.state);
  return (
    <section className="progress" aria-label="Progress">
      <ol className="stages">
        {STAGES.map(({ state, label }, index) => (
          <li
            key={state}
            data-reached={index < reached ? 'yes' : index === reached ? (running ? 'now' : 'broken') : 'no'}
            aria-current={index === reached && running ? 'step' : undefined}
          >
            {label}
          </li>
        ))}
      </ol>
      {running && <Now round={round} />}
    </section>
  );
}

function Now({ round: { plan, progress, paused } }: { round: Round }) {
  const { label, part, rate: per } = progress === null ? STARTING : PHASES[progress.phase];
  const done = progress === null ? UNKNOWN : `${count(progress.step)} of ${count(progress.steps)}`;
  const stage = progress === null || progress.stage === null ? null : stageLabel(plan, progress.stage);
  const rate = decimal(progress?.perSecond);
  return (
    <div className="panel now">
      <div className="now-head">
        <strong>
          {label} <span className="beside">{stage}</span>
        </strong>
        <span className="paused" data-paused={paused}>
          {paused ? 'Paused while someone chats' : ''}
        </span>
      </div>
      <progress
        aria-label={label}
        max={progress?.steps ?? 1}
        value={progress === null ? undefined : progress.step}
        data-paused={paused}
      />
      <dl className="facts">
        <div>
          <dt>{part}</dt>
          <dd>{done}</dd>
        </div>
        <div title="Since this phase began or was resumed, pauses left out">
          <dt>Rate</dt>
          <dd>{rate === UNKNOWN ? rate : `${rate}\u00a0${per}`}</dd>
        </div>
        <div title="Of this phase, at this rate">
          <dt>Time left</dt>
          <dd>{duration(progress?.secondsLeft)}</dd>
        </div>
      </dl>
    </div>
  );
}
