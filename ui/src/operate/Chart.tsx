import { type CSSProperties, type KeyboardEvent, useEffect, useLayoutEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { ChartWords } from './charts.ts';
import { type Curve, rangeOf, stepTo, ticksOf } from './curves.ts';
import { count, UNKNOWN } from './format.ts';

const HEIGHT = 150;
const AXIS_WIDTH = 60;
const FONT = '11px "Instrument Sans Variable", system-ui, sans-serif';

interface Props {
  words: ChartWords;
  curve: Curve;
  /** As many as there will be. */
  steps: number;
  /** Index of the step that is read; null for the newest. */
  inspected: number | null;
  onInspect: (index: number | null) => void;
}

/** Figures over the steps; all steps that are to come have their place from the start. */
export function Chart({ words, curve, steps, inspected, onInspect }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const shown = useRef({ words, curve, steps, onInspect });
  shown.current = { words, curve, steps, onInspect };

  useLayoutEffect(() => {
    const element = box.current!;
    const drawn = new uPlot(options(element, shown), dataOf(shown.current.curve), element);
    plot.current = drawn;
    const resized = new ResizeObserver(() => drawn.setSize({ width: element.clientWidth, height: HEIGHT }));
    resized.observe(element);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const redraw = () => drawn.redraw();
    dark.addEventListener('change', redraw);
    return () => {
      dark.removeEventListener('change', redraw);
      resized.disconnect();
      drawn.destroy();
    };
  }, []);

  useEffect(() => plot.current?.setData(dataOf(curve)), [curve, steps]);

  useEffect(() => {
    const drawn = plot.current;
    if (drawn === null || drawn.cursor.idx === inspected) return;
    const step = inspected === null ? undefined : drawn.data[0][inspected];
    drawn.setCursor({ left: step === undefined ? -10 : drawn.valToPos(step, 'x'), top: step === undefined ? -10 : 0 });
  }, [inspected]);

  const key = (event: KeyboardEvent) => {
    const index = curve.steps.length === 0 ? null : stepTo(event.key, inspected, curve.steps.length);
    if (index === null) return;
    event.preventDefault();
    onInspect(index);
  };
  const at = inspected ?? curve.steps.length - 1;
  const step = curve.steps[at];
  const readings = words.lines.map((line, index) => ({
    ...line,
    value: words.format(curve.lines[index]?.values[at]),
  }));
  const alone = readings.length === 1;
  const spoken = readings.map(({ label, value }) => (alone ? value : `${label} ${value}`)).join(', ');

  return (
    <figure className="chart">
      <figcaption>
        <strong>{words.label}</strong>
        <span className="chart-reading">
          {alone && readings[0]!.value}
          <span className="beside">{step === undefined ? UNKNOWN : `step ${count(step)}`}</span>
        </span>
      </figcaption>
      {!alone && (
        <ul className="chart-legend">
          {readings.map(({ figure, label, tone, value }) => (
            <li key={figure} style={{ '--tone': `var(${tone})` } as CSSProperties}>
              {label} <span>{value}</span>
            </li>
          ))}
        </ul>
      )}
      <div
        ref={box}
        className="chart-plot"
        role="slider"
        tabIndex={0}
        aria-label={`${words.label} by step`}
        aria-valuemin={curve.steps[0] ?? 0}
        aria-valuemax={curve.steps.at(-1) ?? 0}
        aria-valuenow={step ?? 0}
        aria-valuetext={step === undefined ? 'No step yet' : `Step ${step}: ${spoken}`}
        onKeyDown={key}
        onBlur={() => onInspect(null)}
      />
      {words.note !== '' && <p className="hint">{words.note}</p>}
    </figure>
  );
}

function dataOf({ steps, lines }: Curve): uPlot.AlignedData {
  return [steps, ...lines.flatMap(({ values, means }) => [values, means])];
}

type Shown = { current: Pick<Props, 'words' | 'curve' | 'steps' | 'onInspect'> };

function options(element: HTMLElement, shown: Shown): uPlot.Options {
  // Custom properties hold both schemes; computed colours only the present one.
  const color = (css: string) => () => {
    element.style.color = css;
    return getComputedStyle(element).color;
  };
  const axis: uPlot.Axis = {
    stroke: color('var(--ink-faint)'),
    font: FONT,
    grid: { stroke: color('var(--line)'), width: 1 },
    ticks: { show: false },
  };
  const series = shown.current.words.lines.flatMap(({ tone }): uPlot.Series[] => {
    const faint = color(`color-mix(in oklab, var(${tone}) 45%, transparent)`);
    const dots = { show: true, size: 4, width: 0, fill: faint, stroke: faint };
    return [
      { paths: () => null, points: dots },
      { stroke: color(`var(${tone})`), width: 2, points: { show: false } },
    ];
  });
  return {
    width: element.clientWidth,
    height: HEIGHT,
    padding: [6, 8, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { setScale: false, x: false, y: false }, points: { size: 7 } },
    scales: {
      x: { time: false, range: () => [1, Math.max(2, shown.current.steps)] },
      y: {
        range: () => {
          const { curve, words } = shown.current;
          const values = curve.lines.flatMap((line) => line.values);
          return rangeOf(values, words.mark === null ? words.seen : [words.mark, ...words.seen]);
        },
      },
    },
    axes: [
      { ...axis, size: 26, values: (_, splits) => splits.map((step) => (Number.isInteger(step) ? count(step) : '')) },
      { ...axis, size: AXIS_WIDTH, values: (_, splits) => ticksOf(splits, shown.current.words.format) },
    ],
    series: [{}, ...series],
    hooks: {
      drawClear: [(drawn) => markLine(drawn, shown.current.words.mark, color('var(--edge)')())],
      setCursor: [(drawn) => shown.current.onInspect(drawn.cursor.idx ?? null)],
    },
  };
}

function markLine({ ctx, bbox, valToPos }: uPlot, value: number | null, color: string): void {
  if (value === null) return;
  const y = Math.round(valToPos(value, 'y', true)) + 0.5;
  ctx.save();
  ctx.strokeStyle = color;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}
