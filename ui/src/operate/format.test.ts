import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  bytes,
  count,
  counted,
  decimal,
  duration,
  inUnit,
  percent,
  percentRange,
  scientific,
  sentence,
  sentenceCase,
  setting,
} from './format.ts';

/** As it reads, whatever the spaces. */
const plain = (text: string) => text.replaceAll('\u00a0', ' ');

describe('a power of ten', () => {
  it('stands beside its digits', () => {
    assert.equal(scientific(3e-4), '3.00e-4');
    assert.equal(scientific(0), '0');
    assert.equal(scientific(null), '–');
  });
});

describe('a number that is not known', () => {
  it('is a dash, never 0', () => {
    for (const unknown of [null, undefined, NaN, Infinity])
      for (const format of [count, decimal, percent, duration, bytes]) assert.equal(format(unknown), '–');
    assert.equal(percentRange(null, 0.5), '–');
    assert.equal(inUnit(null, 'nats'), '–');
    assert.equal(counted(undefined, 'pair'), '–');
    assert.equal(duration(-1), '–');
  });
});

describe('a number', () => {
  it('of zero is a zero', () => {
    assert.equal(count(0), '0');
    assert.equal(decimal(0), '0');
    assert.equal(plain(percent(0)), '0.0 %');
    assert.equal(plain(duration(0)), '0 s');
    assert.equal(plain(bytes(0)), '0 B');
  });

  it('has three digits that count', () => {
    const written = [0.69314, 12.345, 123.4, 1234.5, 0.0003, 0.0000123, -0.0456, 1e6].map(decimal);
    assert.deepEqual(written, ['0.693', '12.3', '123', '1235', '0.000300', '1.23e-5', '−0.0456', '1.00e+6']);
  });

  it('that is too small to see has no minus', () => {
    assert.equal(plain(percent(-0.0001)), '0.0 %');
  });
});

describe('a share', () => {
  it('is a percentage', () => {
    assert.equal(plain(percent(0.6104)), '61.0 %');
    assert.equal(plain(percent(-0.031)), '−3.1 %');
  });

  it('has an interval', () => {
    assert.equal(plain(percentRange(0.571, 0.652)), '57.1 to 65.2 %');
  });
});

describe('a duration', () => {
  it('is said in the two units that matter', () => {
    const said = [0.4, 59.4, 59.6, 380, 3599.6, 3780, 90_000].map((seconds) => plain(duration(seconds)));
    assert.deepEqual(said, ['0 s', '59 s', '1 min 0 s', '6 min 20 s', '1 h 0 min', '1 h 3 min', '25 h 0 min']);
  });
});

describe('a size in memory', () => {
  it('has a fitting unit', () => {
    assert.deepEqual([999, 1000, 2_412_000_000].map(bytes).map(plain), ['999 B', '1.00 kB', '2.41 GB']);
  });
});

describe('a value of a check', () => {
  it('has its unit', () => {
    assert.equal(plain(inUnit(0.5, 'share')), '50.0 %');
    assert.equal(plain(inUnit(1.08, 'ratio')), '1.08 ×');
    assert.equal(plain(inUnit(1, 'pairs')), '1 pair');
    assert.equal(plain(inUnit(493, 'pairs')), '493 pairs');
    assert.equal(plain(inUnit(0.03124, 'nats')), '0.0312 nats');
    assert.equal(plain(inUnit(12, 'tokens')), '12 tokens');
  });
});

describe('a name for programs', () => {
  it('can be read by people', () => {
    const names = ['preference-accuracy', 'sameAnswer', 'too_long', 'kl-to-base'];
    assert.deepEqual(names.map(sentenceCase), ['Preference accuracy', 'Same answer', 'Too long', 'KL to base']);
  });
});

describe('a remark', () => {
  it('is a sentence', () => {
    assert.deepEqual(['mean of 12 tokens', 'Why?', ' ', ''].map(sentence), ['Mean of 12 tokens.', 'Why?', '', '']);
  });
});

describe('a setting', () => {
  it('is written as people write numbers', () => {
    const written = ['3.0E-4', '32.0', '0', 'auto', 'q,k', ''].map(setting);
    assert.deepEqual(written, ['0.0003', '32', '0', 'auto', 'q,k', '']);
  });
});
