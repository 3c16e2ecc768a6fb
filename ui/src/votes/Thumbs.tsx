import { ThumbDown, ThumbUp } from '../shell/icons.tsx';
import { ratingOf } from './ballot.ts';
import { useVotesHere } from './useVotes.ts';

interface Props {
  turn: string;
  value: 'up' | 'down' | null;
  /** A thumb down was given: there may be more to say. */
  onDown: () => void;
  onOther: () => void;
}

/** One click votes, a second on the same thumb takes the vote back. */
export function Thumbs({ turn, value, onDown, onOther }: Props) {
  const votes = useVotesHere();
  const press = (pressed: 'up' | 'down') => {
    const standing = ratingOf(votes.casts, turn);
    if (standing !== undefined && value === pressed) {
      votes.withdraw([standing]);
      onOther();
      return;
    }
    votes.cast({ kind: 'rating', turn, value: pressed });
    if (pressed === 'down') onDown();
    else onOther();
  };
  return (
    <span className="thumbs" role="group" aria-label="Rate this answer">
      <button
        type="button"
        className="tool thumb-up"
        aria-label="Good answer"
        title={value === 'up' ? 'Take back' : 'Good answer'}
        aria-pressed={value === 'up'}
        onClick={() => press('up')}
      >
        <ThumbUp />
      </button>
      <button
        type="button"
        className="tool thumb-down"
        aria-label="Bad answer"
        title={value === 'down' ? 'Take back' : 'Bad answer'}
        aria-pressed={value === 'down'}
        onClick={() => press('down')}
      >
        <ThumbDown />
      </button>
    </span>
  );
}
