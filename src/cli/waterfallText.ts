import { TREE_MARK } from '../core/layout/displayTree.ts';
import { SPAN_BIT } from '../core/store/storeReader.ts';
import { durationText } from './summaryLines.ts';
import { colored, cutToWidth, padEnd, padStart, printable, widthOf, type Terminal } from './terminal.ts';
import type { TraceCopy } from './traceCopy.ts';

const BAR_WIDTH = 32;
const DEFAULT_COLUMNS = 120;
const DURATION_WIDTH = 10;
const MAX_SERVICE_WIDTH = 20;
const MAX_INDENT = 30;
const ERROR = 2;

/**
 * A trace as lines of text: name under its parents, service, bar in the trace's time, duration. At most `maxRows` lines,
 * then one that says how many are left out.
 */
export function* waterfallLines(terminal: Terminal, { store, tree }: TraceCopy, maxRows: number): Generator<string> {
  const columns = terminal.columns ?? DEFAULT_COLUMNS;
  const serviceWidth = Math.min(
    MAX_SERVICE_WIDTH,
    Math.max(0, ...tree.services.map((name) => widthOf(printable(name)))),
  );
  const nameWidth = Math.max(20, columns - serviceWidth - BAR_WIDTH - DURATION_WIDTH - 8);
  const span = Math.max(1, totalNs(tree.offsetNs, tree.durationNs, tree.count));
  const shown = Math.min(maxRows, tree.count);
  for (let position = 0; position < shown; position++) {
    const index = tree.indexAt[position] ?? 0;
    const bits = tree.bits[index] ?? 0;
    const failed = tree.status[index] === ERROR;
    const handle = tree.handle[index] ?? 0;
    const label = printable(store.labelOf(handle), 60);
    const name = printable(store.nameOf(handle), 200) || '(no name)';
    const indent = ' '.repeat(Math.min(MAX_INDENT, 2 * (tree.depth[position] ?? 0)));
    const mark = markOf(tree.marks[index] ?? 0);
    const title = padEnd(
      cutToWidth(`${indent}${mark}${failed ? '✗ ' : ''}${name}${label === '' ? '' : `  ${label}`}`, nameWidth),
      nameWidth,
    );
    const service = padEnd(printable(tree.services[tree.service[index] ?? 0] ?? '', serviceWidth), serviceWidth);
    const duration = (bits & SPAN_BIT.unfinished) === 0 ? durationText(tree.durationNs[index] ?? 0) : 'unfinished';
    const bar = barText((tree.offsetNs[index] ?? 0) / span, (tree.durationNs[index] ?? 0) / span);
    yield [
      failed ? colored(terminal, 'red', title) : title,
      colored(terminal, 'dim', service),
      colored(terminal, failed ? 'red' : 'cyan', bar),
      padStart(duration, DURATION_WIDTH),
    ]
      .join('  ')
      .trimEnd();
  }
  if (shown < tree.count)
    yield colored(terminal, 'dim', `… ${tree.count - shown} more spans; --limit N shows more of them`);
}

function markOf(marks: number): string {
  if ((marks & TREE_MARK.cycle) !== 0) return '↻ ';
  return (marks & TREE_MARK.orphan) === 0 ? '' : '⋯ ';
}

function totalNs(offsetNs: Float64Array, durationNs: Float64Array, count: number): number {
  let end = 0;
  for (let index = 0; index < count; index++) end = Math.max(end, (offsetNs[index] ?? 0) + (durationNs[index] ?? 0));
  return end;
}

/** A bar from `start`, `length` long, both as shares of the whole: at least a mark. */
function barText(start: number, length: number): string {
  const from = Math.min(BAR_WIDTH - 1, Math.max(0, Math.floor(start * BAR_WIDTH)));
  const to = Math.min(BAR_WIDTH, Math.max(from, Math.round((start + length) * BAR_WIDTH)));
  const bar = to === from ? '▏' : '█'.repeat(to - from);
  return padEnd(`${' '.repeat(from)}${bar}`, BAR_WIDTH);
}
