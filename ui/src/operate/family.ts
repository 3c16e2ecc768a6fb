import type { AuditEntry, ModelVersion } from '../api/versions.ts';

/** A version in its place in the tree. */
export interface Kin {
  version: ModelVersion;
  /** How many branches lie between it and the trunk. */
  depth: number;
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
  const visit = (version: ModelVersion, depth: number) => {
    rows.push({ version, depth });
    const children = childrenOf(version.id);
    const heir = children.find(({ id }) => line.has(id)) ?? children.findLast(({ state }) => state === 'published');
    for (const child of children) if (child !== heir) visit(child, depth + 1);
    if (heir !== undefined) visit(heir, depth);
  };
  for (const root of childrenOf(null)) visit(root, 0);
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

/** When a version became active, as the audit log has it; null if it was never anything else. */
export function activeSince(audit: AuditEntry[], id: string): string | null {
  const moves = audit.filter(({ after, before }) => after === id && before !== id).map(({ at }) => at);
  return moves.toSorted().at(-1) ?? null;
}
