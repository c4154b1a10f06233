import type { DisplayTree } from '../layout/displayTree.ts';

/** A call path: service and name of a span, and the path above it. */
export interface SpanPath {
  readonly service: string;
  readonly name: string;
  /** Number of the path above, -1 at the top. */
  readonly parent: number;
  readonly depth: number;
}

/** Paths told apart; spans of more count together. */
const MOST_PATHS = 20_000;
/** Name of what came when there were too many paths: names with ids in them. */
const OTHER_NAME = '(other paths)';

/** Call paths of many traces, numbered in order of first appearance; a parent's number is smaller than its children's. */
export class PathTable {
  readonly paths: SpanPath[] = [];
  private readonly numbers = new Map<string, number>();
  private others: number | undefined;

  numberOf(parent: number, service: string, name: string): number {
    const key = `${parent}\n${service}\n${name}`;
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    if (this.paths.length >= MOST_PATHS) {
      this.others ??= this.paths.push({ service: '', name: OTHER_NAME, parent: -1, depth: 0 }) - 1;
      return this.others;
    }
    const number = this.paths.length;
    this.numbers.set(key, number);
    this.paths.push({ service, name, parent, depth: parent < 0 ? 0 : this.paths[parent]!.depth + 1 });
    return number;
  }
}

/** What one trace did on one path. */
export interface PathEntry {
  readonly path: number;
  calls: number;
  /** Sum of its spans' measured time. */
  timeNs: number;
  /** Index of the span with the most of it. */
  slowest: number;
  slowestNs: number;
  /** Indexes of its first spans, for reading their attributes. */
  readonly spans: number[];
}

/** Spans of one path and trace whose attributes are read. */
const SPANS_READ = 8;

/**
 * Adds up a trace by path. `timeAt[position]` is the measured time of the span at a position of the tree, in
 * nanoseconds: self time, or what of it lies on the critical path.
 */
export function traceProfile(
  tree: DisplayTree,
  timeAt: Float64Array,
  nameOf: (handle: number) => string,
  table: PathTable,
): readonly PathEntry[] {
  const entries = new Map<number, PathEntry>();
  const pathOf = new Int32Array(tree.count);
  for (let position = 0; position < tree.count; position++) {
    const index = tree.indexAt[position]!;
    const above = tree.parentAt[position]!;
    const service = tree.services[tree.service[index]!] ?? '';
    const path = table.numberOf(above < 0 ? -1 : pathOf[above]!, service, nameOf(tree.handle[index]!));
    pathOf[position] = path;
    let entry = entries.get(path);
    if (entry === undefined) {
      entry = { path, calls: 0, timeNs: 0, slowest: index, slowestNs: -1, spans: [] };
      entries.set(path, entry);
    }
    const time = timeAt[position]!;
    entry.calls++;
    entry.timeNs += time;
    if (time > entry.slowestNs) {
      entry.slowestNs = time;
      entry.slowest = index;
    }
    if (entry.spans.length < SPANS_READ) entry.spans.push(index);
  }
  return [...entries.values()];
}
