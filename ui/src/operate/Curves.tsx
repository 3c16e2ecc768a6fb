import { useEffect, useMemo, useState } from 'react';
import { RequestError } from '../api/http.ts';
import { getCurve, type Round, type Stage, type StepReport } from '../api/rounds.ts';
import { Chart, type ChartWords } from './Chart.tsx';
import { byStage, curveOf, MEAN_OF } from './curves.ts';
import { decimal, percent } from './format.ts';
import { stageLabel, stageOf } from './words.ts';

type Words = ChartWords & { figure: string };

const LOSS: Omit<Words, 'note' | 'mark'> = { figure: 'loss', label: 'Loss', seen: [], format: decimal };

/** What a method's loss is, and where it starts if that is known. */
function lossOf({ method, settings }: Stage): Words {
  if (method === 'dpo' && settings['loss'] === 'sigmoid') {
    return { ...LOSS, note: 'In nats. Starts at 0.693 (ln 2, the dashed line); lower is better.', mark: Math.LN2 };
  }
  if (method === 'kto') {
    return { ...LOSS, note: 'Starts at 0.5 (the dashed line); lower is better.', mark: 0.5 };
  }
  return { ...LOSS, note: 'Lower is better.', mark: null };
}

const METRICS: Words[] = [
  {
    figure: 'rewards/accuracies',
    label: 'Accuracy',
    note: 'Pairs of the step that the candidate tells apart rightly. The dashed line, 50 %, is chance.',
    mark: 0.5,
    seen: [0, 1],
    format: percent,
  },
  {
    figure: 'rewards/margins',
    label: 'Margin',
    note: 'In nats: how much more the chosen answers have gained than the rejected ones. Starts at 0.',
    mark: 0,
    seen: [],
    format: decimal,
  },
  {
    figure: 'rewards/chosen',
    label: 'Reward of good answers',
    note: 'In nats: how much more likely good answers have become, times beta. Starts at 0.',
    mark: 0,
    seen: [],
    format: decimal,
  },
  {
    figure: 'rewards/rejected',
    label: 'Reward of bad answers',
    note: 'In nats: how much more likely bad answers have become, times beta. Starts at 0.',
    mark: 0,
    seen: [],
    format: decimal,
  },
  {
    figure: 'kl',
    label: 'KL',
    note: 'In nats: how far the candidate is from its parent on answers to other prompts, the point that KTO measures from.',
    mark: null,
    seen: [0],
    format: decimal,
  },
];

/** Loss and metrics of every step so far, stage by stage. */
export function Curves({ round }: { round: Round }) {
  const { reports, error } = useCurve(round);
  const { plan, progress } = round;
  const stages = useMemo(() => byStage(reports ?? [], plan.stages.length), [reports, plan.stages.length]);
  const ended = stageOf(round) > 1 || round.endedAt !== null;

  if (ended && reports?.length === 0) return null;
  return (
    <section aria-label="Training">
      <h2>Training</h2>
      <p className="section-note">
        Measured on the examples of each step, before the step. Dots are steps, the line is the mean of the last{' '}
        {MEAN_OF}. Point at a step, or use the arrow keys, to read it.
      </p>
      {error !== null && (
        <p className="note note-bad" role="alert">
          The curves could not be read: {error}
        </p>
      )}
      {plan.stages.map((stage, index) => (
        <StageCurves
          key={stage.name}
          stage={stage}
          heading={stageLabel(plan, index + 1)}
          reports={stages[index] ?? []}
          steps={progress?.stage === index + 1 || plan.stages.length === 1 ? (progress?.steps ?? null) : null}
        />
      ))}
    </section>
  );
}

interface StageProps {
  stage: Stage;
  /** Nothing where it is the only one. */
  heading: string | null;
  reports: StepReport[];
  /** How many there will be, while it trains. */
  steps: number | null;
}

function StageCurves({ stage, heading, reports, steps }: StageProps) {
  const [inspected, setInspected] = useState<number | null>(null);
  const charts = useMemo(
    () =>
      [lossOf(stage), ...METRICS]
        .map(({ figure, ...words }) => ({ words, curve: curveOf(reports, figure) }))
        .filter(({ words, curve }) => words.label === LOSS.label || curve.values.some((value) => value !== null)),
    [reports, stage],
  );
  if (heading !== null && reports.length === 0) return null;
  return (
    <>
      {heading !== null && <h3>{heading}</h3>}
      <div className="charts">
        {charts.map(({ words, curve }) => (
          <Chart
            key={words.label}
            words={heading === null ? words : { ...words, label: `${words.label}, ${stage.name.toUpperCase()}` }}
            curve={curve}
            steps={reports.at(-1)?.steps ?? steps ?? 1}
            inspected={inspected}
            onInspect={setInspected}
          />
        ))}
      </div>
    </>
  );
}

/** The curve as of the step that the round is at, null until it is read; asked for again with each further step. */
function useCurve({ id, state, progress }: Round): { reports: StepReport[] | null; error: string | null } {
  const [reports, setReports] = useState<StepReport[] | null>(null);
  const [error, setError] = useState<string | null>(null);
  const step = progress?.phase === 'training' ? `${progress.stage}.${progress.step}` : null;

  useEffect(() => {
    let current = true;
    getCurve(id).then(
      (read) => {
        if (!current) return;
        setReports(read);
        setError(null);
      },
      (cause: unknown) => {
        if (!(cause instanceof RequestError)) throw cause;
        if (current) setError(cause.message);
      },
    );
    return () => {
      current = false;
    };
  }, [id, state, step]);

  return { reports, error };
}
