import { useEffect, useMemo, useRef, useState } from 'react';
import { RequestError } from '../api/http.ts';
import { getCurve, type Round, type Stage, type StepReport, stepFiles } from '../api/rounds.ts';
import { Chart } from './Chart.tsx';
import { chartsOf } from './charts.ts';
import { byStage, MEAN_OF } from './curves.ts';
import { Rereading } from './rereading.ts';
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
          words={words}
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

interface ReadCurve {
  /** Null until they are read; kept when a later read fails. */
  reports: StepReport[] | null;
  /** Why the last read failed. */
  error: string | null;
}

const UNREAD: ReadCurve = { reports: null, error: null };

/** The curve, read again as the round moves on. */
function useCurve(round: Round): ReadCurve {
  const { id } = round;
  const [curve, setCurve] = useState(UNREAD);
  const reading = useRef<Rereading<StepReport[]>>(null);

  useEffect(() => {
    const show = (answer: StepReport[] | RequestError) =>
      setCurve(({ reports }) =>
        answer instanceof RequestError ? { reports, error: answer.message } : { reports: answer, error: null },
      );
    const begun = new Rereading(
      () => getCurve(id),
      show,
      () => performance.now(),
    );
    reading.current = begun;
    setCurve(UNREAD);
    return () => begun.stop();
  }, [id]);

  // Each poll brings a new object, even of a round that stands still: what could not be read at one is read at another.
  useEffect(() => void reading.current!.reached(pointOf(round)), [round]);

  return curve;
}

/** Differs wherever there may be more steps. */
function pointOf({ state, endedAt, progress }: Round): string {
  const step = progress?.phase === 'training' ? progress.step : null;
  return [state, endedAt, progress?.phase, progress?.stage, step].join(' ');
}
