import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chartsOf } from './charts.ts';

const DPO = { method: 'dpo', settings: { loss: 'sigmoid' } };

function step(metrics: Record<string, number>) {
  return { step: 1, steps: 2, loss: 0.7, learningRate: 1e-4, gradientNorm: 2, metrics };
}

describe('the charts of a stage', () => {
  it('show together what is to be compared', () => {
    const charts = chartsOf(DPO, [
      step({
        'rewards/chosen': 0.1,
        'rewards/rejected': -0.1,
        'rewards/accuracies': 0.75,
        'rewards/margins': 0.2,
        'logps/chosen': -40,
        'logps/rejected': -50,
      }),
    ]);
    assert.deepEqual(
      charts.map(({ words }) => [words.label, words.lines.map(({ figure }) => figure)]),
      [
        ['Loss', ['loss']],
        ['Accuracy', ['rewards/accuracies']],
        ['Rewards', ['rewards/chosen', 'rewards/rejected', 'rewards/margins']],
        ['Log-probabilities', ['logps/chosen', 'logps/rejected']],
        ['Learning rate', ['learningRate']],
        ['Gradient norm', ['gradientNorm']],
      ],
    );
    assert.deepEqual(charts[2]!.curve.lines[1]!.values, [-0.1]);
  });

  it('show what nobody has named by its own name', () => {
    const { words, curve } = chartsOf(DPO, [step({ 'val/ratio': 1.5 })]).at(-1)!;
    assert.equal(words.label, 'val/ratio');
    assert.deepEqual(curve.lines[0]!.values, [1.5]);
  });

  it('leave out on how many pairs the accuracy is', () => {
    const charts = chartsOf(DPO, [step({ 'eval/accuracy': 0.6, 'eval/pairs': 64 })]);
    assert.deepEqual(
      charts.map(({ words }) => words.label),
      chartsOf(DPO, [step({ 'eval/accuracy': 0.6 })]).map(({ words }) => words.label),
    );
  });

  it('have a line as soon as one step has the figure', () => {
    const charts = chartsOf(DPO, [step({}), step({ 'eval/accuracy': 0.6 })]);
    const accuracy = charts.find(({ words }) => words.label === 'Accuracy')!;
    assert.deepEqual(accuracy.curve.lines, [{ values: [null, 0.6], means: [null, 0.6] }]);
  });

  it("show the held-out loss beside the step's", () => {
    const { curve } = chartsOf(DPO, [step({ 'eval/loss': 0.7 }), step({})])[0]!;
    assert.deepEqual(curve.lines[1]!.values, [0.7, null]);
  });

  it('begin with an empty loss', () => {
    assert.deepEqual(
      chartsOf(DPO, []).map(({ words }) => words.label),
      ['Loss'],
    );
  });

  it('mark where the loss of a method starts', () => {
    const mark = (method: string, settings: Record<string, string>) =>
      chartsOf({ method, settings }, [])[0]!.words.mark;
    assert.equal(mark('dpo', { loss: 'sigmoid' }), Math.LN2);
    assert.equal(mark('dpo', { loss: 'hinge' }), null);
    assert.equal(mark('kto', { desirableWeight: '1.0', undesirableWeight: '1.0' }), 0.5);
    assert.equal(mark('kto', { desirableWeight: 'auto', undesirableWeight: 'auto' }), null);
    assert.equal(mark('sft', {}), null);
  });

  it('tell rewards that start at 0 from those that have no reference', () => {
    const rewards = (method: string, settings: Record<string, string>) =>
      chartsOf({ method, settings }, [step({ 'rewards/chosen': -1 })]).find(({ words }) => words.label === 'Rewards')!;
    for (const loss of ['simpo', 'orpo']) {
      const { mark, note } = rewards('dpo', { loss }).words;
      assert.equal(mark, null);
      assert.match(note, /mean log-probability of a token.*start below 0/);
    }
    for (const [method, settings] of [
      ['dpo', { loss: 'sigmoid' }],
      ['dpo', { loss: 'ipo' }],
      ['kto', {}],
    ] as const) {
      const { mark, note } = rewards(method, settings).words;
      assert.equal(mark, 0);
      assert.match(note, /All start at 0/);
    }
  });
});
