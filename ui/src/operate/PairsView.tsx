import { useCallback, useState } from 'react';
import { countPreferences, listPairs } from '../api/preferences.ts';
import { count, counted } from './format.ts';
import { LoadNote } from './LoadNote.tsx';
import { PairCard } from './PairCard.tsx';
import { usePolled } from './usePolled.ts';
import { sourceLabel } from './words.ts';

const PAGE = 20;
const never = () => false;

/** Everything that a round can learn from, pair by pair. */
export function PairsView() {
  const [source, setSource] = useState('');
  const [offset, setOffset] = useState(0);
  const counts = usePolled(countPreferences, never);
  const page = usePolled(
    useCallback(() => listPairs(offset, PAGE, source), [offset, source]),
    never,
  );
  const total = page.value?.total ?? null;
  const shown = page.value?.pairs.length ?? 0;
  const fileNames = new Map(counts.value?.imports.map(({ id, fileName }) => [id, fileName]));
  const sources = Object.entries(counts.value?.pairs ?? {});

  return (
    <>
      <header className="view-head">
        <h1>Pairs</h1>
        <p>Two answers to the same prompt, of which one was preferred: what a round learns from.</p>
      </header>
      <div className="pairs-bar">
        <label>
          Source
          <select
            value={source}
            onChange={(event) => {
              setSource(event.target.value);
              setOffset(0);
            }}
          >
            <option value="">All</option>
            {sources.map(([name, number]) => (
              <option key={name} value={name}>
                {sourceLabel(name)} ({count(number)})
              </option>
            ))}
          </select>
        </label>
        <div className="pager" role="group" aria-label="Pages">
          <span role="status">
            {total === null || shown === 0
              ? counted(total, 'pair')
              : `${count(offset + 1)} to ${count(offset + shown)} of ${counted(total, 'pair')}`}
          </span>
          <button
            type="button"
            className="small"
            disabled={offset === 0}
            onClick={() => setOffset(Math.max(0, offset - PAGE))}
          >
            Earlier
          </button>
          <button
            type="button"
            className="small"
            disabled={total === null || offset + PAGE >= total}
            onClick={() => setOffset(offset + PAGE)}
          >
            Later
          </button>
        </div>
      </div>
      <LoadNote of={counts} what="The sources" />
      <LoadNote of={page} what="The pairs" />
      {total === 0 && (
        <p className="nothing">
          No pair yet. Compare two answers in the chat, write a better one, or import a file with{' '}
          <code>./hone import preferences FILE</code>.
        </p>
      )}
      <ol className="pair-list" aria-label="Pairs" aria-busy={page.value === null && page.error === null}>
        {page.value?.pairs.map((pair, index) => (
          <PairCard key={offset + index} pair={pair} number={offset + index + 1} fileNames={fileNames} />
        ))}
      </ol>
    </>
  );
}
