import { useRef } from 'react';
import { flushSync } from 'react-dom';
import type { AnswerCount } from '../api/conversations.ts';
import { awaitsPick } from '../votes/ballot.ts';
import { useVotesHere } from '../votes/useVotes.ts';
import { AnswerView } from './AnswerView.tsx';
import { Comparison } from './Comparison.tsx';
import { FailureNote } from './FailureNote.tsx';
import { Ranking } from './Ranking.tsx';
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
  /** Whether its answers are being put in order. */
  ranking: boolean;
  onRanking: (on: boolean) => void;
  session: ChatSession;
  answers: AnswerCount;
}

/** A message and what was answered. */
export function ExchangeView({ exchange, last, activity, busy, ranking, onRanking, session, answers }: Props) {
  const { position, message, comparing, failure } = exchange;
  const answer = activity === 'waiting' ? undefined : visibleAnswer(exchange);
  const { casts } = useVotesHere();
  const pair = activity === 'waiting' || !awaitsPick(exchange, casts) ? null : comparing;
  const dropped = exchange.answers.find(({ id }) => id === (pair?.[0] ?? answer?.id))?.dropped ?? 0;
  const ranks = ranking && activity === 'idle';
  const rankButton = useRef<HTMLButtonElement>(null);

  const endRanking = () => {
    flushSync(() => onRanking(false));
    rankButton.current?.focus();
  };

  return (
    <article className="exchange" aria-label={`Message ${position + 1}`}>
      <div className="asked">
        <span className="unseen">You: </span>
        {message}
      </div>
      {dropped > 0 && (
        <p className="note">
          This chat is longer than the model can read at once: here it no longer saw the{' '}
          {dropped === 1 ? 'oldest message and its answer' : `${dropped} oldest messages and their answers`}.
        </p>
      )}
      {activity === 'waiting' && <p className="thinking">Thinking</p>}
      {pair !== null && (
        <Comparison exchange={exchange} pair={pair} writing={activity === 'streaming'} session={session} />
      )}
      {ranks && pair === null && answer !== undefined && (
        <Ranking exchange={exchange} shown={answer} last={last} session={session} onClose={endRanking} />
      )}
      {!ranks && pair === null && answer !== undefined && (
        <AnswerView
          key={answer.id}
          exchange={exchange}
          answer={answer}
          busy={busy}
          onShow={(turn) => session.show(position, turn)}
          onDraw={last ? (count) => void session.regenerate(count) : null}
          onRank={() => onRanking(true)}
          rankButton={rankButton}
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
