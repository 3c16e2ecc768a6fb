import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Check, Plan, Round, Stage, Verdict } from '../api/rounds.ts';
import { bySource, decisionOf, figuresOf, kindsOf, planLabel, reachOf, stageLabel, STAGES, stageOf } from './words.ts';

describe('how far a round is', () => {
  const begun = { version: null, gate: null };
  const reach = (round: Pick<Round, 'state' | 'version' | 'gate'>) => STAGES.map((_, stage) => reachOf(round, stage));

  it('is its state while it runs', () => {
    assert.equal(stageOf({ ...begun, state: 'COLLECT' }), 0);
    assert.equal(stageOf({ ...begun, state: 'EVALUATE' }), 2);
  });

  it('is the end once it is decided', () => {
    assert.equal(stageOf({ ...begun, state: 'REFUSED' }), 4);
    assert.equal(stageOf({ ...begun, state: 'ROLLED_BACK' }), 4);
  });

  it('follows from what there is where it broke off', () => {
    assert.equal(stageOf({ ...begun, state: 'FAILED' }), 1);
    assert.equal(stageOf({ ...begun, state: 'CANCELLED' }), 1);
    assert.equal(stageOf({ ...begun, state: 'FAILED', version: 'r1-0' }), 2);
    assert.equal(stageOf({ state: 'FAILED', version: 'r1-0', gate: [] }), 3);
  });

  it('is shown stage by stage', () => {
    assert.deepEqual(reach({ ...begun, state: 'POLICY' }), ['yes', 'now', 'no', 'no']);
    assert.deepEqual(reach({ ...begun, state: 'PUBLISHED' }), ['yes', 'yes', 'yes', 'yes']);
    assert.deepEqual(reach({ ...begun, state: 'FAILED' }), ['yes', 'broken', 'no', 'no']);
  });

  it('is no further than training, and not broken, of a reward model alone', () => {
    assert.deepEqual(reach({ ...begun, state: 'DONE' }), ['yes', 'yes', 'no', 'no']);
  });
});

describe('the decision of the gate', () => {
  const gate = (...verdicts: Verdict[]) => verdicts.map((verdict) => ({ verdict }) as Check);

  it('is the worst of its checks', () => {
    assert.equal(decisionOf(gate('PASSED', 'PASSED')), 'PASSED');
    assert.equal(decisionOf(gate('PASSED', 'UNDECIDED')), 'NEEDS_HUMAN');
    assert.equal(decisionOf(gate('UNDECIDED', 'FAILED')), 'REFUSED');
  });

  it('is left to a person where too few pairs are held out', () => {
    const tooFew = { name: 'held-out-pairs', verdict: 'UNDECIDED' } as Check;
    assert.equal(decisionOf([tooFew, ...gate('FAILED')]), 'NEEDS_HUMAN');
  });
});

describe('the figures of a round', () => {
  it('that were not measured are dashes', () => {
    assert.deepEqual(new Set(figuresOf({}).map(({ value }) => value)), new Set(['–']));
  });

  it('have their interval', () => {
    const [accuracy] = figuresOf({ accuracy: 0.6, low: 0.55, high: 0.65 });
    assert.equal(accuracy!.beside!.replaceAll('\u00a0', ' '), '95% interval 55.0 to 65.0 %');
  });
});

describe('a plan', () => {
  const plan = (...methods: string[]): Plan => ({
    name: methods.join('+'),
    stages: methods.map((method) => ({ name: method, method }) as Stage),
    reason: null,
  });

  it('of one stage is what its method does', () => {
    assert.equal(planLabel(plan('dpo')), 'DPO: chosen over rejected');
    assert.equal(stageLabel(plan('dpo'), 1), null);
  });

  it('of several stages is their methods', () => {
    assert.equal(planLabel(plan('sft', 'dpo')), 'SFT, then DPO');
    assert.equal(stageLabel(plan('sft', 'dpo'), 2), 'Stage 2 of 2: DPO');
  });
});

describe('the pairs there are', () => {
  it('are imported or follow from votes', () => {
    assert.deepEqual(bySource({ import: 100, comparison: 12, edit: 3 }), { imported: 100, votes: 15 });
    assert.deepEqual(bySource({}), { imported: 0, votes: 0 });
  });

  it('are told with what else there is', () => {
    assert.equal(kindsOf(0, 0, 0), `0\u00a0pairs`);
    assert.equal(kindsOf(12, 3, 1), `12\u00a0pairs, 3\u00a0single votes, 1\u00a0demonstration`);
  });
});
