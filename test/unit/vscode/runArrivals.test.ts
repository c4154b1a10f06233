import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { beforeEach, describe, it } from 'node:test';
import { ASK_MS, LAST_MS, QUIET_MS, RunArrivals } from '../../../src/vscode/launch/runArrivals.ts';

/** Timers that a test lets pass. */
class TestTimers {
  now = 0;
  readonly #due = new Map<object, { readonly at: number; readonly act: () => void }>();
  readonly set = (act: () => void, ms: number): unknown => {
    const timer = {};
    this.#due.set(timer, { at: this.now + ms, act });
    return timer;
  };
  readonly clear = (timer: unknown): void => {
    this.#due.delete(timer as object);
  };

  async pass(ms: number): Promise<void> {
    this.now += ms;
    for (const [timer, { at, act }] of [...this.#due]) {
      if (at > this.now) continue;
      this.#due.delete(timer);
      act();
    }
    // What was asked has been answered.
    await setImmediate();
  }

  get count(): number {
    return this.#due.size;
  }
}

describe('programs that sent nothing', () => {
  const run = { runId: 'r' };
  let timers: TestTimers;
  let arrived: boolean | undefined;
  let asked: number;
  let told: unknown[];
  let arrivals: RunArrivals<typeof run>;
  beforeEach(() => {
    timers = new TestTimers();
    arrived = false;
    asked = 0;
    told = [];
    const ask = (): Promise<boolean | undefined> => {
      asked++;
      return Promise.resolve(arrived);
    };
    const silent = (_run: object, state: object): unknown => told.push(state);
    arrivals = new RunArrivals({ ask, silent, heard: () => told.push('heard') }, timers);
  });

  it('are told of a moment after they ended, with how they did', async () => {
    const end = arrivals.watch(run);
    end(() => 0);
    await timers.pass(LAST_MS - 1);
    assert.deepEqual(told, []);
    await timers.pass(1);
    assert.deepEqual(told, [{ ended: true, exitCode: 0 }]);
  });

  it('are told of once while they run, and once more when they end', async () => {
    const end = arrivals.watch(run);
    await timers.pass(QUIET_MS);
    await timers.pass(QUIET_MS);
    assert.deepEqual(told, [{ ended: false }]);
    end(() => undefined);
    await timers.pass(LAST_MS);
    assert.deepEqual(told, [{ ended: false }, { ended: true, exitCode: undefined }]);
  });

  it('are none any more once a span arrived, whatever is cleared then', async () => {
    const end = arrivals.watch(run);
    arrived = true;
    arrivals.changed();
    await timers.pass(ASK_MS);
    arrived = false;
    end(() => 0);
    await timers.pass(QUIET_MS);
    assert.deepEqual(told, ['heard']);
    arrivals.changed();
    assert.equal(timers.count, 0);
  });

  it('are asked after once a second at most, and not at all where it cannot be known', async () => {
    arrivals.watch(run);
    for (let change = 0; change < 100; change++) arrivals.changed();
    await timers.pass(ASK_MS);
    assert.equal(asked, 1);
    arrived = undefined;
    await timers.pass(QUIET_MS);
    assert.deepEqual(told, ['heard']);
  });

  it('are nobody’s business when the next one is started', async () => {
    const end = arrivals.watch(run);
    arrivals.forget(run);
    end(() => 0);
    await timers.pass(QUIET_MS);
    assert.deepEqual([told, asked, timers.count], [[], 0, 0]);
  });
});
