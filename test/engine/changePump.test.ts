import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ChangePump } from '../../src/engine/changePump.ts';
import { ManualClock } from '../support/manualClock.ts';

function pumped(again: () => number | undefined = () => undefined): {
  clock: ManualClock;
  pump: ChangePump;
  runs: number[];
} {
  const clock = new ManualClock(0);
  const runs: number[] = [];
  const pump = new ChangePump({
    timers: clock.timers,
    elapsed: clock.elapsed,
    run: () => {
      runs.push(clock.now());
      return again();
    },
  });
  return { clock, pump, runs };
}

describe('the change pump', () => {
  it('runs soon after the first change, but not in its turn', () => {
    const { clock, pump, runs } = pumped();
    pump.wake();
    assert.deepEqual(runs, []);
    clock.advance(0);
    assert.deepEqual(runs, [0]);
  });

  it('runs at most every 100 ms and once more after the last change', () => {
    const { clock, pump, runs } = pumped();
    for (let ms = 0; ms < 250; ms += 10) {
      pump.wake();
      clock.advance(10);
    }
    clock.advance(1000);
    assert.deepEqual(runs, [0, 100, 200, 300]);
  });

  it('holds no timer when nothing changes', () => {
    const { clock, pump } = pumped();
    assert.equal(clock.waiting, 0);
    pump.wake();
    clock.advance(5000);
    assert.equal(clock.waiting, 0);
  });

  it('runs again when it was asked to, never sooner than 100 ms', () => {
    const delays = [5, 400];
    const { clock, pump, runs } = pumped(() => delays.shift());
    pump.wake();
    clock.advance(2000);
    assert.deepEqual(runs, [0, 100, 500]);
    assert.equal(clock.waiting, 0);
  });

  it('is not put off by a change while it waits for later', () => {
    const delays = [5000];
    const { clock, pump, runs } = pumped(() => delays.shift());
    pump.wake();
    clock.advance(1000);
    pump.wake();
    clock.advance(0);
    assert.deepEqual(runs, [0, 1000]);
  });

  it('does nothing after it was disposed', () => {
    const { clock, pump, runs } = pumped();
    pump.wake();
    pump.dispose();
    pump.wake();
    clock.advance(1000);
    assert.deepEqual(runs, []);
    assert.equal(clock.waiting, 0);
  });
});
