import { useState } from 'react';
import type { Choice } from '../api/feedback.ts';
import { useVotesHere } from '../votes/useVotes.ts';
import { AnswerText } from './AnswerText.tsx';
import type { ChatSession } from './session.ts';
import type { Exchange } from './transcript.ts';

interface Props {
  exchange: Exchange;
  /** Ids in the order shown: A, B. */
  pair: [string, string];
  writing: boolean;
  session: ChatSession;
}

const CHOICES: { choice: Choice; label: string }[] = [
  { choice: 'a', label: 'A is better' },
  { choice: 'tie', label: 'Tie' },
  { choice: 'bothBad', label: 'Both bad' },
  { choice: 'b', label: 'B is better' },
];

/** Two answers side by side. Which version wrote which is not said until one is picked. */
export function Comparison({ exchange, pair, writing, session }: Props) {
  const votes = useVotesHere();
  const [leaning, setLeaning] = useState<Choice | null>(null);
  const goOn = (choice: Choice | null) => void session.choose(exchange.position, choice === 'b' ? pair[1] : pair[0]);
  const pick = (choice: Choice) => {
    votes.cast({ kind: 'comparison', turns: pair, choice });
    goOn(choice);
  };

  return (
    <section className="comparison" aria-label="Two answers to compare" data-leaning={leaning}>
      <div className="pair">
        {pair.map((id, index) => {
          const answer = exchange.answers.find((each) => each.id === id);
          const letter = index === 0 ? 'A' : 'B';
          return (
            <section key={id} className="candidate" aria-label={`Answer ${letter}`} data-letter={letter} data-turn={id}>
              <h2>{letter}</h2>
              {answer !== undefined && <AnswerText answer={answer} />}
            </section>
          );
        })}
      </div>
      <div className="pick" role="group" aria-label="Which answer is better?">
        {CHOICES.map(({ choice, label }) => (
          <button
            key={choice}
            type="button"
            className="choice"
            data-choice={choice}
            disabled={writing}
            onClick={() => pick(choice)}
            onPointerEnter={() => setLeaning(choice)}
            onPointerLeave={() => setLeaning(null)}
            onFocus={() => setLeaning(choice)}
            onBlur={() => setLeaning(null)}
          >
            {label}
          </button>
        ))}
      </div>
      <p className="pick-hint">
        The chat goes on with the answer you pick, after a tie or two bad ones with A.{' '}
        <button type="button" className="link" disabled={writing} onClick={() => goOn(null)}>
          Go on with A without a vote
        </button>
      </p>
    </section>
  );
}
