import { useSyncExternalStore } from 'react';

export const SECTIONS = ['rounds', 'versions', 'pairs', 'audit'] as const;
export type Section = (typeof SECTIONS)[number];

/** The pages of Hone, as their addresses say. */
export type Route =
  | { page: 'chat'; conversation: string | null }
  | { page: 'operate'; section: Section }
  | { page: 'round'; id: string }
  | { page: 'sign-in'; next?: string };

const CHANGED = 'hone:route';

export function routeOf(path: string): Route {
  if (path === '/sign-in') return { page: 'sign-in' };
  const round = /^\/operate\/rounds\/([^/]+)$/.exec(path)?.[1];
  if (round !== undefined) return { page: 'round', id: round };
  if (path === '/operate' || path.startsWith('/operate/')) {
    const section = SECTIONS.find((each) => path === `/operate/${each}`);
    return { page: 'operate', section: section ?? 'rounds' };
  }
  const conversation = /^\/c\/([^/]+)$/.exec(path)?.[1];
  return { page: 'chat', conversation: conversation ?? null };
}

export function pathOf(route: Route): string {
  switch (route.page) {
    case 'chat':
      return route.conversation === null ? '/' : `/c/${route.conversation}`;
    case 'operate':
      return route.section === 'rounds' ? '/operate' : `/operate/${route.section}`;
    case 'round':
      return `/operate/rounds/${route.id}`;
    case 'sign-in':
      return route.next === undefined ? '/sign-in' : `/sign-in?next=${encodeURIComponent(route.next)}`;
  }
}

/** Goes to a page; `replace` where Back should not lead to the present one. */
export function go(route: Route, how: 'push' | 'replace' = 'push'): void {
  const path = pathOf(route);
  if (path === location.pathname) return;
  if (how === 'push') history.pushState(null, '', path);
  else history.replaceState(null, '', path);
  window.dispatchEvent(new Event(CHANGED));
}

export function useRoute(): Route {
  return routeOf(useSyncExternalStore(subscribe, () => location.pathname));
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('popstate', listener);
  window.addEventListener(CHANGED, listener);
  return () => {
    window.removeEventListener('popstate', listener);
    window.removeEventListener(CHANGED, listener);
  };
}
