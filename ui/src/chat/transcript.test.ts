import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { StoredConversation, StoredTurn } from '../api/conversations.ts';
import type { StreamEvent } from '../api/events.ts';
import { changed, EMPTY, type Transcript, visibleAnswer } from './transcript.ts';

const asked = changed(EMPTY, { type: 'asked', message: 'Hi' });

function stream(transcript: Transcript, events: StreamEvent[], swapped = false): Transcript {
  return events.reduce((state, event) => changed(state, { type: 'streamed', event, swapped }), transcript);
}

const start = (...turns: string[]): StreamEvent => ({
  type: 'start',
  position: 0,
  turns,
  version: 'v0',
  promptHash: 'p0',
});
const token = (index: number, text: string): StreamEvent => ({ type: 'token', index, text });
const finish = (index: number, turn: string): StreamEvent => ({ type: 'finish', index, turn, finishReason: 'stop' });

const broken = (index: number): StreamEvent => ({ type: 'error', index, message: 'Broken', code: 'runner' });

const last = (transcript: Transcript) => transcript.exchanges.at(-1)!;

function stored(chosen: string | null, ...ids: string[]): StoredConversation {
  const turns = ids.map((id) => storedTurn(id));
  return { id: 'c', title: 't', exchanges: [{ position: 0, message: 'Hi', chosen, turns }] };
}

function storedTurn(id: string, dropped = 0): StoredTurn {
  return { id, text: id, version: 'v0', finishReason: 'stop', promptHash: 'p0', dropped, createdAt: '' };
}

describe('a streamed answer', () => {
  it('waits until the stream starts', () => {
    assert.equal(asked.activity, 'waiting');
    assert.equal(last(asked).message, 'Hi');
  });

  it('grows by its tokens and is chosen', () => {
    const state = stream(asked, [start('t-0'), token(0, 'Hel'), token(0, 'lo')]);
    assert.equal(state.activity, 'streaming');
    const hello = { id: 't-0', text: 'Hello', version: 'v0', finishReason: null, promptHash: 'p0', dropped: 0 };
    assert.deepEqual(last(state).answers, [hello]);
    assert.equal(last(state).chosen, 't-0');
  });

  it('rests when it is finished', () => {
    const state = stream(asked, [start('t-0'), token(0, 'Hello'), finish(0, 't-0')]);
    assert.equal(state.activity, 'idle');
    assert.equal(last(state).drawing, null);
    assert.equal(last(state).answers[0]?.finishReason, 'stop');
  });

  it('may be empty when the model ends at once', () => {
    const state = stream(asked, [start('t-0'), finish(0, 't-0')]);
    assert.equal(visibleAnswer(last(state))?.text, '');
  });

  it('keeps what came when it is stopped', () => {
    const state = changed(stream(asked, [start('t-0'), token(0, 'Hel')]), { type: 'stopped' });
    assert.equal(state.activity, 'idle');
    assert.equal(visibleAnswer(last(state))?.text, 'Hel');
    assert.equal(visibleAnswer(last(state))?.finishReason, 'cancelled');
  });

  it('leaves no answer when it is stopped before its first word', () => {
    const state = changed(stream(asked, [start('t-0')]), { type: 'stopped' });
    assert.deepEqual(last(state).answers, []);
    assert.equal(last(state).chosen, null);
  });

  it('says why it broke off', () => {
    const state = stream(asked, [start('t-0'), token(0, 'Hel'), broken(0)]);
    assert.equal(last(state).failure?.message, 'Broken');
    assert.equal(visibleAnswer(last(state))?.finishReason, 'error');
  });

  it('takes the place of an earlier message that the server never kept', () => {
    const failure = { message: 'Busy', code: 'busy', retryAfter: 1, wanted: null };
    const failed = changed(asked, { type: 'failed', failure });
    const state = stream(changed(failed, { type: 'asked', message: 'Again' }), [start('t-0')]);
    assert.deepEqual(
      state.exchanges.map(({ position, message }) => [position, message]),
      [[0, 'Again']],
    );
  });

  it('notes how much the model no longer saw', () => {
    const state = stream(asked, [start('t-0'), { type: 'notice', dropped: 2, text: '' }, token(0, 'Hi')]);
    assert.equal(visibleAnswer(last(state))?.dropped, 2);
  });

  it('that saw everything is not taken for an earlier one that did not', () => {
    const first = stream(asked, [start('t-0'), { type: 'notice', dropped: 2, text: '' }, finish(0, 't-0')]);
    const again = stream(changed(first, { type: 'redrawn' }), [start('t-1'), finish(0, 't-1')]);
    assert.deepEqual(
      last(again).answers.map(({ dropped }) => dropped),
      [2, 0],
    );
  });
});

describe('two answers', () => {
  const both = [start('t-0', 't-1'), token(0, 'one'), token(1, 'two'), finish(1, 't-1')];

  it('are written side by side', () => {
    const state = stream(asked, both);
    assert.deepEqual(
      last(state).answers.map(({ text }) => text),
      ['one', 'two'],
    );
    assert.equal(state.activity, 'streaming');
    assert.equal(last(state).chosen, null);
  });

  it('are shown in the order drawn by lot', () => {
    assert.deepEqual(last(stream(asked, both, false)).comparing, ['t-0', 't-1']);
    assert.deepEqual(last(stream(asked, both, true)).comparing, ['t-1', 't-0']);
  });

  it('become one when one is chosen', () => {
    const state = changed(stream(asked, [...both, finish(0, 't-0')]), { type: 'chosen', position: 0, turn: 't-1' });
    assert.equal(last(state).comparing, null);
    assert.equal(visibleAnswer(last(state))?.text, 'two');
  });

  it('can still be compared when both were stopped half way', () => {
    const state = changed(stream(asked, both), { type: 'stopped' });
    assert.deepEqual(last(state).comparing, ['t-0', 't-1']);
  });

  it('are not compared when one broke off, while the other goes on', () => {
    const state = stream(asked, [start('t-0', 't-1'), token(0, 'one'), broken(1), token(0, ' more')]);
    assert.equal(state.activity, 'streaming');
    assert.equal(last(state).comparing, null);
    assert.equal(last(state).failure?.message, 'Broken');
    assert.equal(visibleAnswer(last(state))?.text, 'one more');
  });

  it('are not compared when one has no word', () => {
    const state = changed(stream(asked, [start('t-0', 't-1'), token(0, 'one')]), { type: 'stopped' });
    assert.equal(last(state).comparing, null);
    assert.equal(visibleAnswer(last(state))?.text, 'one');
  });
});

describe('a further answer', () => {
  const first = stream(asked, [start('t-0'), token(0, 'one'), finish(0, 't-0')]);

  it('is chosen and the older stays reachable', () => {
    const again = stream(changed(first, { type: 'redrawn' }), [start('t-1'), token(0, 'two'), finish(0, 't-1')]);
    assert.deepEqual(
      last(again).answers.map(({ id }) => id),
      ['t-0', 't-1'],
    );
    assert.equal(visibleAnswer(last(again))?.id, 't-1');
    const back = changed(again, { type: 'shown', position: 0, turn: 't-0' });
    assert.equal(visibleAnswer(last(back))?.id, 't-0');
  });

  it('clears an earlier failure', () => {
    const failure = { message: 'Busy', code: 'busy', retryAfter: 1, wanted: null };
    const failed = changed(first, { type: 'failed', failure });
    assert.equal(last(changed(failed, { type: 'redrawn' })).failure, null);
  });

  it('that fails leaves the older one in place', () => {
    const failure = { message: 'Busy', code: 'busy', retryAfter: 1, wanted: null };
    const failed = changed(changed(first, { type: 'redrawn' }), { type: 'failed', failure });
    assert.equal(visibleAnswer(last(failed))?.id, 't-0');
  });
});

describe('a stored conversation', () => {
  it('shows the chosen answer', () => {
    const state = changed(EMPTY, { type: 'loaded', conversation: stored('t-0', 't-0', 't-1'), swapped: false });
    assert.equal(visibleAnswer(last(state))?.id, 't-0');
    assert.equal(last(state).comparing, null);
  });

  it('is compared still when nothing was chosen', () => {
    const state = changed(EMPTY, { type: 'loaded', conversation: stored(null, 't-0', 't-1'), swapped: true });
    assert.deepEqual(last(state).comparing, ['t-1', 't-0']);
  });

  it('is compared still when two were drawn again and the older answer is the chosen one', () => {
    const state = changed(EMPTY, { type: 'loaded', conversation: stored('s-0', 's-0', 't-0', 't-1'), swapped: false });
    assert.deepEqual(last(state).comparing, ['t-0', 't-1']);
  });

  it('is not compared when the answers were drawn one after the other', () => {
    const state = changed(EMPTY, { type: 'loaded', conversation: stored(null, 's-0', 't-0'), swapped: false });
    assert.equal(last(state).comparing, null);
  });

  it('knows what each answer did not see', () => {
    const conversation = stored('t-0');
    conversation.exchanges[0]!.turns = [storedTurn('t-0', 3), storedTurn('t-1')];
    const state = changed(EMPTY, { type: 'loaded', conversation, swapped: false });
    assert.deepEqual(
      last(state).answers.map(({ dropped }) => dropped),
      [3, 0],
    );
  });

  it('takes an only answer as chosen', () => {
    const state = changed(EMPTY, { type: 'loaded', conversation: stored(null, 't-0'), swapped: true });
    assert.equal(last(state).chosen, 't-0');
  });
});
