import type { Answer } from '../chat/transcript.ts';

/** From this many on the page offers to put answers in order; two are compared. */
export const LEAST_RANKED = 3;
/** The most that the server takes in one ranking. */
export const MOST_RANKED = 8;

/**
 * The answers that one ranking can hold along with the one shown: those to the same prompt that are
 * stored, which one that broke off is not. Of too many the newest.
 */
export function rankable(answers: Answer[], shown: Answer): Answer[] {
  return answers
    .filter(({ promptHash }) => promptHash === shown.promptHash)
    .filter(({ finishReason }) => finishReason !== null && finishReason !== 'error')
    .slice(-MOST_RANKED);
}

/** The order to start from: what was ranked before stays as it was, the rest follows as drawn by lot. */
export function startingOrder(turns: string[], before: string[], random: () => number): string[] {
  const kept = before.filter((turn) => turns.includes(turn));
  return [
    ...kept,
    ...shuffled(
      turns.filter((turn) => !kept.includes(turn)),
      random,
    ),
  ];
}

/** The order after one of it went a place up (-1) or down (1); the same at the ends. */
export function moved(order: string[], turn: string, by: -1 | 1): string[] {
  const from = order.indexOf(turn);
  const to = from + by;
  const other = order[to];
  if (from === -1 || other === undefined) return order;
  return order.map((each) => (each === turn ? other : each === other ? turn : each));
}

/** What the page says of the answer shown: where it stands in a ranking. */
export function placed(order: string[], shown: string): string {
  switch (order.indexOf(shown)) {
    case -1:
      return 'This one was not among them.';
    case 0:
      return 'This is the best.';
    case order.length - 1:
      return 'This is the worst.';
    default:
      return `This is number ${order.indexOf(shown) + 1}.`;
  }
}

/** A number from 0 to 1, of which nobody can say anything before. */
export function lot(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]! / 2 ** 32;
}

/** Fisher and Yates. */
function shuffled(turns: string[], random: () => number): string[] {
  const order = [...turns];
  for (let last = order.length - 1; last > 0; last--) {
    const pick = Math.floor(random() * (last + 1));
    [order[last], order[pick]] = [order[pick]!, order[last]!];
  }
  return order;
}
