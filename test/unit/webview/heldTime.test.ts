import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { heldInTrace, heldNs, heldStretches } from '../../../src/core/layout/heldTime.ts';

const START = '1790000000000000000';
const START_MS = 1_790_000_000_000;
const MS = 1e6;
const pause = (from: number, to: number | null) => ({
  fromMs: START_MS + from,
  toMs: to === null ? null : START_MS + to,
  label: 'x',
});

describe('time held by a debugger', () => {
  it('is that of the pauses within the trace, overlapping ones as one', () => {
    const pauses = [pause(50, 60), pause(10, 20), pause(15, 30), pause(-20, -10), pause(500, 600)];
    assert.deepEqual(heldStretches(pauses, START, 100 * MS), [
      { fromNs: 10 * MS, toNs: 30 * MS },
      { fromNs: 50 * MS, toNs: 60 * MS },
    ]);
  });

  it('of a whole trace is that of the pauses that began after it', () => {
    assert.equal(heldInTrace([pause(-5, 20), pause(30, 50), pause(90, null)], START, 100 * MS), 30 * MS);
    assert.equal(heldInTrace([], START, 100 * MS), 0);
  });

  it('goes on while a pause lasts', () => {
    assert.deepEqual(heldStretches([pause(10, null)], START, 100 * MS), [{ fromNs: 10 * MS, toNs: Infinity }]);
    assert.equal(heldNs([{ fromNs: 10, toNs: Infinity }], 0, 100), 90);
  });

  it('counts for spans that began before a pause, up to their end', () => {
    const held = [
      { fromNs: 10, toNs: 30 },
      { fromNs: 50, toNs: 60 },
    ];
    assert.equal(heldNs(held, 0, 100), 30);
    assert.equal(heldNs(held, 0, 20), 10, 'it ended while the program was held: a timeout');
    assert.equal(heldNs(held, 20, 100), 10, 'of the first it saw nothing before');
    assert.equal(heldNs(held, 12, 5), 0, 'it began and ended meanwhile: it did not wait');
    assert.equal(heldNs(held, 70, 10), 0);
  });
});
