import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';

interface Props {
  /** What it is called. */
  of: string;
  children: ReactNode;
}

/** The beginning of what is long, and a way to see it whole. */
export function Excerpt({ of, children }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [long, setLong] = useState(false);
  const [whole, setWhole] = useState(false);

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null || whole) return;
    const measure = () => setLong(element.scrollHeight > element.clientHeight + 1);
    measure();
    const resized = new ResizeObserver(measure);
    resized.observe(element);
    return () => resized.disconnect();
  }, [whole]);

  return (
    <>
      <div
        ref={box}
        className={whole ? undefined : 'excerpt'}
        data-cut={long && !whole}
        // A link in what is hidden would have the focus unseen.
        onFocus={() => setWhole(long)}
      >
        {children}
      </div>
      {long && (
        <button
          type="button"
          className="link excerpt-more"
          aria-label={whole ? `Show less of ${of}` : `Show all of ${of}`}
          aria-expanded={whole}
          onClick={() => setWhole(!whole)}
        >
          {whole ? 'Show less' : 'Show all'}
        </button>
      )}
    </>
  );
}
