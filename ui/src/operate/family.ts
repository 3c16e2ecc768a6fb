import type { AuditEntry, ModelVersion } from '../api/versions.ts';

/** What the line of an older relative does beside a version: runs past it, leads to it and on, or ends there. */
export type Lane = 'none' | 'past' | 'fork' | 'turn';

/** A version in its place in the tree. */
export interface Kin {
  version: ModelVersion;
  /** Lines to its left, the trunk first; as many as there are branches between it and the trunk. */
  lanes: Lane[];
  /** Whether it carries its parent's line on. */
  above: boolean;
  /** Whether anything comes from it. */
  below: boolean;
}

/**
 * Versions from the base on, each behind its parent. The trunk leads to the active version, and from
 * there to its newest published descendants; what does not lie on it is a branch, and stands before
 * the trunk goes on.
 */
export function familyTree(versions: ModelVersion[]): Kin[] {
  const ids = new Set(versions.map(({ id }) => id));
  const line = ancestry(versions);
  const childrenOf = (id: string | null) =>
    versions
      .filter(({ parent }) => (parent !== null && ids.has(parent) ? parent : null) === id)
      .toSorted((a, b) => a.createdAt.localeCompare(b.createdAt));

  const rows: Kin[] = [];
  // `open`: for each lane to the left, whether its line goes on behind this version's descendants.
  const visit = (version: ModelVersion, open: boolean[], how: 'root' | 'branch' | 'heir') => {
    const children = childrenOf(version.id);
    const heir = children.find(({ id }) => line.has(id)) ?? children.findLast(({ state }) => state === 'published');
    const branches = children.filter((child) => child !== heir);
    const lanes = open.map((goesOn, lane): Lane => {
      if (how === 'branch' && lane === open.length - 1) return goesOn ? 'fork' : 'turn';
      return goesOn ? 'past' : 'none';
    });
    rows.push({ version, lanes, above: how === 'heir', below: children.length > 0 });
    for (const branch of branches) {
      visit(branch, [...open, heir !== undefined || branch !== branches.at(-1)], 'branch');
    }
    if (heir !== undefined) visit(heir, open, 'heir');
  };
  for (const root of childrenOf(null)) visit(root, [], 'root');
  return rows;
}

/** Ids of the active version and of all that it comes from. */
function ancestry(versions: ModelVersion[]): Set<string> {
  const line = new Set<string>();
  let next = versions.find(({ active }) => active);
  while (next !== undefined && !line.has(next.id)) {
    line.add(next.id);
    const { parent } = next;
    next = versions.find(({ id }) => id === parent);
  }
  return line;
}

/** What people and rounds do that makes another version answer. */
const MOVES = new Set(['publish', 'activate', 'rollback']);

/** When a version became active, as the audit log has it; null if it was never anything else. */
export function activeSince(audit: AuditEntry[], id: string): string | null {
  const moves = audit.filter(({ action, after }) => MOVES.has(action) && after === id).map(({ at }) => at);
  return moves.toSorted().at(-1) ?? null;
}
