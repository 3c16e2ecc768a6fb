import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pollDelay, restAfter } from './polling.ts';

describe('the server is asked again', () => {
  it('after a second while a round runs, after five otherwise', () => {
    assert.equal(pollDelay(true, false), 1000);
    assert.equal(pollDelay(false, false), 5000);
  });

  it('not at all while nobody looks', () => {
    assert.equal(pollDelay(true, true), null);
    assert.equal(pollDelay(false, true), null);
  });
});

describe('what takes long to read', () => {
  it('is left alone for ten times as long, a minute at most', () => {
    assert.equal(restAfter(20), 200);
    assert.equal(restAfter(3_600_000), 60_000);
  });
});
