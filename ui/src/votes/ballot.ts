import type { StoredVote, Vote } from '../api/feedback.ts';
import type { Entry, Target } from './outbox.ts';

/** A vote as the user sees it: cast, whether or not the server has it yet. */
export interface CastVote {
  vote: Vote;
  target: Target;
  saved: boolean;
}

/**
 * The votes that count, those on their way included, oldest first. As on the server, a rating ends
 * every earlier one of the same turn, even when it is itself withdrawn.
 */
export function standing(stored: StoredVote[], entries: Entry[]): CastVote[] {
  const open = entries.filter(({ refusal }) => refusal === null);
  const withdrawn = open.flatMap(({ body }) => (body.kind === 'withdrawal' ? [targetKey(body.of)] : []));
  const casts: CastVote[] = [
    ...stored.map((vote) => ({ vote, target: { feedback: vote.id }, saved: true })),
    ...open.flatMap(({ key, body }) =>
      body.kind === 'withdrawal' ? [] : [{ vote: body, target: { entry: key }, saved: false }],
    ),
  ];
  return casts
    .filter(({ vote }, index) => !casts.slice(index + 1).some((later) => supersedes(later.vote, vote)))
    .filter(({ target }) => !withdrawn.includes(targetKey(target)));
}

function supersedes(later: Vote, earlier: Vote): boolean {
  return later.kind === 'rating' && earlier.kind === 'rating' && later.turn === earlier.turn;
}

/** The rating of a turn that counts. */
export function ratingOf(casts: CastVote[], turn: string): CastVote | undefined {
  return casts.find(({ vote }) => vote.kind === 'rating' && vote.turn === turn);
}

/** Every edit of a turn, the newest last. */
export function editsOf(casts: CastVote[], turn: string): CastVote[] {
  return casts.filter(({ vote }) => vote.kind === 'edit' && vote.turn === turn);
}

/** Whether an exchange waits for the user to pick one of two answers; a ranking of both has said which is better. */
export function awaitsPick({ comparing }: { comparing: [string, string] | null }, casts: CastVote[]): boolean {
  if (comparing === null || comparisonsOf(casts, comparing).length > 0) return false;
  return !casts.some(({ vote }) => vote.kind === 'ranking' && comparing.every((turn) => vote.turns.includes(turn)));
}

/** Every comparison among these turns. */
export function comparisonsOf(casts: CastVote[], turns: string[]): CastVote[] {
  return casts.filter(({ vote }) => vote.kind === 'comparison' && vote.turns.every((turn) => turns.includes(turn)));
}

/** Every ranking of nothing but these turns. */
export function rankingsOf(casts: CastVote[], turns: string[]): CastVote[] {
  return casts.filter(({ vote }) => vote.kind === 'ranking' && vote.turns.every((turn) => turns.includes(turn)));
}

/** Whether an entry of the outbox is about one of these turns. */
export function concerns(entry: Entry, stored: StoredVote[], turns: string[]): boolean {
  const { body } = entry;
  if (body.kind !== 'withdrawal') return turnsOf(body).some((turn) => turns.includes(turn));
  const { of } = body;
  const withdrawn = 'feedback' in of ? stored.find(({ id }) => id === of.feedback) : undefined;
  return withdrawn !== undefined && turnsOf(withdrawn).some((turn) => turns.includes(turn));
}

function turnsOf(vote: Vote): string[] {
  return 'turns' in vote ? vote.turns : [vote.turn];
}

function targetKey(target: Target): string {
  return 'feedback' in target ? `feedback ${target.feedback}` : `entry ${target.entry}`;
}
