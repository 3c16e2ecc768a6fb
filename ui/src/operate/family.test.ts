import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AuditEntry, ModelVersion } from '../api/versions.ts';
import { activeSince, familyTree } from './family.ts';

function version(id: string, parent: string | null, more: Partial<ModelVersion> = {}): ModelVersion {
  const state = parent === null ? 'base' : 'published';
  const createdAt = `2026-01-01T00:00:0${id.at(-1)}Z`;
  return {
    id,
    base: 'b0',
    parent,
    active: false,
    createdAt,
    round: null,
    state,
    decision: null,
    metrics: null,
    ...more,
  };
}

const shown = (versions: ModelVersion[]) =>
  familyTree(versions).map(({ version: { id }, lanes }) => `${lanes.length} ${id}`);

describe('the tree of versions', () => {
  it('is a straight line where each comes from the one before', () => {
    const line = [version('r2', 'r1', { active: true }), version('r1', 'b0'), version('b0', null)];
    assert.deepEqual(shown(line), ['0 b0', '0 r1', '0 r2']);
  });

  it('has what was refused beside the trunk', () => {
    const refused = version('r2', 'r1', { state: 'candidate' });
    const tree = [version('b0', null), version('r1', 'b0'), refused, version('r3', 'r1', { active: true })];
    assert.deepEqual(shown(tree), ['0 b0', '0 r1', '1 r2', '0 r3']);
  });

  it('leads to the active one, past published ones that were rolled back', () => {
    const tree = [version('b0', null), version('r1', 'b0'), version('r2', 'b0', { active: true }), version('r3', 'r1')];
    assert.deepEqual(shown(tree), ['0 b0', '1 r1', '1 r3', '0 r2']);
  });

  it('goes on past the active one after a rollback', () => {
    assert.deepEqual(shown([version('b0', null, { active: true }), version('r1', 'b0')]), ['0 b0', '0 r1']);
  });

  it('draws each line from a parent to its last child and no further', () => {
    const refused = { state: 'candidate' } as const;
    const tree = [version('b0', null), version('r1', 'b0', refused), version('r2', 'b0', refused)];
    const drawn = familyTree([...tree, version('r3', 'r1', refused)]);
    assert.deepEqual(
      drawn.map(({ version: { id }, lanes, above, below }) => [id, lanes, above, below]),
      [
        ['b0', [], false, true],
        ['r1', ['fork'], false, true],
        ['r3', ['past', 'turn'], false, false],
        ['r2', ['turn'], false, false],
      ],
    );
    const heirs = familyTree([version('b0', null), version('r1', 'b0', refused), version('r2', 'b0')]);
    assert.deepEqual(
      heirs.map(({ lanes, above }) => [lanes, above]),
      [
        [[], false],
        [['fork'], false],
        [[], true],
      ],
    );
  });

  it('loses nobody whose parent is not there', () => {
    assert.deepEqual(shown([version('r2', 'gone')]), ['0 r2']);
  });
});

describe('the time since when a version is active', () => {
  const entry = (at: string, before: string, after: string): AuditEntry => {
    return { at, who: 'local', action: 'publish', subject: after, before, after, why: null };
  };

  it('is that of the last change to it', () => {
    const audit = [entry('2026-03-01', 'b0', 'r1'), entry('2026-02-01', 'r1', 'b0'), entry('2026-01-01', 'b0', 'r1')];
    assert.equal(activeSince(audit, 'r1'), '2026-03-01');
    assert.equal(activeSince(audit, 'b0'), '2026-02-01');
  });

  it('does not change when a round starts from it', () => {
    const start = { ...entry('2026-04-01', 'b0', 'r1'), action: 'round-start', subject: 'r2', before: null };
    assert.equal(activeSince([start, entry('2026-03-01', 'b0', 'r1')], 'r1'), '2026-03-01');
  });

  it('is not known of one that nobody ever changed to', () => {
    assert.equal(activeSince([], 'b0'), null);
  });
});
