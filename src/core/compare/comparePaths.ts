import { nearestRank } from '../statistics/orderStatistic.ts';
import type { Steps } from '../statistics/steps.ts';
import type { PathEntry } from './traceProfile.ts';

/** What the traces of a set did: each trace's entries by path. */
export type SetProfile = readonly (readonly PathEntry[])[];

/** One path in two sets. Times in nanoseconds, a trace without the path counting as 0. */
export interface PathDifference {
  readonly path: number;
  /** Calls a trace, on average. */
  readonly callsA: number;
  readonly callsB: number;
  /** Of the time on the path by trace, nearest rank. */
  readonly medianANs: number;
  readonly medianBNs: number;
  readonly p95ANs: number;
  readonly p95BNs: number;
  /** Mean of A less mean of B: these add up over the paths. */
  readonly differenceNs: number;
  /** Half the width of its 95 % interval: a difference within it may be chance. */
  readonly boundNs: number;
  /** Of the whole difference; 0 when there is none. */
  readonly share: number;
  /** Trace of A (its place in the set) with the most time there, -1 when none has the path; likewise of B. */
  readonly exampleA: number;
  readonly exampleB: number;
}

export interface PathComparison {
  /** Those beyond chance first, by size of the difference. */
  readonly paths: readonly PathDifference[];
  /** Mean of all paths' time by trace, A less B. */
  readonly differenceNs: number;
}

/** With fewer traces a set's own spread says little: both are taken to have one. */
const FEW = 5;
const PATHS_PER_STEP = 64;

/**
 * Compares two sets path by path. The bound is Welch's: t · √(s²A/nA + s²B/nB), with the degrees of freedom of Welch and
 * Satterthwaite, two-sided 95 %. Where a set has fewer than 5 traces it is Student's, of the variance of both together: two
 * slow traces that are far from each other, and still farther from ten fast ones, are no chance. Times are skewed: with few
 * traces take the bound for its size.
 */
export function* comparePaths(a: SetProfile, b: SetProfile, pathCount: number): Steps<PathComparison> {
  const sideA = columnsOf(a, pathCount);
  const sideB = columnsOf(b, pathCount);
  yield;
  const differenceNs = sum(sideA.total) / Math.max(1, a.length) - sum(sideB.total) / Math.max(1, b.length);
  const paths: PathDifference[] = [];
  for (let path = 0; path < pathCount; path++) {
    if (path % PATHS_PER_STEP === PATHS_PER_STEP - 1) yield;
    const timesA = timesOf(sideA, path, a.length);
    const timesB = timesOf(sideB, path, b.length);
    const difference = timesA.mean - timesB.mean;
    paths.push({
      path,
      callsA: sideA.calls[path]! / Math.max(1, a.length),
      callsB: sideB.calls[path]! / Math.max(1, b.length),
      medianANs: timesA.at(0.5),
      medianBNs: timesB.at(0.5),
      p95ANs: timesA.at(0.95),
      p95BNs: timesB.at(0.95),
      differenceNs: difference,
      boundNs: welchBound(timesA, timesB),
      share: differenceNs === 0 ? 0 : difference / differenceNs,
      exampleA: sideA.example[path]!,
      exampleB: sideB.example[path]!,
    });
  }
  const isSure = (each: PathDifference): boolean => Math.abs(each.differenceNs) > each.boundNs;
  paths.sort(
    (one, other) =>
      Number(isSure(other)) - Number(isSure(one)) ||
      Math.abs(other.differenceNs) - Math.abs(one.differenceNs) ||
      one.path - other.path,
  );
  return { paths, differenceNs };
}

interface SideColumns {
  readonly calls: Float64Array;
  readonly total: Float64Array;
  readonly example: Int32Array;
  /** By path: times of the traces that have it. */
  readonly times: readonly number[][];
}

function columnsOf(profile: SetProfile, pathCount: number): SideColumns {
  const calls = new Float64Array(pathCount);
  const total = new Float64Array(pathCount);
  const most = new Float64Array(pathCount).fill(-1);
  const example = new Int32Array(pathCount).fill(-1);
  const times = Array.from({ length: pathCount }, (): number[] => []);
  for (const [trace, entries] of profile.entries()) {
    for (const { path, calls: count, timeNs } of entries) {
      calls[path]! += count;
      total[path]! += timeNs;
      times[path]!.push(timeNs);
      if (timeNs > most[path]!) {
        most[path] = timeNs;
        example[path] = trace;
      }
    }
  }
  return { calls, total, example, times };
}

interface Times {
  readonly count: number;
  readonly mean: number;
  /** Unbiased; 0 for fewer than two. */
  readonly variance: number;
  readonly at: (quantile: number) => number;
}

/** Times of all `count` traces of a set on a path: those without it have 0. */
function timesOf(side: SideColumns, path: number, count: number): Times {
  const present = Float64Array.from(side.times[path]!).sort();
  const absent = count - present.length;
  const mean = count === 0 ? 0 : side.total[path]! / count;
  let squares = absent * mean * mean;
  for (const time of present) squares += (time - mean) ** 2;
  return {
    count,
    mean,
    variance: count < 2 ? 0 : squares / (count - 1),
    at: (quantile) => {
      const rank = nearestRank(count, quantile);
      return count === 0 || rank < absent ? 0 : present[rank - absent]!;
    },
  };
}

function studentBound(a: Times, b: Times): number {
  const freedom = a.count + b.count - 2;
  if (freedom < 1) return Infinity;
  const variance = ((a.count - 1) * a.variance + (b.count - 1) * b.variance) / freedom;
  return tQuantile(freedom) * Math.sqrt(variance * (1 / a.count + 1 / b.count));
}

function welchBound(a: Times, b: Times): number {
  if (a.count === 0 || b.count === 0) return Infinity;
  if (a.count < FEW || b.count < FEW) return studentBound(a, b);
  const partA = a.variance / a.count;
  const partB = b.variance / b.count;
  if (partA + partB === 0) return 0;
  const freedom =
    (partA + partB) ** 2 / (partA ** 2 / Math.max(1, a.count - 1) + partB ** 2 / Math.max(1, b.count - 1));
  return tQuantile(freedom) * Math.sqrt(partA + partB);
}

/** The 97.5 % point of Student's t by Cornish and Fisher's expansion around 1.96; within 1 % from 3 degrees of freedom on. */
function tQuantile(freedom: number): number {
  const z = 1.959964;
  const n = Math.max(1, freedom);
  return (
    z +
    (z ** 3 + z) / (4 * n) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * n ** 2) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * n ** 3)
  );
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
