const WHILE_RUNNING_MS = 1000;
const OTHERWISE_MS = 5000;
/** However long a read took: a machine that slept meanwhile makes it hours. */
const LONGEST_REST_MS = 60_000;

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

/** Milliseconds in which what took this long to read is not read again, so that long reads are rare ones. */
export function restAfter(readMs: number): number {
  return Math.min(10 * readMs, LONGEST_REST_MS);
}
