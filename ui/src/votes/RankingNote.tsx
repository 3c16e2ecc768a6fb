import type { RefObject } from 'react';
import type { Answer } from '../chat/transcript.ts';
import { rankingsOf } from './ballot.ts';
import { LEAST_RANKED, placed, rankable } from './ranking.ts';
import { useVotesHere } from './useVotes.ts';

interface Props {
  answers: Answer[];
  shown: Answer;
  busy: boolean;
  onRank: () => void;
  button: RefObject<HTMLButtonElement | null>;
}

/** Offers to put several answers in order; once they are, says where the one shown stands. */
export function RankingNote({ answers, shown, busy, onRank, button }: Props) {
  const votes = useVotesHere();
  const rankings = rankingsOf(
    votes.casts,
    answers.map(({ id }) => id),
  );
  const latest = rankings.at(-1)?.vote;
  const ranked = latest?.kind === 'ranking' ? latest.turns : null;
  const enough = rankable(answers, shown).length >= LEAST_RANKED;
  if (ranked === null && !enough) return null;
  return (
    <p className="said">
      {ranked !== null && (
        <span>
          You ranked {ranked.length} answers. {placed(ranked, shown.id)}
        </span>
      )}
      {enough && (
        <button type="button" className="link" ref={button} disabled={busy} onClick={onRank}>
          {ranked === null ? 'Rank the answers' : 'Rank again'}
        </button>
      )}
      {ranked !== null && (
        <button
          type="button"
          className="link"
          aria-label="Take back the ranking"
          onClick={() => votes.withdraw(rankings)}
        >
          Take back
        </button>
      )}
    </p>
  );
}
