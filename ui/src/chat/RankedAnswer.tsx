import { useLayoutEffect, useRef } from 'react';
import { Down, Up } from '../shell/icons.tsx';
import { AnswerText } from './AnswerText.tsx';
import { Excerpt } from './Excerpt.tsx';
import type { Answer } from './transcript.ts';

interface Props {
  answer: Answer;
  letter: string;
  /** From 1, the best. */
  place: number;
  count: number;
  /** It is the one moved last. */
  moved: boolean;
  onMove: (by: -1 | 1) => void;
}

/** One answer at its place in a ranking. Its buttons stay where the focus is, at the ends too. */
export function RankedAnswer({ answer, letter, place, count, moved, onMove }: Props) {
  const item = useRef<HTMLLIElement>(null);
  const end = place === 1 ? 'Best' : place === count ? 'Worst' : null;

  useLayoutEffect(() => {
    if (moved) item.current?.scrollIntoView({ block: 'nearest' });
  }, [moved, place]);

  return (
    <li ref={item} className="candidate ranked" data-turn={answer.id} data-place={place} data-moved={moved}>
      <div className="ranked-head">
        <span className="place" aria-hidden="true">
          {place}
        </span>
        <h3>
          {letter}
          <span className="unseen">
            , number {place} of {count}
          </span>
        </h3>
        {end !== null && <span className="ranked-end">{end}</span>}
        <button
          type="button"
          className="tool"
          aria-label={`Move ${letter} up`}
          title="Better"
          aria-disabled={place === 1}
          onClick={() => onMove(-1)}
        >
          <Up />
        </button>
        <button
          type="button"
          className="tool"
          aria-label={`Move ${letter} down`}
          title="Worse"
          aria-disabled={place === count}
          onClick={() => onMove(1)}
        >
          <Down />
        </button>
      </div>
      <Excerpt of={letter}>
        <AnswerText answer={answer} />
      </Excerpt>
    </li>
  );
}
