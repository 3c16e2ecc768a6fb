import { type Round, runs } from '../api/rounds.ts';
import { count, decimal, duration, UNKNOWN } from './format.ts';
import { PHASES, reachOf, stageLabel, STAGES } from './words.ts';

const STARTING = { ...PHASES.training, label: 'Getting ready' };
const JUDGING = { label: 'Measuring the reward model', part: 'Pair', rate: 'pairs/s' };

/** How far a round is; while it runs, what it is doing, how fast and for how long. */
export function RoundProgress({ round }: { round: Round }) {
  return (
    <section className="progress" aria-label="Progress">
      <ol className="stages">
        {STAGES.map(({ state, label }, index) => {
          const reach = reachOf(round, index);
          return (
            <li key={state} data-reached={reach} aria-current={reach === 'now' ? 'step' : undefined}>
              {label}
            </li>
          );
        })}
      </ol>
      {runs(round.state) && <Now round={round} />}
    </section>
  );
}

/** While its plan is worked on, a round measures nothing but the reward model of a stage. */
function wordsOf({ state, progress }: Round) {
  if (progress === null) return STARTING;
  return state === 'POLICY' && progress.phase === 'evaluating' ? JUDGING : PHASES[progress.phase];
}

function Now({ round }: { round: Round }) {
  const { plan, progress, paused } = round;
  const { label, part, rate: per } = wordsOf(round);
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
