import type { AnswerCount } from '../api/conversations.ts';
import { awaitsPick } from '../votes/ballot.ts';
import { useVotesHere } from '../votes/useVotes.ts';
import { AnswerView } from './AnswerView.tsx';
import { Comparison } from './Comparison.tsx';
import { FailureNote } from './FailureNote.tsx';
import type { ChatSession } from './session.ts';
import { type Exchange, type Transcript, visibleAnswer } from './transcript.ts';

interface Props {
  exchange: Exchange;
  /** Whether further answers may be drawn here. */
  last: boolean;
  /** What this exchange is doing. */
  activity: Transcript['activity'];
  /** Whether anything in the conversation is being written. */
  busy: boolean;
  session: ChatSession;
  answers: AnswerCount;
}

/** A message and what was answered. */
export function ExchangeView({ exchange, last, activity, busy, session, answers }: Props) {
  const { position, message, comparing, dropped, failure } = exchange;
  const answer = visibleAnswer(exchange);
  const { casts } = useVotesHere();
  const pair = activity === 'waiting' || !awaitsPick(exchange, casts) ? null : comparing;

  return (
    <article className="exchange" aria-label={`Message ${position + 1}`}>
      <div className="asked">
        <span className="unseen">You: </span>
        {message}
      </div>
      {dropped > 0 && (
        <p className="note">
          This chat is longer than the model can read at once: it no longer saw the{' '}
          {dropped === 1 ? 'oldest message' : `${dropped} oldest messages`}.
        </p>
      )}
      {activity === 'waiting' && <p className="thinking">Thinking</p>}
      {pair !== null && (
        <Comparison exchange={exchange} pair={pair} writing={activity === 'streaming'} session={session} />
      )}
      {activity !== 'waiting' && pair === null && answer !== undefined && (
        <AnswerView
          key={answer.id}
          exchange={exchange}
          answer={answer}
          busy={busy}
          onShow={(turn) => session.show(position, turn)}
          onDraw={last ? (count) => void session.regenerate(count) : null}
        />
      )}
      {last && activity === 'idle' && answer === undefined && failure === null && (
        <p className="note">
          Stopped before the first word.
          <button type="button" className="small" onClick={() => void session.retry(answers)}>
            Ask again
          </button>
        </p>
      )}
      {failure !== null && <FailureNote failure={failure} onRetry={last ? () => void session.retry(answers) : null} />}
    </article>
  );
}
