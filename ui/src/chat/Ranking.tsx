import { useLayoutEffect, useRef, useState } from 'react';
import { rankingsOf } from '../votes/ballot.ts';
import { lot, moved, rankable, startingOrder } from '../votes/ranking.ts';
import { useVotesHere } from '../votes/useVotes.ts';
import { RankedAnswer } from './RankedAnswer.tsx';
import type { ChatSession } from './session.ts';
import type { Answer, Exchange } from './transcript.ts';

interface Props {
  exchange: Exchange;
  /** The answer looked at before; those to the same prompt can be ranked with it. */
  shown: Answer;
  /** Whether the conversation goes on from here. */
  last: boolean;
  session: ChatSession;
  onClose: () => void;
}

/** Several answers to be put in order, the best first. Which version wrote which is not said. */
export function Ranking({ exchange, shown, last, session, onClose }: Props) {
  const votes = useVotesHere();
  const { answers } = exchange;
  const rankings = rankingsOf(
    votes.casts,
    answers.map(({ id }) => id),
  );
  const latest = rankings.at(-1)?.vote;
  const before = latest?.kind === 'ranking' ? latest.turns : [];
  const [start] = useState(() =>
    startingOrder(
      rankable(answers, shown).map(({ id }) => id),
      before,
      lot,
    ),
  );
  const [order, setOrder] = useState(start);
  const [movedLast, setMovedLast] = useState<string | null>(null);
  const [said, setSaid] = useState('');
  const section = useRef<HTMLElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const letterOf = (turn: string) => String.fromCharCode('A'.charCodeAt(0) + start.indexOf(turn));

  useLayoutEffect(() => {
    heading.current?.focus({ preventScroll: true });
    section.current?.scrollIntoView({ block: 'nearest' });
  }, []);

  const move = (turn: string, by: -1 | 1) => {
    const next = moved(order, turn, by);
    const place = `number ${next.indexOf(turn) + 1} of ${next.length}`;
    setOrder(next);
    setMovedLast(turn);
    setSaid(
      next === order
        ? `${letterOf(turn)} is ${place} already.`
        : `${letterOf(turn)} is ${place}. Best to worst: ${next.map(letterOf).join(', ')}.`,
    );
  };
  const save = () => {
    votes.withdraw(rankings);
    votes.cast({ kind: 'ranking', turns: order });
    session.show(exchange.position, order[0]!);
    onClose();
  };

  return (
    <section
      ref={section}
      className="ranking"
      aria-label="Answers to rank"
      aria-live="off"
      onKeyDown={(event) => event.key === 'Escape' && onClose()}
    >
      <h2 ref={heading} tabIndex={-1}>
        Rank {order.length < answers.length && `${order.length} of `}the {answers.length} answers, the best first
      </h2>
      <ol>
        {order.map((turn, index) => (
          <RankedAnswer
            key={turn}
            answer={answers.find(({ id }) => id === turn)!}
            letter={letterOf(turn)}
            place={index + 1}
            count={order.length}
            moved={turn === movedLast}
            onMove={(by) => move(turn, by)}
          />
        ))}
      </ol>
      <p className="unseen" role="status" aria-live="polite">
        {said}
      </p>
      <div className="rank-foot">
        <button type="button" className="primary" disabled={order.join() === before.join()} onClick={save}>
          Save ranking
        </button>
        <button type="button" className="quiet" onClick={onClose}>
          Cancel
        </button>
        <span className="hint">{last ? 'The chat goes on with the best one.' : 'The chat itself stays as it is.'}</span>
      </div>
    </section>
  );
}
