import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildDisplayTree, type DisplayTree } from '../../src/core/layout/displayTree.ts';
import { mergedFlame, timeFlame } from '../../src/core/statistics/flameLayout.ts';
import { pathTree } from '../../src/core/statistics/pathTree.ts';
import { slowestSpans, spanStatistics } from '../../src/core/statistics/spanStatistics.ts';
import { finish, SPANS_PER_STEP, type Steps } from '../../src/core/statistics/steps.ts';
import type { ProtocolError } from '../../src/protocol/errors.ts';
import { SlicedWork } from '../../src/engine/slicedWork.ts';
import { columnsOf } from '../support/columnsOf.ts';
import { ManualClock } from '../support/manualClock.ts';

const SPANS = 4 * SPANS_PER_STEP;
/** Longer than a slice: every step is one. */
const STEP_MS = 100;

/** One parent of all others, which start in no order and are as many paths. */
function wideTree(): DisplayTree {
  const spans = Array.from({ length: SPANS }, (_, index) => ({
    id: index + 1,
    ...(index > 0 && { parent: 1 }),
    start: (index * 7919) % SPANS,
    duration: 1 + ((index * 104_729) % SPANS),
  }));
  return buildDisplayTree(columnsOf(spans), 7);
}

const tree = wideTree();
const names = Uint32Array.from({ length: SPANS }, (_, index) => index);
const paths = finish(pathTree(tree, names));
const oneGroup = new Uint32Array(SPANS);

/** What each must look at all spans for, at least so many times: a step looks at a few thousand once. */
const WORKS: readonly (readonly [string, number, () => Steps<unknown>])[] = [
  ['merging by path', 2, () => pathTree(tree, names)],
  // Counts, distributes, sorts, looks whether that is all, merges twice and places.
  ['a merged flame graph', 7, () => mergedFlame(paths)],
  // The same before, and places in steps a sixteenth as long.
  ['a flame graph in time order', 28, () => timeFlame(tree)],
  // Sums up, distributes, and parts what is left until a step is enough for it.
  ['statistics of one group', 4, () => spanStatistics(tree, oneGroup, 1)],
  ['the slowest of one group', 3, () => slowestSpans(tree, oneGroup, 0, 100)],
];

/** Work on a clock that a look at takes longer than a slice; a slice is done when it is told to. */
class Rig {
  readonly #clock = new ManualClock();
  readonly work = new SlicedWork({
    timers: this.#clock.timers,
    elapsed: () => {
      this.#clock.spend(STEP_MS);
      return this.#clock.elapsed();
    },
  });

  /** Whether there is more to do. */
  get isWaiting(): boolean {
    return this.#clock.waiting > 0;
  }

  async next(): Promise<void> {
    this.#clock.advance(0);
    await Promise.resolve();
  }
}

describe('long work in slices', () => {
  for (const [name, looks, start] of WORKS) {
    it(`lets others have their turn every few thousand spans of ${name}, and gives the same`, async () => {
      const rig = new Rig();
      const result = rig.work.do({}, 'work', { cancelled: false }, start);
      let turns = 0;
      for (; rig.isWaiting; turns++) await rig.next();
      const least = (looks * SPANS) / SPANS_PER_STEP - looks;
      assert.ok(turns >= least, `${turns} turns of others, at least ${least} are due`);
      assert.deepEqual(await result, finish(start()));
    });

    it(`gives ${name} up between two slices once nobody waits for it`, async () => {
      const rig = new Rig();
      const [one, other] = [{ cancelled: false }, { cancelled: false }];
      const subject = {};
      const results = [one, other].map((signal) => rig.work.do(subject, 'work', signal, start));
      const given = Promise.allSettled(results);
      await rig.next();
      one.cancelled = true;
      await rig.next();
      assert.ok(rig.isWaiting, 'one still waits for it');
      other.cancelled = true;
      await rig.next();
      assert.ok(!rig.isWaiting, 'nothing more is done');
      for (const result of await given) {
        assert.equal(result.status, 'rejected');
        assert.equal((result.reason as ProtocolError).code, 'cancelled');
      }
    });
  }
});
