import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { StoredVote } from '../api/feedback.ts';
import { awaitsPick, comparisonsOf, concerns, rankingsOf, ratingOf, standing } from './ballot.ts';
import type { Entry } from './outbox.ts';

const UP: StoredVote = { id: 'f0', kind: 'rating', turn: 't0', value: 'up', createdAt: '1' };
const PICK: StoredVote = { id: 'f1', kind: 'comparison', turns: ['t1', 't2'], choice: 'a', createdAt: '2' };

const RANKED: StoredVote = { id: 'f2', kind: 'ranking', turns: ['t2', 't0', 't1'], createdAt: '3' };

function entry(key: string, body: Entry['body'], refusal: string | null = null): Entry {
  return { key, conversation: 'c', castAt: '3', body, refusal };
}

describe('the votes that stand', () => {
  it('are those stored and those on their way', () => {
    const casts = standing([UP], [entry('k', { kind: 'edit', turn: 't0', text: 'x' })]);
    assert.deepEqual(
      casts.map(({ saved }) => saved),
      [true, false],
    );
  });

  it('have one rating of a turn, the latest', () => {
    const casts = standing([UP], [entry('k', { kind: 'rating', turn: 't0', value: 'down' })]);
    assert.equal(casts.length, 1);
    assert.equal(ratingOf(casts, 't0')?.saved, false);
  });

  it('do not get an earlier rating back when the latest is withdrawn', () => {
    const down = entry('k', { kind: 'rating', turn: 't0', value: 'down' });
    assert.deepEqual(standing([UP], [down, entry('l', { kind: 'withdrawal', of: { entry: 'k' } })]), []);
  });

  it('are without those being withdrawn', () => {
    assert.deepEqual(standing([UP], [entry('k', { kind: 'withdrawal', of: { feedback: 'f0' } })]), []);
  });

  it('are without those withdrawn before they were sent', () => {
    const vote = entry('k', { kind: 'rating', turn: 't0', value: 'down' });
    assert.deepEqual(standing([], [vote, entry('l', { kind: 'withdrawal', of: { entry: 'k' } })]), []);
  });

  it('are without those refused', () => {
    assert.deepEqual(standing([], [entry('k', { kind: 'rating', turn: 't0', value: 'up' }, 'No')]), []);
  });

  it('keep a vote whose withdrawal was refused', () => {
    const withdrawal = entry('k', { kind: 'withdrawal', of: { feedback: 'f0' } }, 'No');
    assert.equal(standing([UP], [withdrawal]).length, 1);
  });

  it('belong to a comparison only with both turns', () => {
    const casts = standing([PICK], []);
    assert.equal(comparisonsOf(casts, ['t0', 't1', 't2']).length, 1);
    assert.equal(comparisonsOf(casts, ['t0', 't1']).length, 0);
  });

  it('belong to a ranking only with all of its turns', () => {
    const casts = standing([PICK, RANKED], []);
    assert.equal(rankingsOf(casts, ['t0', 't1', 't2', 't3']).length, 1);
    assert.equal(rankingsOf(casts, ['t1', 't2']).length, 0);
  });
});

describe('a pick between two answers', () => {
  const comparing: [string, string] = ['t1', 't2'];

  it('is awaited until one is made', () => {
    assert.equal(awaitsPick({ comparing }, []), true);
    assert.equal(awaitsPick({ comparing }, standing([PICK], [])), false);
    assert.equal(awaitsPick({ comparing: null }, []), false);
  });

  it('is not awaited when a ranking has both', () => {
    assert.equal(awaitsPick({ comparing }, standing([RANKED], [])), false);
    assert.equal(awaitsPick({ comparing: ['t1', 't9'] }, standing([RANKED], [])), true);
  });
});

describe('an unsent entry', () => {
  it('is shown at the turn it is about', () => {
    assert.equal(concerns(entry('k', { kind: 'edit', turn: 't0', text: 'x' }), [], ['t0']), true);
    assert.equal(concerns(entry('k', { kind: 'edit', turn: 't0', text: 'x' }), [], ['t1']), false);
  });

  it('that withdraws is shown at the turn of the vote', () => {
    assert.equal(concerns(entry('k', { kind: 'withdrawal', of: { feedback: 'f1' } }), [PICK], ['t2']), true);
  });
});
