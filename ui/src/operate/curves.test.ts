import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { byStage, curveOf, rangeOf, runningMean, stepTo, ticksOf } from './curves.ts';

describe('a curve', () => {
  it('pairs steps with values', () => {
    const report = { steps: 3, metrics: {} };
    const curve = curveOf(
      [
        { ...report, step: 1, loss: 0.7, gradientNorm: 2 },
        { ...report, step: 2, loss: 0.5, gradientNorm: 1 },
      ],
      ['loss', 'gradientNorm'],
    );
    assert.deepEqual(curve.steps, [1, 2]);
    assert.deepEqual(curve.lines[0], { values: [0.7, 0.5], means: [0.7, 0.6] });
    assert.deepEqual(curve.lines[1], { values: [2, 1], means: [2, 1.5] });
  });

  it('of what is set and not measured is no mean', () => {
    const report = { steps: 2, loss: 1, metrics: {} };
    const curve = curveOf(
      [
        { ...report, step: 1, learningRate: 1 },
        { ...report, step: 2, learningRate: 3 },
      ],
      ['learningRate'],
    );
    assert.deepEqual(curve.lines[0]!.means, [1, 3]);
  });

  it('has a gap where a step lacks the metric or has none that is a number', () => {
    const report = { steps: 3, loss: 1 };
    const curve = curveOf(
      [
        { ...report, step: 1, metrics: {} },
        { ...report, step: 2, metrics: { kl: 0.5 } },
        { ...report, step: 3, metrics: { kl: 'NaN' as unknown as number } },
      ],
      ['kl'],
    );
    assert.deepEqual(curve, { steps: [1, 2, 3], lines: [{ values: [null, 0.5, null], means: [null, 0.5, 0.5] }] });
  });

  it('of no step is empty', () => {
    assert.deepEqual(curveOf([], ['rewards/margins']), { steps: [], lines: [{ values: [], means: [] }] });
  });
});

describe('the reports', () => {
  const report = (step: number, stage?: number) => ({ step, steps: 2, loss: 1, metrics: {}, ...(stage && { stage }) });

  it('are those of the stages, of which some may be to come', () => {
    const reports = [report(1, 1), report(2, 1), report(1, 2)];
    assert.deepEqual(byStage(reports, 3), [[reports[0], reports[1]], [reports[2]], []]);
  });

  it('are all of the only stage', () => {
    assert.deepEqual(byStage([report(1)], 1), [[report(1)]]);
  });
});

describe('a running mean', () => {
  it('is of what was there so far, then of the last ones', () => {
    assert.deepEqual(runningMean([2, 4, 6, 8], 2), [2, 3, 5, 7]);
    assert.deepEqual(runningMean([2, 4, 6, 8], 10), [2, 3, 4, 5]);
  });
});

describe('the range of a chart', () => {
  it('holds every value and the lines to compare with', () => {
    const [low, high] = rangeOf([0.6, 0.65], [Math.LN2]);
    assert.ok(low < 0.6 && high > Math.LN2);
  });

  it('is not empty for one value or none', () => {
    assert.deepEqual(rangeOf([], []), [0, 1]);
    for (const value of [0, 3, -3]) {
      const [low, high] = rangeOf([value], []);
      assert.ok(low < value && value < high);
    }
  });

  it('is that of a long round too', () => {
    const values = Array.from({ length: 500_000 }, (_, index) => index);
    const [low, high] = rangeOf(values, []);
    assert.ok(low < 0 && high > 499_999);
  });

  it('leaves out what is no number', () => {
    const [low, high] = rangeOf([NaN, 1, 2, Infinity], []);
    assert.ok(low > 0.8 && high < 2.2);
  });
});

describe('the labels of an axis', () => {
  it('are told apart', () => {
    assert.deepEqual(
      ticksOf([0.5, 1], (value) => value.toFixed(1)),
      ['0.5', '1.0'],
    );
    assert.deepEqual(
      ticksOf([0.9995, 1, 1.0005], (value) => value.toFixed(2)),
      ['0.9995', '1', '1.0005'],
    );
  });
});

describe('the arrow keys', () => {
  it('lead from the newest step through all of them', () => {
    assert.equal(stepTo('ArrowLeft', null, 5), 3);
    assert.equal(stepTo('ArrowLeft', 0, 5), 0);
    assert.equal(stepTo('ArrowRight', 4, 5), 4);
    assert.equal(stepTo('Home', 3, 5), 0);
    assert.equal(stepTo('End', 0, 5), 4);
    assert.equal(stepTo('Enter', 3, 5), null);
  });
});
