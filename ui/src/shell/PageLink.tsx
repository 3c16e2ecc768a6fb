import type { MouseEvent, ReactNode } from 'react';
import { go, pathOf, type Route } from '../route.ts';

interface Props {
  route: Route;
  className: string;
  current: boolean;
  onFollow?: () => void;
  children: ReactNode;
}

/** A link within Hone: followed without loading the page anew, unless the reader wants another tab. */
export function PageLink({ route, className, current, onFollow, children }: Props) {
  const follow = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    go(route);
    onFollow?.();
  };
  return (
    <a href={pathOf(route)} className={className} aria-current={current ? 'page' : undefined} onClick={follow}>
      {children}
    </a>
  );
}
