import { useEffect, useMemo, useState } from 'react';
import { RequestError } from '../api/http.ts';
import { getCurve, type Round, type Stage, type StepReport, stepFiles } from '../api/rounds.ts';
import { Chart } from './Chart.tsx';
import { chartsOf } from './charts.ts';
import { byStage, MEAN_OF } from './curves.ts';
import { stageLabel, stageOf } from './words.ts';

/** Loss and metrics of every step so far, stage by stage. */
export function Curves({ round }: { round: Round }) {
  const { reports, error } = useCurve(round);
  const { plan, progress } = round;
  const stages = useMemo(() => byStage(reports ?? [], plan.stages.length), [reports, plan.stages.length]);
  const files = stepFiles(round.id);
  const ended = stageOf(round) > 1 || round.endedAt !== null;

  if (ended && reports?.length === 0) return null;
  return (
    <section aria-label="Training">
      <h2>Training</h2>
      <p className="section-note">
        Measured on the examples of each step, before the step. Dots are steps, the line is the mean of the last{' '}
        {MEAN_OF}. Point at a step, or use the arrow keys, to read it.
        {reports !== null && reports.length > 0 && (
          <>
            {' '}
            Download:{' '}
            <a href={files.csv} download>
              CSV
            </a>
            ,{' '}
            <a href={files.tensorBoard} download>
              TensorBoard
            </a>
            .
          </>
        )}
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
  const charts = useMemo(() => chartsOf(stage, reports), [reports, stage]);
  const all = (
    <div className="charts">
      {charts.map(({ words, curve }) => (
        <Chart
          // Other lines want another plot.
          key={[words.label, ...words.lines.map(({ figure }) => figure)].join(' ')}
          words={heading === null ? words : { ...words, label: `${words.label}, ${stage.name.toUpperCase()}` }}
          curve={curve}
          steps={reports.at(-1)?.steps ?? steps ?? 1}
          inspected={inspected}
          onInspect={setInspected}
        />
      ))}
    </div>
  );
  if (heading === null) return all;
  if (reports.length === 0) return null;
  return (
    <section aria-label={heading}>
      <h3 className="stage-head">{heading}</h3>
      {all}
    </section>
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
