import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Answer } from '../chat/transcript.ts';
import { moved, placed, rankable, startingOrder } from './ranking.ts';

function answer(id: string, part: Partial<Answer> = {}): Answer {
  return { id, text: id, version: 'v0', finishReason: 'stop', promptHash: 'p', dropped: 0, ...part };
}

const ids = (answers: Answer[]) => answers.map(({ id }) => id);

describe('what can be ranked', () => {
  const shown = answer('t0');

  it('answers the same prompt', () => {
    assert.deepEqual(ids(rankable([shown, answer('t1', { promptHash: 'q' }), answer('t2')], shown)), ['t0', 't2']);
  });

  it('is stored: complete or stopped, not broken off or being written', () => {
    const stopped = answer('t1', { finishReason: 'cancelled' });
    const broken = answer('t2', { finishReason: 'error' });
    const growing = answer('t3', { finishReason: null });
    assert.deepEqual(ids(rankable([shown, stopped, broken, growing], shown)), ['t0', 't1']);
  });

  it('is the newest eight of more', () => {
    const answers = Array.from({ length: 10 }, (_, index) => answer(`t${index}`));
    assert.deepEqual(ids(rankable(answers, shown)), ['t2', 't3', 't4', 't5', 't6', 't7', 't8', 't9']);
  });
});

describe('the order to start from', () => {
  it('is drawn by lot', () => {
    const lots = [0, 0.6];
    assert.deepEqual(
      startingOrder(['a', 'b', 'c'], [], () => lots.shift()!),
      ['c', 'b', 'a'],
    );
    assert.deepEqual(
      startingOrder(['a', 'b', 'c'], [], () => 0.99),
      ['a', 'b', 'c'],
    );
  });

  it('gives every order the same chance', () => {
    // The lots of three answers are one of three and one of two: every outcome once.
    const outcomes = [0, 1, 2].flatMap((first) =>
      [0, 1].map((second) => {
        const lots = [(first + 0.5) / 3, (second + 0.5) / 2];
        return startingOrder(['a', 'b', 'c'], [], () => lots.shift()!).join('');
      }),
    );
    assert.deepEqual(outcomes.sort(), ['abc', 'acb', 'bac', 'bca', 'cab', 'cba']);
  });

  it('keeps an earlier ranking and puts what is new behind it', () => {
    assert.deepEqual(
      startingOrder(['a', 'b', 'c', 'd'], ['c', 'a', 'gone'], () => 0.99),
      ['c', 'a', 'b', 'd'],
    );
  });
});

describe('a move', () => {
  it('changes places with the neighbour', () => {
    assert.deepEqual(moved(['a', 'b', 'c'], 'c', -1), ['a', 'c', 'b']);
    assert.deepEqual(moved(['a', 'b', 'c'], 'a', 1), ['b', 'a', 'c']);
  });

  it('ends at the ends', () => {
    const order = ['a', 'b', 'c'];
    assert.equal(moved(order, 'a', -1), order);
    assert.equal(moved(order, 'c', 1), order);
  });
});

describe('a ranked answer', () => {
  it('is told its place', () => {
    const said = ['a', 'b', 'c', 'd'].map((turn) => placed(['a', 'b', 'c'], turn));
    assert.deepEqual(said, [
      'This is the best.',
      'This is number 2.',
      'This is the worst.',
      'This one was not among them.',
    ]);
  });
});
