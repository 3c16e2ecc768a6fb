import type { Choice } from '../api/feedback.ts';
import type { Answer } from '../chat/transcript.ts';
import { comparisonsOf } from './ballot.ts';
import { useVotesHere } from './useVotes.ts';

const SAID: Record<Choice, string> = {
  a: 'You found A better',
  b: 'You found B better',
  tie: 'You found both equally good; the chat went on with A',
  bothBad: 'You found both bad; the chat went on with A',
};

/** What was picked in a comparison, and now that it is picked, which version wrote which answer. */
export function ComparisonNote({ answers }: { answers: Answer[] }) {
  const votes = useVotesHere();
  const comparisons = comparisonsOf(votes.casts, answers.map(({ id }) => id));
  const latest = comparisons.at(-1)?.vote;
  if (latest?.kind !== 'comparison') return null;
  const [a, b] = latest.turns.map((turn) => {
    const index = answers.findIndex(({ id }) => id === turn);
    return `${index + 1}/${answers.length}, ${answers[index]?.version ?? ''}`;
  });
  return (
    <p className="said">
      <span>
        {SAID[latest.choice]}. <span className="said-detail">A: {a} · B: {b}</span>
      </span>
      <button type="button" className="link" onClick={() => votes.withdraw(comparisons)}>
        Take back
      </button>
    </p>
  );
}
