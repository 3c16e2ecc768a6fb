import { type FormEvent, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { Vote } from '../api/feedback.ts';
import { useVotesHere } from './useVotes.ts';

type Rating = Vote & { kind: 'rating' };

/** Whether the form is open: asked by a thumb down, or wanted by the user, who then is in it. */
export type Explaining = 'no' | 'asked' | 'wanted';

/** The words that are stored, and what the page calls them. */
const REASONS: Record<Rating['value'], Record<string, string>> = {
  up: {
    correct: 'Correct',
    helpful: 'Helpful',
    as_asked: 'Did as asked',
    complete: 'Complete',
    clear: 'Clear',
    concise: 'To the point',
    style: 'Tone or style',
    honest: 'Honest about its limits',
  },
  down: {
    incorrect: 'Wrong',
    invented: 'Made up',
    off_topic: 'Missed the question',
    incomplete: 'Incomplete',
    too_long: 'Too long',
    too_short: 'Too short',
    style: 'Tone or style',
    harmful: 'Harmful',
  },
};

const QUESTION = { up: 'What was good?', down: 'What was wrong?' };
const OFFER = { up: 'Say what was good', down: 'Say what was wrong' };

interface Props {
  rating: Rating;
  explaining: Explaining;
  onExplaining: (explaining: Explaining) => void;
}

/** Why a rating was given: asked after a thumb down, one click away after a thumb up, shown afterwards. */
export function RatingDetails({ rating, explaining, onExplaining }: Props) {
  const details = useRef<HTMLParagraphElement>(null);
  if (explaining !== 'no') {
    const close = () => {
      flushSync(() => onExplaining('no'));
      details.current?.focus();
    };
    return <DetailsForm rating={rating} focused={explaining === 'wanted'} onClose={close} />;
  }
  const reasons = (rating.reasons ?? []).map((reason) => REASONS[rating.value][reason] ?? reason);
  const said = [...reasons, ...(rating.comment === undefined ? [] : [`“${rating.comment}”`])];
  return (
    <p className="said" ref={details} tabIndex={-1}>
      {said.length > 0 ? (
        said.join(' · ')
      ) : (
        <button type="button" className="link" onClick={() => onExplaining('wanted')}>
          {OFFER[rating.value]}
        </button>
      )}
    </p>
  );
}

function DetailsForm({ rating, focused, onClose }: { rating: Rating; focused: boolean; onClose: () => void }) {
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
      data-value={rating.value}
      aria-label={QUESTION[rating.value]}
      onSubmit={submit}
      onKeyDown={(event) => event.key === 'Escape' && onClose()}
    >
      <p>
        Your vote is kept. <strong>{QUESTION[rating.value]}</strong>
      </p>
      <div className="chips" role="group" aria-label="Reasons">
        {Object.entries(REASONS[rating.value]).map(([reason, label], index) => (
          <button
            key={reason}
            type="button"
            className="chip"
            aria-pressed={reasons.includes(reason)}
            autoFocus={focused && index === 0}
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
