import process from 'node:process';
import { buildDisplayTree, type DisplayTree } from '../../src/core/layout/displayTree.ts';
import type { TraceId } from '../../src/core/model/ids.ts';
import { nanos } from '../../src/core/model/time.ts';
import { mergedFlame, timeFlame } from '../../src/core/statistics/flameLayout.ts';
import { flameCells } from '../../src/core/statistics/flameCells.ts';
import { pathTree } from '../../src/core/statistics/pathTree.ts';
import { slowestSpans, spanStatistics } from '../../src/core/statistics/spanStatistics.ts';
import { finish, type Steps } from '../../src/core/statistics/steps.ts';
import { SLOWEST_SPANS } from '../../src/protocol/aroundApi.ts';

// Statistics and flame graphs of one trace of a million spans, in milliseconds of this thread; the median of the rounds.
// Beside each its longest step: ingest and other questions wait that long at most.
const SPANS = 1_000_000;
const NAMES = 200;
const ROUNDS = 5;
/** How long ingest and other questions wait for one step at most, on top of a slice. */
const STEP_BUDGET = 20;

function treeOfMillion(): DisplayTree {
  let state = 12_345;
  const chance = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  const ids = Uint32Array.from({ length: SPANS }, (_, index) => index + 1);
  const parentLo = Uint32Array.from({ length: SPANS }, (_, index) =>
    index === 0 ? 0 : chance() < 0.5 ? index : Math.max(1, index - Math.floor(chance() * 200)),
  );
  return buildDisplayTree(
    {
      traceId: 'b'.repeat(32) as TraceId,
      revision: 1,
      count: SPANS,
      start: nanos(0n),
      handle: ids,
      idHi: new Uint32Array(SPANS).fill(1),
      idLo: ids,
      parentHi: Uint32Array.from(parentLo, (lo) => (lo === 0 ? 0 : 1)),
      parentLo,
      offsetNs: Float64Array.from({ length: SPANS }, (_, index) => Math.floor(index * 1000 + chance() * 50_000)),
      durationNs: Float64Array.from({ length: SPANS }, () => Math.floor(chance() * 1e6)),
      status: new Uint8Array(SPANS),
      kind: new Uint8Array(SPANS),
      service: Uint16Array.from({ length: SPANS }, () => Math.floor(chance() * 8)),
      services: Array.from({ length: 8 }, (_, index) => `service ${index}`),
      bits: new Uint16Array(SPANS),
      alike: new Uint32Array(0),
      alikeCount: 0,
    },
    7,
  );
}

const tree = treeOfMillion();
const names = Uint32Array.from({ length: SPANS }, (_, index) => (Math.imul(index, 2_654_435_761) >>> 0) % NAMES);

/** Milliseconds of this thread since `from`. */
function threadMs(from: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(from);
  return (user + system) / 1000;
}

/** Milliseconds of every step of the work; by the wall's clock, since the thread's is too coarse for one step. */
function timeSteps(start: () => Steps<unknown>): number[] {
  const steps = start();
  const took: number[] = [];
  for (;;) {
    const before = performance.now();
    const { done } = steps.next();
    took.push(performance.now() - before);
    if (done === true) return took;
  }
}

/** The work's thread time, the median of the rounds; and its longest step, each taken at its best of the rounds. */
function measure(name: string, budget: number, start: () => Steps<unknown>): void {
  const totals = Array.from({ length: ROUNDS }, () => {
    const before = process.threadCpuUsage();
    finish(start());
    return threadMs(before);
  });
  const value = Math.round(totals.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0);
  const rounds = Array.from({ length: ROUNDS }, () => timeSteps(start));
  const least = rounds[0]?.map((_, step) => Math.min(...rounds.map((steps) => steps[step] ?? 0))) ?? [];
  const longest = Math.round(Math.max(...least) * 10) / 10;
  console.log(
    JSON.stringify({
      name,
      value,
      unit: 'ms',
      budget: `≤ ${budget}; longest step ≤ ${STEP_BUDGET}`,
      ok: value <= budget && longest <= STEP_BUDGET,
      note: `${least.length} steps, the longest ${longest} ms`,
    }),
  );
}

measure('statistics by name of 1M spans', 150, () => spanStatistics(tree, names, NAMES));
measure('statistics by name of half of 1M spans, clipped to a window', 300, () =>
  spanStatistics(tree, names, NAMES, { beginNs: tree.lengthNs * 0.25, endNs: tree.lengthNs * 0.75 }),
);
measure('one group of 1M spans', 150, () => spanStatistics(tree, new Uint32Array(SPANS), 1));
measure('the slowest of one group of 1M spans', 150, () =>
  slowestSpans(tree, new Uint32Array(SPANS), 0, SLOWEST_SPANS),
);
measure('flame graph of 1M spans merged by path', 1500, function* () {
  return yield* mergedFlame(yield* pathTree(tree, names));
});
measure('flame graph of 1M spans in time order', 1500, () => timeFlame(tree));
const layout = finish(timeFlame(tree));
measure('what can be seen of a flame graph of 1M spans, 1,500 pixels, 60 rows', 30, function* () {
  yield;
  return flameCells(layout, { beginNs: 0, endNs: layout.lengthNs, columns: 1500, rowFrom: 0, rowCount: 60 });
});
