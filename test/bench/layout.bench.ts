import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { buildDisplayTree } from '../../src/core/layout/displayTree.ts';
import { criticalPath } from '../../src/core/layout/criticalPath.ts';
import type { RowOrderOptions } from '../../src/core/layout/rowNodes.ts';
import { RowOrder } from '../../src/core/layout/rowOrder.ts';
import { VisibleRows } from '../../src/core/layout/visibleRows.ts';
import type { TraceId } from '../../src/core/model/ids.ts';
import { nanos } from '../../src/core/model/time.ts';
import type { TraceColumns } from '../../src/core/store/storeReader.ts';

// The display tree and rows of one trace of a million spans against plain objects, interleaved A B A B, medians of the ratios.
// Each has a process of its own: a million objects in the heap make every later allocation dear, also to others.
const SPANS = 1_000_000;
const ROUNDS = 7;
/** SDKs send batches of 512, children before their parents. */
const BATCH = 512;
const CHAIN = 5000;

type Shape = 'mixed' | 'oneParent' | 'chains';

interface PlainSpan {
  readonly id: string;
  readonly parentId: string;
  readonly start: number;
  readonly duration: number;
}

interface PlainNode {
  readonly span: PlainSpan;
  readonly children: PlainNode[];
  depth: number;
  descendants: number;
  self: number;
}

/** Numbers that look like chance and are the same in every run (xorshift32). */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Index of the parent, or -1. Mixed: half go one deeper, half hang on one of the last 200 spans. */
function parentOf(shape: Shape, index: number, chance: () => number): number {
  switch (shape) {
    case 'mixed':
      return chance() < 0.5 ? index - 1 : Math.max(-1, index - 1 - Math.floor(chance() * 200));
    case 'oneParent':
      return index === 0 ? -1 : 0;
    case 'chains':
      return index % CHAIN === 0 ? -1 : index - 1;
  }
}

function columnsOf(shape: Shape): TraceColumns {
  const chance = dice(12_345);
  const draw = (): number => Math.floor(chance() * 2 ** 32);
  const columns = {
    traceId: 'b'.repeat(32) as TraceId,
    revision: 1,
    count: SPANS,
    start: nanos(0n),
    handle: Uint32Array.from({ length: SPANS }, (_, index) => index),
    idHi: Uint32Array.from({ length: SPANS }, draw),
    idLo: Uint32Array.from({ length: SPANS }, draw),
    parentHi: new Uint32Array(SPANS),
    parentLo: new Uint32Array(SPANS),
    offsetNs: Float64Array.from({ length: SPANS }, (_, index) => Math.floor(index * 1000 + chance() * 50_000)),
    durationNs: Float64Array.from({ length: SPANS }, () => Math.floor(chance() * 1e6)),
    status: new Uint8Array(SPANS),
    kind: new Uint8Array(SPANS),
    service: new Uint16Array(SPANS),
    services: ['bench'],
    bits: new Uint16Array(SPANS),
    // Ten operations, so that every long list has alike ones to put together.
    alike: Uint32Array.from({ length: SPANS }, (_, index) => index % 10),
    alikeCount: 10,
  };
  for (let index = 0; index < SPANS; index++) {
    const parent = parentOf(shape, index, chance);
    if (parent < 0) continue;
    columns.parentHi[index] = columns.idHi[parent]!;
    columns.parentLo[index] = columns.idLo[parent]!;
  }
  const { idHi, idLo, parentHi, parentLo, offsetNs, durationNs } = columns;
  for (let from = 0; from < SPANS; from += BATCH) {
    for (const column of [idHi, idLo, parentHi, parentLo, offsetNs, durationNs]) {
      column.subarray(from, Math.min(SPANS, from + BATCH)).reverse();
    }
  }
  return columns;
}

function plainSpansOf(columns: TraceColumns): PlainSpan[] {
  const text = (hi: number, lo: number): string =>
    hi === 0 && lo === 0 ? '' : hi.toString(16).padStart(8, '0') + lo.toString(16).padStart(8, '0');
  return Array.from({ length: columns.count }, (_, index) => ({
    id: text(columns.idHi[index]!, columns.idLo[index]!),
    parentId: text(columns.parentHi[index]!, columns.parentLo[index]!),
    start: columns.offsetNs[index]!,
    duration: columns.durationNs[index]!,
  }));
}

/** The same tree as one would write it first: a Map by id, nodes with arrays of children, an explicit stack. */
function plainTree(spans: readonly PlainSpan[]): PlainNode[] {
  const nodes = new Map<string, PlainNode>();
  for (const span of spans) nodes.set(span.id, { span, children: [], depth: 0, descendants: 0, self: 0 });
  const roots: PlainNode[] = [];
  for (const node of nodes.values()) (nodes.get(node.span.parentId)?.children ?? roots).push(node);
  const rows: PlainNode[] = [];
  const byStart = (a: PlainNode, b: PlainNode): number => a.span.start - b.span.start;
  const stack = roots.sort(byStart).toReversed();
  for (let node = stack.pop(); node; node = stack.pop()) {
    rows.push(node);
    node.children.sort(byStart);
    let coveredTo = node.span.start;
    const end = node.span.start + node.span.duration;
    node.self = node.span.duration;
    for (const { span } of node.children) {
      const from = Math.max(coveredTo, span.start);
      const to = Math.min(end, span.start + span.duration);
      if (to <= from) continue;
      node.self -= to - from;
      coveredTo = to;
    }
    for (let index = node.children.length - 1; index >= 0; index--) {
      const child = node.children[index]!;
      child.depth = node.depth + 1;
      stack.push(child);
    }
  }
  for (let index = rows.length - 1; index >= 0; index--) {
    const node = rows[index]!;
    for (const child of node.children) node.descendants += child.descendants + 1;
  }
  return rows;
}

/** CPU milliseconds of this process, its collector's threads included: wall time tells who else is busy. */
function timed(work: () => unknown): number {
  globalThis.gc?.();
  const begin = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

function report(figure: Readonly<Record<string, string | number | boolean>>): void {
  console.log(JSON.stringify(figure));
}

/** Both trees must agree before their times are worth comparing. */
function assertSameTree(columns: TraceColumns, spans: readonly PlainSpan[]): void {
  const tree = buildDisplayTree(columns, 3);
  const rows = plainTree(spans);
  for (let position = 0; position < SPANS; position++) {
    const index = tree.indexAt[position]!;
    const row = rows[position]!;
    const same =
      spans[index] === row.span &&
      tree.depth[position] === row.depth &&
      tree.descendants[position] === row.descendants &&
      tree.selfNs[position] === row.self;
    if (!same) throw new Error(`the trees differ at row ${position}`);
  }
}

type Job = Shape | 'plain' | 'fold' | 'path';

/** Rows are put together as the panel asks for. */
const ROWS: RowOrderOptions = { foldAlike: 20, messagesAsRows: false, settled: true };

/** What a child process measures again and again; made once, warmed up by its first run. */
function jobOf(name: Job): () => number {
  switch (name) {
    case 'plain': {
      const columns = columnsOf('mixed');
      const spans = plainSpansOf(columns);
      assertSameTree(columns, spans);
      return () => timed(() => plainTree(spans));
    }
    case 'fold': {
      const tree = buildDisplayTree(columnsOf('mixed'), 1);
      const rows = VisibleRows.unfolded(tree);
      // Small subtrees, so that nearly all rows stay.
      const small = Array.from({ length: SPANS }, (_, position) => position).filter(
        (position) => tree.descendants[position]! > 0 && tree.descendants[position]! < 10,
      );
      return () => timed(() => rows.setExpanded(small.pop() ?? 0, false, false));
    }
    case 'path': {
      // One after the other below one parent: all of them are on the path.
      const columns = columnsOf('oneParent');
      columns.durationNs.fill(500);
      columns.offsetNs.forEach((_, index) => (columns.offsetNs[index] = index * 1000));
      const root = columns.parentLo.findIndex((lo, index) => lo === 0 && columns.parentHi[index] === 0);
      columns.offsetNs[root] = 0;
      columns.durationNs[root] = SPANS * 1000;
      const tree = buildDisplayTree(columns, 3);
      return () => timed(() => criticalPath(tree));
    }
    default: {
      const columns = columnsOf(name);
      return () => timed(() => VisibleRows.of(RowOrder.of(buildDisplayTree(columns, 3), ROWS)));
    }
  }
}

class Contestant {
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess) {
    this.#process = process;
  }

  static async start(name: Job): Promise<Contestant> {
    const contestant = new Contestant(fork(import.meta.filename, [name], { execArgv: ['--expose-gc'] }));
    await contestant.run();
    await contestant.run();
    return contestant;
  }

  async run(): Promise<number> {
    this.#process.send('run');
    const [ms] = (await once(this.#process, 'message')) as [number];
    return ms;
  }

  stop(): void {
    this.#process.disconnect();
  }
}

/** Times of two, taken in turns. */
async function duel(a: Job, b: Job): Promise<readonly { readonly a: number; readonly b: number }[]> {
  const [first, second] = [await Contestant.start(a), await Contestant.start(b)];
  const rounds: { a: number; b: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push({ a: await first.run(), b: await second.run() });
  first.stop();
  second.stop();
  return rounds;
}

async function bench(): Promise<void> {
  const against = await duel('plain', 'mixed');
  const ratios = against.map(({ a, b }) => a / b);
  const ratio = median(ratios);
  report({
    name: 'display tree of 1M spans, mixed shape, against plain objects',
    ratio,
    budget: '≥ 8×',
    ok: ratio >= 8,
    detail: `stretch 11×; rounds ${ratios.map((each) => each.toFixed(1)).join(' ')}`,
  });
  const mixedMs = median(against.map(({ b }) => b));
  report({
    name: 'display tree of 1M spans, mixed shape, CPU',
    value: Math.round(mixedMs),
    unit: 'ms',
    budget: '≤ 500 ms',
    ok: mixedMs <= 500,
    detail: 'stretch 300 ms',
  });
  for (const shape of ['oneParent', 'chains'] as const) {
    const value = median((await duel(shape, 'mixed')).map(({ a, b }) => a / b));
    report({
      name: `display tree of 1M spans, ${shape === 'oneParent' ? 'one parent' : `chains of ${CHAIN}`}, against mixed`,
      ratio: value,
      budget: '≤ 2×',
      ok: value <= 2,
      detail: 'stretch 1.3×',
    });
  }
  const pathMs = median((await duel('path', 'path')).map(({ a }) => a));
  report({
    name: 'critical path through 1M siblings one after the other, CPU',
    value: Math.round(pathMs),
    unit: 'ms',
    budget: '≤ 200 ms',
    ok: pathMs <= 200,
    detail: 'stretch 50 ms',
  });
  const foldMs = median((await duel('fold', 'fold')).map(({ a }) => a));
  report({
    name: 'fold one of 1M visible rows, CPU',
    value: Math.round(foldMs * 10) / 10,
    unit: 'ms',
    budget: '≤ 50 ms',
    ok: foldMs <= 50,
  });
}

const [job] = process.argv.slice(2) as Job[];
if (job === undefined) {
  await bench();
} else {
  const run = jobOf(job);
  process.on('message', () => process.send?.(run()));
}
