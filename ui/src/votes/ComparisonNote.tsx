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
export function ComparisonNote({ answers, shown }: { answers: Answer[]; shown: string }) {
  const votes = useVotesHere();
  const comparisons = comparisonsOf(
    votes.casts,
    answers.map(({ id }) => id),
  );
  const latest = comparisons.at(-1)?.vote;
  if (latest?.kind !== 'comparison') return null;
  const [a, b] = latest.turns.map((turn) => answers.find(({ id }) => id === turn)?.version ?? '');
  const letter = ['A', 'B'][latest.turns.indexOf(shown)];
  return (
    <p className="said">
      <span>
        {SAID[latest.choice]}. {letter !== undefined && `This is ${letter}. `}
        <span className="said-detail">
          {a === b ? `Both were written by ${a}.` : `A was written by ${a}, B by ${b}.`}
        </span>
      </span>
      <button type="button" className="link" onClick={() => votes.withdraw(comparisons)}>
        Take back
      </button>
    </p>
  );
}
