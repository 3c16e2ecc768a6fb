import { type RefObject, useCallback, useEffect, useState } from 'react';

/** How near to the end, in pixels, counts as reading along. */
const NEAR = 48;

export interface StickToEnd {
  /** Whether the reader is at the end, so that new text keeps being in sight. */
  following: boolean;
  toEnd(): void;
}

/**
 * Keeps the end of a growing text in sight while the reader is there, and leaves the reader alone
 * from the moment they scroll up until they come back to the end.
 */
export function useStickToEnd(
  box: RefObject<HTMLElement | null>,
  content: RefObject<HTMLElement | null>,
  active: boolean,
): StickToEnd {
  const [following, setFollowing] = useState(true);

  const toEnd = useCallback(() => {
    setFollowing(true);
    box.current?.scrollTo({ top: box.current.scrollHeight });
  }, [box]);

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const scrolled = () => {
      setFollowing(element.scrollHeight - element.scrollTop - element.clientHeight < NEAR);
    };
    element.addEventListener('scroll', scrolled, { passive: true });
    return () => element.removeEventListener('scroll', scrolled);
  }, [box]);

  useEffect(() => {
    if (!active || !following || content.current === null) return;
    const grown = new ResizeObserver(() => box.current?.scrollTo({ top: box.current.scrollHeight }));
    grown.observe(content.current);
    if (box.current !== null) grown.observe(box.current);
    return () => grown.disconnect();
  }, [box, content, active, following]);

  return { following, toEnd };
}
