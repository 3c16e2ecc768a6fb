import { useSyncExternalStore } from 'react';

/** The pages of Hone, as their addresses say. */
export type Route = { page: 'chat'; conversation: string | null } | { page: 'sign-in'; next?: string };

const CHANGED = 'hone:route';

export function routeOf(path: string): Route {
  if (path === '/sign-in') return { page: 'sign-in' };
  const conversation = /^\/c\/([^/]+)$/.exec(path)?.[1];
  return { page: 'chat', conversation: conversation ?? null };
}

export function pathOf(route: Route): string {
  if (route.page === 'sign-in') {
    return route.next === undefined ? '/sign-in' : `/sign-in?next=${encodeURIComponent(route.next)}`;
  }
  return route.conversation === null ? '/' : `/c/${route.conversation}`;
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
