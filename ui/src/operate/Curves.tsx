import { useEffect, useMemo, useState } from 'react';
import { RequestError } from '../api/http.ts';
import { getCurve, type Round, type StepReport, stepFiles } from '../api/rounds.ts';
import { Chart } from './Chart.tsx';
import { chartsOf } from './charts.ts';
import { MEAN_OF, stagesOf } from './curves.ts';
import { stageOf } from './words.ts';

/** Loss and metrics of every step so far. */
export function Curves({ round }: { round: Round }) {
  const { reports, error } = useCurve(round);
  const stages = useMemo(() => stagesOf(reports ?? []), [reports]);
  const files = stepFiles(round.id);
  const ended = stageOf(round) > 1 || round.endedAt !== null;

  if (ended && reports?.length === 0) return null;
  return (
    <section aria-label="Training">
      <h2>Training</h2>
      <p className="section-note">
        Measured on the pairs of each step, before the step. Dots are steps, the line is the mean of the last {MEAN_OF}.
        Point at a step, or use the arrow keys, to read it.
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
      {stages.map((ofStage, index) => (
        <StageCharts key={index} round={round} reports={ofStage} number={stages.length === 1 ? null : index + 1} />
      ))}
    </section>
  );
}

interface StageProps {
  round: Round;
  reports: StepReport[];
  /** Null where there is one stage. */
  number: number | null;
}

/** Charts that are read at the same step. */
function StageCharts({ round: { recipe, settings, progress }, reports, number }: StageProps) {
  const [inspected, setInspected] = useState<number | null>(null);
  const charts = useMemo(
    () => chartsOf(number === null ? { recipe, settings } : { recipe: '', settings: {} }, reports),
    [reports, recipe, settings, number],
  );
  const steps = reports.at(-1)?.steps ?? progress?.steps ?? 1;
  return (
    <>
      {number !== null && <h3 className="stage-title">Stage {number}</h3>}
      <div className="charts">
        {charts.map(({ words, curve }) => (
          <Chart
            // Other lines want another plot.
            key={[words.label, ...words.lines.map(({ figure }) => figure)].join(' ')}
            words={words}
            curve={curve}
            steps={steps}
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
  const step = progress?.phase === 'training' ? progress.step : null;

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
