import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { scaleOf } from './scale.ts';

describe('the scale of a check', () => {
  it('has everything on it, in order', () => {
    const scale = scaleOf({ value: 0.61, low: 0.57, high: 0.65, thresholdValue: 0.5 })!;
    const { threshold, low, value, high } = scale;
    const places = [0, threshold!, low!, value!, high!, 1];
    assert.deepEqual(
      places.toSorted((a, b) => a - b),
      places,
    );
    assert.equal(new Set(places).size, places.length);
  });

  it('needs no interval', () => {
    const scale = scaleOf({ value: 93, low: null, high: null, thresholdValue: 100 })!;
    assert.equal(scale.low, null);
    assert.ok(scale.value! < scale.threshold!);
  });

  it('has a place for a value on its threshold', () => {
    const scale = scaleOf({ value: 0, low: null, high: null, thresholdValue: 0 })!;
    assert.equal(scale.value, 0.5);
    assert.equal(scale.threshold, 0.5);
  });

  it('is not there for a value that is not known', () => {
    assert.equal(scaleOf({ value: null, low: null, high: null, thresholdValue: 0.5 }), null);
  });
});
