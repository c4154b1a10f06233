import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { IdlePacker } from '../../src/engine/idlePacker.ts';
import { ManualClock } from '../support/manualClock.ts';

function packerOf(steps: number, clock: ManualClock): { packer: IdlePacker; left: () => number } {
  let left = steps;
  const packer = new IdlePacker({
    timers: clock.timers,
    elapsed: clock.elapsed,
    hasWork: () => left > 0,
    step: () => {
      clock.spend(1);
      return left-- > 0;
    },
  });
  return { packer, left: () => left };
}

describe('packing in idle time', () => {
  it('holds no timer without work', () => {
    const clock = new ManualClock();
    packerOf(0, clock).packer.wake();
    assert.equal(clock.waiting, 0);
  });

  it('works in slices of a few milliseconds with rests between them, until nothing is left', () => {
    const clock = new ManualClock();
    const { packer, left } = packerOf(10, clock);
    packer.wake();
    packer.wake();
    assert.equal(left(), 10, 'never in the turn of the request');
    clock.advance(20);
    assert.equal(left(), 6);
    assert.equal(clock.waiting, 1);
    clock.advance(100);
    assert.ok(left() <= 0);
    assert.equal(clock.waiting, 0);
  });

  it('ends when it is disposed of', () => {
    const clock = new ManualClock();
    const { packer, left } = packerOf(10, clock);
    packer.wake();
    packer.dispose();
    clock.advance(1000);
    packer.wake();
    assert.equal(left(), 10);
    assert.equal(clock.waiting, 0);
  });
});
