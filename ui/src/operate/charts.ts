import type { Stage, StepReport } from '../api/rounds.ts';
import { type Curve, curveOf } from './curves.ts';
import { decimal, percent, scientific } from './format.ts';

/** Names of colours, which differ between light and dark. */
export type Tone = '--steel' | '--good' | '--bad' | '--edge';

export interface LineWords {
  /** `loss`, `learningRate`, `gradientNorm`, or a metric by TRL's name. */
  figure: string;
  label: string;
  tone: Tone;
}

export interface ChartWords {
  label: string;
  /** What the numbers are, with their unit; empty where the name has to do. */
  note: string;
  /** A value to compare with, drawn as a dashed line; null for none. */
  mark: number | null;
  /** Further values that the chart must reach. */
  seen: number[];
  format: (value: number | null | undefined) => string;
  lines: LineWords[];
}

export interface ChartData {
  words: ChartWords;
  curve: Curve;
}

/** A chart of one figure. */
function single(figure: string, label: string, note: string, more: Partial<ChartWords> = {}): ChartWords {
  const lines: LineWords[] = [{ figure, label, tone: '--steel' }];
  return { label, note, mark: null, seen: [], format: decimal, lines, ...more };
}

function several(label: string, note: string, lines: LineWords[], more: Partial<ChartWords> = {}): ChartWords {
  return { label, note, mark: null, seen: [], format: decimal, lines, ...more };
}

function loss(note: string, more: Partial<ChartWords> = {}): ChartWords {
  const lines: LineWords[] = [
    { figure: 'loss', label: 'this step', tone: '--steel' },
    { figure: 'eval/loss', label: 'held out', tone: '--edge' },
  ];
  return several('Loss', note, lines, more);
}

/** What a method's loss is, and where it starts if that is known. */
function lossOf({ method, settings }: Pick<Stage, 'method' | 'settings'>): ChartWords {
  if (method === 'dpo' && settings['loss'] === 'sigmoid') {
    const note = 'In nats. Starts at 0.693 (ln 2, the dashed line); lower is better.';
    return loss(note, { mark: Math.LN2 });
  }
  // Otherwise it starts where the weights and the numbers of good and bad answers have it.
  const weights = [settings['desirableWeight'], settings['undesirableWeight']];
  if (method === 'kto' && weights.every((weight) => Number(weight) === 1)) {
    return loss('Starts at 0.5 (the dashed line); lower is better.', { mark: 0.5 });
  }
  return loss('Lower is better.');
}

/** What a method's rewards are: some losses have no reference that they start level with. */
function rewardsOf({ method, settings }: Pick<Stage, 'method' | 'settings'>): ChartWords {
  const lines: LineWords[] = [
    { figure: 'rewards/chosen', label: 'good', tone: '--good' },
    { figure: 'rewards/rejected', label: 'bad', tone: '--bad' },
    { figure: 'rewards/margins', label: 'margin', tone: '--steel' },
  ];
  if (method === 'dpo' && (settings['loss'] === 'simpo' || settings['loss'] === 'orpo')) {
    const note = 'In nats: mean log-probability of a token of the answer, times beta. Good and bad start below 0.';
    return several('Rewards', note, lines);
  }
  const note = 'In nats: how much more likely answers have become, times beta. All start at 0.';
  return several('Rewards', note, lines, { mark: 0 });
}

const ACCURACY = several(
  'Accuracy',
  'Pairs that the candidate tells apart rightly. The dashed line, 50 %, is chance.',
  [
    { figure: 'rewards/accuracies', label: 'this step', tone: '--steel' },
    { figure: 'accuracy', label: 'this step', tone: '--steel' },
    { figure: 'eval/accuracy', label: 'held out', tone: '--edge' },
  ],
  { mark: 0.5, seen: [0, 1], format: percent },
);

/** Those that are the same for every method. */
const OTHER_CHARTS: ChartWords[] = [
  several('Reward', 'Mean over the answers of the step, and what is left of it behind the KL penalty.', [
    { figure: 'objective/scores', label: 'score', tone: '--steel' },
    { figure: 'objective/rlhf_reward', label: 'less penalty', tone: '--edge' },
  ]),
  several('Scores', 'What the reward model gives: lowest, mean and highest of the step, and its margin.', [
    { figure: 'min_reward', label: 'lowest', tone: '--bad' },
    { figure: 'mean_reward', label: 'mean', tone: '--steel' },
    { figure: 'max_reward', label: 'highest', tone: '--good' },
    { figure: 'margin', label: 'margin', tone: '--edge' },
  ]),
  several(
    'Log-probabilities',
    'In nats: of whole answers, as the candidate has them. Longer answers have lower ones.',
    [
      { figure: 'logps/chosen', label: 'good', tone: '--good' },
      { figure: 'logps/rejected', label: 'bad', tone: '--bad' },
    ],
  ),
  several(
    'KL',
    'In nats an answer: how far the candidate is from its parent. Above a limit it stops the round.',
    [
      { figure: 'kl', label: 'KL', tone: '--steel' },
      { figure: 'objective/kl', label: 'KL', tone: '--steel' },
      { figure: 'eval/kl', label: 'on held-out answers', tone: '--edge' },
    ],
    { seen: [0] },
  ),
  single(
    'mean_token_accuracy',
    'Likeliest tokens',
    'Tokens that are to be learnt, and that the candidate finds the likeliest of all.',
    { seen: [0, 1], format: percent },
  ),
  several(
    'Entropy',
    'In nats a token: how open it is to the candidate what comes next. Near 0 it says one thing only.',
    [
      { figure: 'entropy', label: 'entropy', tone: '--steel' },
      { figure: 'policy/entropy_avg', label: 'entropy', tone: '--steel' },
    ],
  ),
  single('completions/mean_length', 'Length of answers', 'In tokens. Too long or too short stops the round.', {
    seen: [0],
  }),
  single('learningRate', 'Learning rate', 'Size of the step.', { seen: [0], format: scientific }),
  single('gradientNorm', 'Gradient norm', 'Before it is shortened to maxGradientNorm.', { seen: [0] }),
];

/** What is no curve: how much another figure was read on. */
const COUNTS = new Set(['eval/pairs']);

/** Charts of all that a stage's steps have: what is known in its groups, then the rest by its own names. */
export function chartsOf(stage: Pick<Stage, 'method' | 'settings'>, reports: StepReport[]): ChartData[] {
  const there = new Set(['loss']);
  for (const report of reports) {
    for (const name of ['learningRate', 'gradientNorm'] as const) {
      if (typeof report[name] === 'number') there.add(name);
    }
    Object.keys(report.metrics).forEach((name) => there.add(name));
  }
  const known = [lossOf(stage), ACCURACY, rewardsOf(stage), ...OTHER_CHARTS]
    .map((words) => ({ ...words, lines: words.lines.filter(({ figure }) => there.has(figure)) }))
    .filter(({ lines }) => lines.length > 0);
  const grouped = new Set(known.flatMap(({ lines }) => lines.map(({ figure }) => figure)));
  const others = [...there]
    .filter((figure) => !grouped.has(figure) && !COUNTS.has(figure))
    .map((figure) => single(figure, figure, ''));
  return [...known, ...others].map((words) => ({
    words,
    curve: curveOf(
      reports,
      words.lines.map(({ figure }) => figure),
    ),
  }));
}
