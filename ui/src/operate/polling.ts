const WHILE_RUNNING_MS = 1000;
const OTHERWISE_MS = 5000;

/**
 * Milliseconds until the server is asked again; null for not at all.
 *
 * @param running whether a round runs
 * @param hidden whether nobody can see the page
 */
export function pollDelay(running: boolean, hidden: boolean): number | null {
  if (hidden) return null;
  return running ? WHILE_RUNNING_MS : OTHERWISE_MS;
}
