import { type RefObject, useState } from 'react';
import type { AnswerCount } from '../api/conversations.ts';
import { Again, Pencil, TwoUp } from '../shell/icons.tsx';
import { editsOf, ratingOf } from '../votes/ballot.ts';
import { ComparisonNote } from '../votes/ComparisonNote.tsx';
import { EditedAnswer } from '../votes/EditedAnswer.tsx';
import { EditForm } from '../votes/EditForm.tsx';
import { RankingNote } from '../votes/RankingNote.tsx';
import { type Explaining, RatingDetails } from '../votes/RatingDetails.tsx';
import { Thumbs } from '../votes/Thumbs.tsx';
import { UnsentVotes } from '../votes/UnsentVotes.tsx';
import { useVotesHere } from '../votes/useVotes.ts';
import { AnswerText } from './AnswerText.tsx';
import { CopyButton } from './CopyButton.tsx';
import { Leaf } from './Leaf.tsx';
import type { Answer, Exchange } from './transcript.ts';

interface Props {
  exchange: Exchange;
  answer: Answer;
  busy: boolean;
  onShow: (turn: string) => void;
  /** Draws further answers; null where the conversation has gone on. */
  onDraw: ((answers: AnswerCount) => void) | null;
  onRank: () => void;
  /** What opens the ranking, for the focus to come back to. */
  rankButton: RefObject<HTMLButtonElement | null>;
}

/** One answer with everything that can be said about it. */
export function AnswerView({ exchange, answer, busy, onShow, onDraw, onRank, rankButton }: Props) {
  const votes = useVotesHere();
  const [editing, setEditing] = useState(false);
  const [explaining, setExplaining] = useState<Explaining>('no');
  const { id, text, version, finishReason } = answer;
  const edit = editsOf(votes.casts, id).at(-1)?.vote;
  const better = edit?.kind === 'edit' ? edit.text : null;
  const rating = ratingOf(votes.casts, id)?.vote;
  const value = rating?.kind === 'rating' ? rating.value : null;
  // What broke off was not stored, so nothing can be said about it.
  const settled = finishReason !== null && finishReason !== 'error';
  const turns = exchange.answers.map((each) => each.id);

  return (
    <section className="answer" data-vote={value} aria-label="Answer">
      {editing ? (
        <EditForm turn={id} original={text} better={better} onDone={() => setEditing(false)} />
      ) : better !== null ? (
        <EditedAnswer turn={id} better={better} original={text} />
      ) : (
        <AnswerText answer={answer} />
      )}
      {settled && !editing && (
        <div className="actions">
          <Leaf turns={turns} shown={id} disabled={busy} onShow={onShow} />
          <Thumbs turn={id} value={value} onDown={() => setExplaining('asked')} onOther={() => setExplaining('no')} />
          <button
            type="button"
            className="tool"
            aria-label="Write a better answer"
            title="Write a better answer"
            onClick={() => setEditing(true)}
          >
            <Pencil />
          </button>
          <CopyButton text={better ?? text} label="Copy answer" />
          {onDraw !== null && (
            <>
              <button
                type="button"
                className="tool"
                aria-label="Answer again"
                title="Answer again"
                disabled={busy}
                onClick={() => onDraw(1)}
              >
                <Again />
              </button>
              <button
                type="button"
                className="tool"
                aria-label="Answer again, twice, to compare"
                title="Two new answers to compare"
                disabled={busy}
                onClick={() => onDraw(2)}
              >
                <TwoUp />
              </button>
            </>
          )}
          <span className="version" title="The version of the model that answered">
            {version}
          </span>
        </div>
      )}
      {rating?.kind === 'rating' && (
        <RatingDetails key={rating.value} rating={rating} explaining={explaining} onExplaining={setExplaining} />
      )}
      <ComparisonNote answers={exchange.answers} shown={id} />
      <RankingNote answers={exchange.answers} shown={answer} busy={busy} onRank={onRank} button={rankButton} />
      <UnsentVotes turns={turns} />
    </section>
  );
}
