import { type FormEvent, useState } from 'react';
import type { Vote } from '../api/feedback.ts';
import { useVotesHere } from './useVotes.ts';

type Rating = Vote & { kind: 'rating' };

/** The words that are stored, and what the page calls them. */
const REASONS: Record<string, string> = {
  incorrect: 'Wrong',
  invented: 'Made up',
  off_topic: 'Missed the question',
  incomplete: 'Incomplete',
  too_long: 'Too long',
  too_short: 'Too short',
  style: 'Tone or style',
  harmful: 'Harmful',
};

interface Props {
  rating: Rating;
  open: boolean;
  onClose: () => void;
}

/** Why a rating was given: asked once after a thumb down, shown afterwards. */
export function RatingDetails({ rating, open, onClose }: Props) {
  if (open && rating.value === 'down') return <DetailsForm rating={rating} onClose={onClose} />;
  const reasons = (rating.reasons ?? []).map((reason) => REASONS[reason] ?? reason);
  const said = [...reasons, ...(rating.comment === undefined ? [] : [`“${rating.comment}”`])];
  return said.length === 0 ? null : <p className="said">{said.join(' · ')}</p>;
}

function DetailsForm({ rating, onClose }: { rating: Rating; onClose: () => void }) {
  const votes = useVotesHere();
  const [reasons, setReasons] = useState<string[]>(rating.reasons ?? []);
  const [comment, setComment] = useState(rating.comment ?? '');
  const toggle = (reason: string) =>
    setReasons((chosen) => (chosen.includes(reason) ? chosen.filter((each) => each !== reason) : [...chosen, reason]));
  const said = comment.trim();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    votes.cast({
      kind: 'rating',
      turn: rating.turn,
      value: rating.value,
      ...(reasons.length > 0 && { reasons }),
      ...(said !== '' && { comment: said }),
    });
    onClose();
  };

  return (
    <form
      className="details"
      aria-label="What was wrong?"
      onSubmit={submit}
      onKeyDown={(event) => event.key === 'Escape' && onClose()}
    >
      <p>
        Your vote is kept. <strong>What was wrong?</strong>
      </p>
      <div className="chips" role="group" aria-label="Reasons">
        {Object.entries(REASONS).map(([reason, label]) => (
          <button
            key={reason}
            type="button"
            className="chip"
            aria-pressed={reasons.includes(reason)}
            onClick={() => toggle(reason)}
          >
            {label}
          </button>
        ))}
      </div>
      <textarea
        rows={2}
        aria-label="Comment"
        placeholder="Anything else? (optional)"
        maxLength={10_000}
        value={comment}
        onChange={(event) => setComment(event.target.value)}
      />
      <div className="row">
        <button type="submit" className="primary" disabled={reasons.length === 0 && said === ''}>
          Add to my vote
        </button>
        <button type="button" className="quiet" onClick={onClose}>
          No, thanks
        </button>
      </div>
    </form>
  );
}
