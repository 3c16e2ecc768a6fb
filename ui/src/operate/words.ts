import { type Check, type Metrics, type Plan, type Round, type RoundState, runs, type Verdict } from '../api/rounds.ts';
import { bytes, count, counted, decimal, duration, percent, percentRange, UNKNOWN } from './format.ts';

interface StateWords {
  label: string;
  /** What it means for the round. */
  note: string;
  /** Colour and sign of the badge. */
  tone: 'running' | 'good' | 'bad' | 'asks' | 'still';
}

export const STATES: Record<RoundState, StateWords> = {
  COLLECT: { label: 'Collecting', note: 'Pairs are gathered, split and written down.', tone: 'running' },
  POLICY: { label: 'Training', note: 'A candidate is trained on the pairs.', tone: 'running' },
  EVALUATE: { label: 'Measuring', note: 'The candidate is compared with its parent.', tone: 'running' },
  GATE: { label: 'Judging', note: 'The measurements are held against the thresholds.', tone: 'running' },
  DONE: { label: 'Done', note: 'The reward model that it trained is kept. There is no candidate.', tone: 'good' },
  PUBLISHED: { label: 'Published', note: 'The candidate became the version that answers.', tone: 'good' },
  REFUSED: { label: 'Refused', note: 'A check failed, so the parent goes on answering.', tone: 'bad' },
  NEEDS_HUMAN: {
    label: 'Needs a person',
    note: 'There is too little data to be sure, or another version answers by now. Read the answers below and decide.',
    tone: 'asks',
  },
  FAILED: { label: 'Failed', note: 'The round broke off. It can be resumed from its last checkpoint.', tone: 'bad' },
  CANCELLED: {
    label: 'Cancelled',
    note: 'Someone stopped it. It can be resumed from its last checkpoint.',
    tone: 'still',
  },
  ROLLED_BACK: { label: 'Rolled back', note: 'It was published; its parent answers again.', tone: 'still' },
};

export const STAGES: { state: RoundState; label: string }[] = [
  { state: 'COLLECT', label: 'Collect' },
  { state: 'POLICY', label: 'Train' },
  { state: 'EVALUATE', label: 'Measure' },
  { state: 'GATE', label: 'Judge' },
];

type HowFar = Pick<Round, 'state' | 'version' | 'gate'>;

/** Index into `STAGES` of where a round is or broke off; of one that came to its end, how many it went through. */
export function stageOf(round: HowFar): number {
  const running = STAGES.findIndex(({ state }) => state === round.state);
  if (running !== -1) return running;
  if (round.state === 'DONE') return 2;
  if (round.state !== 'FAILED' && round.state !== 'CANCELLED') return STAGES.length;
  if (round.gate !== null) return 3;
  // Collecting leaves no trace here. It takes a moment, since the data are fixed before, so hardly any breaks off in it.
  return round.version === null ? 1 : 2;
}

/** Whether a round has a stage behind it, is in it, broke off there, or has not come to it. */
export function reachOf(round: HowFar, stage: number): 'yes' | 'now' | 'broken' | 'no' {
  const at = stageOf(round);
  if (stage !== at) return stage < at ? 'yes' : 'no';
  if (runs(round.state)) return 'now';
  return round.state === 'DONE' ? 'no' : 'broken';
}

/** What a worker does: what it counts, and what its rate is of. */
export const PHASES = {
  training: { label: 'Training', part: 'Step', rate: 'examples/s' },
  evaluating: { label: 'Measuring both versions', part: 'Part', rate: 'parts/s' },
  sampling: { label: 'Drawing answers to choose from', part: 'Answer', rate: 'answers/s' },
  scoring: { label: 'Rewarding the answers', part: 'Prompt', rate: 'prompts/s' },
  generating: { label: 'Writing answers to the gate prompts', part: 'Answer', rate: 'answers/s' },
};

export const VERDICTS: Record<Verdict, { label: string; sign: string }> = {
  PASSED: { label: 'Passed', sign: '✓' },
  FAILED: { label: 'Failed', sign: '✗' },
  UNDECIDED: { label: 'Undecided', sign: '?' },
};

/** What the checks of the gate ask, by name. */
export const CHECKS: Record<string, string> = {
  finite: 'Whether the candidate gives probabilities at all.',
  'held-out-pairs': 'Pairs that were kept from training, to measure on.',
  'preference-accuracy': 'Held-out pairs of which the chosen answer gained more than the rejected one. 50 % is chance.',
  'chat-perplexity': 'How much less likely good answers have become; 1 is no change.',
  'text-perplexity': 'How much less likely ordinary text has become; 1 is no change.',
  kl: 'How far its next words are from those of its parent, per token.',
  'kl-to-base': 'How far its next words are from those of the base, per token.',
  'response-length': 'Length of its answers against those of its parent.',
  'distinct-1': 'How many different tokens it uses, against its parent.',
  'distinct-2': 'How many different runs of two tokens it uses, against its parent.',
  'distinct-3': 'How many different runs of three tokens it uses, against its parent.',
  refusals: 'How many more of its answers decline.',
  loops: 'How many more of its answers repeat themselves.',
  'cut-sentences': 'How many more of its answers break off within a sentence.',
  'leaked-tokens': 'How many more of its answers show control tokens.',
  'self-consistency': 'How much more it agrees with itself when asked again.',
};

/**
 * What follows from the checks: one that failed refuses, one that is undecided asks a person, and so do too few
 * pairs whatever else was found.
 */
export function decisionOf(gate: Check[]): 'PASSED' | 'REFUSED' | 'NEEDS_HUMAN' {
  if (gate.some(({ name, verdict }) => name === 'held-out-pairs' && verdict === 'UNDECIDED')) return 'NEEDS_HUMAN';
  if (gate.some(({ verdict }) => verdict === 'FAILED')) return 'REFUSED';
  return gate.some(({ verdict }) => verdict === 'UNDECIDED') ? 'NEEDS_HUMAN' : 'PASSED';
}

export interface FigureWords {
  label: string;
  value: string;
  /** What stands beside the value: an interval, what it was before. */
  beside?: string;
  note: string;
}

/** What a round measured, in the order in which one asks. */
export function figuresOf(metrics: Metrics): FigureWords[] {
  const { accuracy, low, high, logprobAccuracyBefore, logprobAccuracyAfter } = metrics;
  const range = percentRange(low, high);
  return [
    {
      label: 'Held-out accuracy',
      value: percent(accuracy),
      ...(range !== UNKNOWN && { beside: `95% interval ${range}` }),
      note: 'Held-out pairs of which the chosen answer gained more than the rejected one, against the parent. 50 % is chance.',
    },
    {
      label: 'Log-prob accuracy',
      value: percent(logprobAccuracyAfter),
      beside: `parent ${percent(logprobAccuracyBefore)}`,
      note: 'Held-out pairs of which the chosen answer is the likelier one, token by token.',
    },
    {
      label: 'Margin',
      value: nats(metrics.margin),
      note: 'How much more the chosen answer gained than the rejected one, times beta; mean over held-out pairs.',
    },
    {
      label: 'KL to the parent',
      value: nats(metrics.kl),
      note: 'How far the candidate has moved away from its parent, per token. 0 is not at all.',
    },
    { label: 'Pairs trained on', value: count(metrics.pairs), note: 'Different ones, each at least once.' },
    { label: 'Pairs held out', value: count(metrics.heldOut), note: 'Kept from training, to measure on.' },
    { label: 'Steps', value: count(metrics.steps), note: 'Changes made to the weights.' },
    {
      label: 'Left out',
      value: count(metrics.leftOut),
      note: 'Examples that were not learnt from. What each stage did says why.',
    },
    {
      label: 'Cut to fit',
      value: count(metrics.answersCut),
      beside: `prompts ${count(metrics.promptsCut)}`,
      note: 'Answers that were longer than maxTokens allows, and prompts that were cut at their beginning for their answers.',
    },
    { label: 'Took', value: duration(metrics.seconds), note: 'Work in training; measuring comes on top.' },
    { label: 'Peak memory', value: bytes(metrics.peakBytes), note: "Most that the round's own process held at once." },
  ];
}

function nats(value: number | null | undefined): string {
  const text = decimal(value);
  return text === UNKNOWN ? text : `${text}\u00a0nats`;
}

/** What a stage learns by, by its method. */
const METHODS: Record<string, string> = {
  dpo: 'DPO: chosen over rejected',
  kto: 'KTO: each answer good or bad',
  sft: 'SFT: good answers alone',
  rm: 'RM: a reward model alone',
};

/** A plan among others to choose from. */
export function planLabel(plan: Plan): string {
  const [only, ...more] = plan.stages;
  return more.length === 0 && only !== undefined ? (METHODS[only.method] ?? plan.name) : stagesLabel(plan);
}

/** `SFT, then DPO` */
export function stagesLabel({ stages }: Plan): string {
  return stages.map(({ method }) => method.toUpperCase()).join(', then ');
}

/** `Stage 2 of 3: DPO`; nothing where there is one. */
export function stageLabel({ stages }: Plan, number: number): string | null {
  const stage = stages[number - 1];
  return stages.length < 2 || stage === undefined
    ? null
    : `Stage ${number} of ${stages.length}: ${stage.name.toUpperCase()}`;
}

/** What the settings of methods mean, by name. */
export const SETTINGS: Record<string, string> = {
  beta: 'How strongly the candidate is held to its parent; smaller moves further. 2 of sigmoid_norm and simpo.',
  loss: 'sigmoid, or another of its family: sigmoid_norm, hinge, ipo, robust, simpo, orpo.',
  labelSmoothing: 'Share of votes taken to be wrong, below 0.5; of hinge, ipo and orpo none.',
  targetMargin: 'Of simpo: by how much the chosen answer is to be ahead.',
  lengthWeight: 'Weight of the tokens by which one answer is longer, from 0 to 1.',
  desirableWeight: 'Weight of good answers; auto goes by how many there are of either kind.',
  undesirableWeight: 'Weight of bad answers, likewise.',
  fromPairs: 'Whether answers of pairs are learnt from too: auto does where there are no others; always, never.',
  rank: 'Rank of the adapter: how much it can hold.',
  alpha: 'The adapter counts alpha / rank times.',
  targets: 'Layers that the adapter changes: q, k, v, o, gate, up, down.',
  learningRate: 'Size of a step at its peak.',
  warmup: 'Share of the steps in which the rate rises.',
  schedule: 'What the rate does then: constant, linear, cosine or trapezoid.',
  epochs: 'How often each example is seen; of training by reward, passes over the answers of a step.',
  maxSteps: 'Ends the training early; 0 for no limit.',
  batchPairs: 'Pairs a step.',
  batchAnswers: 'Answers a step.',
  microBatchAnswers: 'Answers computed at once, at most: changes speed and memory only.',
  microBatchPairs: 'Pairs computed at once, at most: changes speed and memory only.',
  maxTokens:
    'Of a prompt and one answer together; longer ones are cut, or left out where the candidate is to answer them.',
  maxGradientNorm: 'Longer gradients are shortened to it.',
  weightDecay: 'Pull of the weights towards 0 in each step.',
  seed: 'Of the order of the examples, the first weights, and what is sampled.',
  compute: 'Number format: auto takes what is faster here; or f32, bf16.',
  adapter: 'What is trained: lora, dora (whole weights come of it) or full (all weights).',
  rsLora: 'The adapter counts alpha / sqrt(rank) times instead.',
  dropout: 'Share of what an adapter reads that each step leaves out.',
  gradientCheckpointing: 'Less memory for a third to a half more work.',
  ema: 'The candidate is the average of the weights, which keeps this share of itself in a step; 0 for the last weights.',
  lengthBuckets: 'Batches of examples of like length.',
  heldOutEvery: 'Steps between two measurements on held-out examples: auto for a fourth of all; 0 for none.',
  base: 'What the reward model is trained over: policy, the base of the candidate, or the id of another model.',
  margin: 'How much more reward one more in rating is to bring; 0 for any.',
  centring: 'How strongly rewards are held around zero.',
  batchPrompts: 'Prompts a step, each with all its answers.',
  microBatchPrompts: 'Prompts computed at once, at most: changes speed and memory only.',
  reward: 'What grades answers: stage, the reward model of a stage before; newest, or the id of one that is kept.',
  tasks: 'Where the reward is tasks: arithmetic, or the path of a file of tasks on the machine of the server.',
  answers: 'Answers to each prompt, of which the best is kept.',
  temperature: 'Of sampling: below 1 keeps to likely tokens, above 1 strays.',
  maxNewTokens: 'Of an answer; longer ones break off.',
  rolloutsPerStep: 'Answers sampled for a step.',
  groupSize: 'Of these, answers to one prompt.',
  batchResponses: 'Answers of an update; a step makes several of what it sampled.',
  microBatchResponses: 'Answers computed at once, at most: changes speed and memory only.',
  klEstimator: 'How the distance from the parent is estimated of a sampled token: k1, k2 or k3.',
  klCoefficient: 'What a nat of distance from the parent costs in reward; the first such price where it adapts.',
  klTarget: 'Distance in nats an answer that the price adapts to; 0 for a fixed price.',
  klHorizon: 'Answers over which it adapts.',
  normaliseScores: 'Whether scores are brought to mean 0 and deviation 1 of all so far.',
  scoreClip: 'Scores beyond this, either way, count as this; 0 for no bound.',
  missingEosPenalty: 'What is taken off the score of an answer that did not end by itself.',
  whitenRewards: 'Whether the rewards of a step are brought to variance 1; their mean stays.',
  advantage: 'Of ppo, what a token was worth: gae, td_residual, return or return_to_go_with_baseline.',
  valueTarget: 'Of ppo, what values are drawn to: gae or td.',
  gamma: 'Of ppo, what a reward counts one token earlier.',
  lambda: 'Of gae: 1 trusts rewards, 0 trusts values.',
  whitenAdvantages: 'Whether what tokens were worth is brought to mean 0 and variance 1 over a step.',
  scaleByGroup: 'Of grpo: whether that is divided by how much the rewards of one prompt differ.',
  surrogate: 'The loss of a token: clipped, or reinforce for fresh answers only.',
  clipLow: 'A token that has become less likely by more than this share is pushed no further down.',
  clipHigh: 'A token that has become more likely by more than this share is pushed no further up.',
  aggregation: 'How tokens become one loss: token_mean, response_mean, max_tokens or response_sum.',
  klLossEstimator: 'How the distance from the parent is estimated in the loss: k2 or k3.',
  klLossCoefficient: 'Weight of that distance in the loss.',
  valueClip: 'Of ppo, how far a value may move from the one at sampling; 0 for no bound.',
  valueCoefficient: 'Of ppo, weight of the loss of the values.',
  entropyCoefficient: 'Weight of the entropy: above 0 keeps answers varied.',
  ptxCoefficient: 'Weight of the demonstrations that each update learns too; 0 for none.',
  earlyStopKl: 'Distance from the policy that sampled, in nats a token, beyond which a step ends; 0 for no bound.',
};

/** Where pairs come from, by the name of their source. */
const SOURCES: Record<string, string> = {
  import: 'Imported',
  comparison: 'Comparisons',
  ranking: 'Rankings',
  edit: 'Better answers written',
  upOverDown: 'Thumb up over thumb down',
};

export function sourceLabel(source: string): string {
  return SOURCES[source] ?? source;
}

/** What a round can include, of one kind or all, by what includes it. */
export function bySource(counts: Record<string, number>): { imported: number; votes: number } {
  const imported = counts['import'] ?? 0;
  const all = Object.values(counts).reduce((sum, each) => sum + each, 0);
  return { imported, votes: all - imported };
}

/** Examples of each kind, such as `12 pairs, 3 single votes`. */
export function kindsOf(pairs: number, unpaired: number, demonstrations: number): string {
  const kinds = [counted(pairs, 'pair')];
  if (unpaired > 0) kinds.push(counted(unpaired, 'single vote'));
  if (demonstrations > 0) kinds.push(counted(demonstrations, 'demonstration'));
  return kinds.join(', ');
}
