import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { TraceId } from '../../src/core/model/ids.ts';
import { SPAN_BIT } from '../../src/core/store/storeReader.ts';
import { ROW, type RowWindow } from '../../src/protocol/viewApi.ts';
import { ProtocolError } from '../../src/protocol/errors.ts';
import { Views } from '../../src/engine/views.ts';
import { columnsOf, DRAWN_TRACE } from '../support/columnsOf.ts';
import { DrawnStore, drawnLetter, drawnSpanId } from '../support/drawnStore.ts';
import { ManualClock } from '../support/manualClock.ts';

const FAMILY = `
  a · ==========
  b a  ====
  c b   ==
  d a       =x
  e d       =
`;

let clock: ManualClock;
let store: DrawnStore;
let views: Views;
let failures: TraceId[];

beforeEach(() => {
  clock = new ManualClock();
  store = new DrawnStore();
  store.draw(FAMILY);
  failures = [];
  views = new Views({ store, elapsed: clock.elapsed, seed: 1, onFailure: (traceId) => failures.push(traceId) });
});

function letters(window: RowWindow): string {
  return window.spanIds.map(drawnLetter).join(' ');
}

function allRows(viewId: number): string {
  return letters(views.rows(viewId, 0, 6000, ''));
}

function isNotFound(error: unknown): boolean {
  return error instanceof ProtocolError && error.code === 'notFound';
}

describe('a view', () => {
  it('opens with every row of its trace', () => {
    const info = views.open(DRAWN_TRACE);
    assert.equal(info.rowCount, 5);
    assert.equal(info.maxDepth, 2);
    assert.deepEqual(info.services, ['gateway', 'model']);
    assert.equal(allRows(info.viewId), 'a b c d e');
  });

  it('gives windows that stop at the last row, with arrays of exactly their length', () => {
    const { viewId } = views.open(DRAWN_TRACE);
    const window = views.rows(viewId, 3, 100, '');
    assert.equal(letters(window), 'd e');
    assert.equal(window.count, 2);
    for (const column of [window.depth, window.flags, window.offsetNs, window.selfNs, window.descendants]) {
      assert.equal(column.length, 2);
      assert.equal(column.buffer.byteLength, column.byteLength, 'nothing but the window is posted');
    }
    assert.equal(window.selfIndex.length, 3);
    assert.equal(views.rows(viewId, 99, 5, '').count, 0);
  });

  it('tells times, self time and self segments of a row', () => {
    const { viewId } = views.open(DRAWN_TRACE);
    const window = views.rows(viewId, 0, 1, '');
    assert.equal(window.durationNs[0], 100);
    assert.equal(window.selfNs[0], 40);
    assert.deepEqual([...window.selfTimes], [0, 10, 50, 60, 80, 100]);
    assert.deepEqual([...window.selfIndex], [0, 6]);
  });

  it('tells where a row stands among those below the same row', () => {
    const { viewId } = views.open(DRAWN_TRACE);
    const window = views.rows(viewId, 1, 3, '');
    assert.deepEqual([...window.siblingPosition], [1, 1, 2]);
    assert.deepEqual([...window.siblingCount], [2, 1, 2]);
  });

  it('finds the row of an anchor under the present folds', () => {
    const { viewId } = views.open(DRAWN_TRACE);
    assert.equal(views.rows(viewId, 0, 1, drawnSpanId('d')).anchorRow, 3);
    views.fold(viewId, drawnSpanId('b'), false, false);
    assert.equal(views.rows(viewId, 0, 1, drawnSpanId('d')).anchorRow, 2);
    assert.equal(views.rows(viewId, 0, 1, drawnSpanId('c')).anchorRow, -1);
  });

  it('changes its revision with its rows and only then', () => {
    const { viewId, revision } = views.open(DRAWN_TRACE);
    const folded = views.fold(viewId, drawnSpanId('b'), false, false);
    assert.ok(folded.revision > revision);
    assert.equal(folded.rowCount, 4);
    assert.equal(views.fold(viewId, drawnSpanId('b'), false, false).revision, folded.revision);
    assert.equal(views.fold(viewId, drawnSpanId('c'), false, false).revision, folded.revision);
  });

  it('reveals a span when asked to locate it, and leaves the folds alone when not', () => {
    const { viewId } = views.open(DRAWN_TRACE);
    views.fold(viewId, drawnSpanId('a'), false, true);
    assert.equal(views.locate(viewId, drawnSpanId('e'), false).row, -1);
    const found = views.locate(viewId, drawnSpanId('e'), true);
    assert.equal(found.row, 3);
    assert.equal(allRows(viewId), 'a b d e');
    assert.equal(found.info.rowCount, 4);
    assert.equal(views.locate(viewId, drawnSpanId('z'), true).row, -1);
  });

  it('steps to errors and relatives, opening what hides them', () => {
    const { viewId } = views.open(DRAWN_TRACE);
    views.fold(viewId, drawnSpanId('a'), false, true);
    const error = views.step(viewId, drawnSpanId('a'), 'nextError');
    assert.equal(drawnLetter(error.spanId), 'd');
    assert.equal(error.row, 2);
    assert.equal(drawnLetter(views.step(viewId, drawnSpanId('d'), 'parent').spanId), 'a');
    assert.equal(drawnLetter(views.step(viewId, drawnSpanId('b'), 'nextSibling').spanId), 'd');
    assert.equal(drawnLetter(views.step(viewId, drawnSpanId('d'), 'previousSibling').spanId), 'b');
    assert.equal(drawnLetter(views.step(viewId, drawnSpanId('d'), 'firstChild').spanId), 'e');
    assert.deepEqual(views.step(viewId, drawnSpanId('e'), 'firstChild').spanId, '');
  });

  it('keeps folds of its own when another view shows the same trace', () => {
    const first = views.open(DRAWN_TRACE);
    const second = views.open(DRAWN_TRACE);
    views.fold(first.viewId, drawnSpanId('a'), false, false);
    assert.equal(allRows(first.viewId), 'a');
    assert.equal(allRows(second.viewId), 'a b c d e');
  });

  it('flags what the store knows of a span', () => {
    // What tells of time is drawn, and has no flag.
    const bits = (Object.keys(SPAN_BIT) as (keyof typeof SPAN_BIT)[]).flatMap((name) =>
      name === 'hasTiming' ? [] : [[name, SPAN_BIT[name]] as const],
    );
    store.put(columnsOf(bits.map(([, bit], index) => ({ id: 0x61 + index, start: index, bits: bit }))));
    const { flags, eventTimes, eventIndex } = views.rows(views.open(DRAWN_TRACE).viewId, 0, 10, '');
    for (const [index, [name]] of bits.entries()) {
      assert.equal((flags[index] ?? 0) & ~ROW.critical, ROW.expanded | ROW[name], name);
    }
    assert.deepEqual(
      [...eventIndex],
      [0, 0, 64, 64, 64, 64, 64],
      'event marks only where there are events, 64 at most',
    );
    assert.equal(eventTimes.length, 64);
  });
});

describe('an assembling trace', () => {
  const ORPHANS = 'a · ====\nb z  =\nc c =';

  it('has no orphans before it is settled, and cut cycles at any time', () => {
    store.draw(ORPHANS, { assembling: true });
    const info = views.open(DRAWN_TRACE);
    assert.equal(info.orphanCount, 0);
    assert.equal(info.cycleCount, 1);
    const flags = views.rows(info.viewId, 0, 9, '').flags;
    assert.ok([...flags].every((flag) => (flag & ROW.orphan) === 0));
    assert.ok([...flags].some((flag) => (flag & ROW.cycle) !== 0));
  });

  it('announces its orphans when it settles', () => {
    store.draw(ORPHANS, { assembling: true });
    const { viewId, revision } = views.open(DRAWN_TRACE);
    assert.deepEqual(views.takeSettled(), []);
    store.setAssembling(false);
    const [settled] = views.takeSettled();
    assert.equal(settled?.viewId, viewId);
    assert.equal(settled.orphanCount, 1);
    assert.ok(settled.revision > revision);
    assert.deepEqual(views.takeSettled(), []);
  });
});

describe('a growing trace', () => {
  const GROWN = `${FAMILY}  f b     =\n`;

  it('keeps the rows of the shown revision until it is laid out again', () => {
    const { viewId, revision } = views.open(DRAWN_TRACE);
    store.draw(GROWN);
    views.touch([DRAWN_TRACE]);
    assert.equal(views.rows(viewId, 0, 9, '').revision, revision);
    assert.equal(allRows(viewId), 'a b c d e');
    const [changed] = views.relayout();
    assert.ok((changed?.revision ?? 0) > revision);
    assert.equal(changed?.rowCount, 6);
    assert.equal(allRows(viewId), 'a b c f d e');
  });

  it('keeps folds over a relayout', () => {
    const { viewId } = views.open(DRAWN_TRACE);
    views.fold(viewId, drawnSpanId('b'), false, false);
    store.draw(GROWN);
    views.touch([DRAWN_TRACE]);
    views.relayout();
    assert.equal(allRows(viewId), 'a b d e');
  });

  it('is opened with its newest rows', () => {
    views.open(DRAWN_TRACE);
    store.draw(GROWN);
    views.touch([DRAWN_TRACE]);
    assert.equal(views.open(DRAWN_TRACE).rowCount, 6);
  });

  it('does not change when it was touched without a new revision', () => {
    const { viewId, revision } = views.open(DRAWN_TRACE);
    views.touch([DRAWN_TRACE]);
    assert.deepEqual(views.relayout(), []);
    assert.equal(views.info(viewId).revision, revision);
  });

  it('is laid out again no sooner than four times the cost of the last layout later', () => {
    const costs: number[] = [];
    const costly = new Views({
      store,
      elapsed: () => {
        clock.spend(costs.pop() ?? 0);
        return clock.now();
      },
      seed: 1,
      onFailure: (_, error) => assert.ifError(error),
    });
    const { viewId } = costly.open(DRAWN_TRACE);
    const grow = (): readonly unknown[] => {
      store.draw(GROWN);
      costly.touch([DRAWN_TRACE]);
      return costly.relayout();
    };
    costs.push(40, 0);
    assert.equal(grow().length, 1);
    const due = costly.relayoutDue;
    assert.equal(due, undefined, 'nothing is stale');
    assert.equal(grow().length, 0);
    assert.equal((costly.relayoutDue ?? 0) - clock.now(), 160);
    clock.spend(159);
    assert.deepEqual(costly.relayout(), []);
    clock.spend(1);
    assert.equal(costly.relayout().length, 1);
    assert.equal(costly.info(viewId).rowCount, 6);
  });
});

describe('a trace that cannot be laid out', () => {
  const GROWN = `${FAMILY}  f b     =\n`;
  const other = 'f'.repeat(32) as TraceId;

  it('keeps its rows and does not stop the others', () => {
    store.draw(FAMILY, { traceId: other });
    const bad = views.open(DRAWN_TRACE);
    const good = views.open(other);
    store.draw(GROWN);
    store.draw(GROWN, { traceId: other });
    const columns = store.columns.bind(store);
    store.columns = (traceId) => {
      if (traceId === DRAWN_TRACE) throw new TypeError('damaged');
      return columns(traceId);
    };
    views.touch([DRAWN_TRACE, other]);
    assert.deepEqual(
      views.relayout().map((info) => info.viewId),
      [good.viewId],
    );
    assert.deepEqual(failures, [DRAWN_TRACE]);
    assert.equal(views.relayoutDue, undefined, 'it is not tried again until it changes');
    assert.equal(allRows(bad.viewId), 'a b c d e');
    store.columns = columns;
    views.touch([DRAWN_TRACE]);
    clock.spend(1000);
    assert.equal(views.relayout()[0]?.rowCount, 6);
  });
});

describe('a view whose trace or place is gone', () => {
  it('is not found once its trace was evicted', () => {
    const { viewId } = views.open(DRAWN_TRACE);
    store.evict();
    assert.throws(() => views.rows(viewId, 0, 1, ''), isNotFound);
    assert.throws(() => views.info(viewId), isNotFound);
    assert.throws(() => views.open(DRAWN_TRACE), isNotFound);
  });

  it('is not found once it was closed', () => {
    const { viewId } = views.open(DRAWN_TRACE);
    views.close(viewId);
    assert.throws(() => views.info(viewId), isNotFound);
    views.close(viewId);
  });

  it('keeps no layout of a trace nobody shows', () => {
    const other = 'f'.repeat(32) as TraceId;
    store.draw(FAMILY, { traceId: other });
    const { viewId } = views.open(other);
    views.close(viewId);
    views.touch([other]);
    assert.equal(views.relayoutDue, undefined);
  });
});

const LOOP = `
  a · ==========
  b a =          | alike=1
  c a  =x        | alike=1
  d a    ==      | alike=1
  e z       =
`;
const FOLDING = { foldAlike: 3, messagesAsRows: false };
const GROUP = `alike:${drawnSpanId('b')}` as const;

describe('a view that folds alike siblings', () => {
  it('has one row for them that says what they are and where they ran', () => {
    store.draw(LOOP, { assembling: true });
    const { viewId, rowCount } = views.open(DRAWN_TRACE, FOLDING);
    assert.equal(rowCount, 3);
    const window = views.rows(viewId, 0, 10, '');
    assert.deepEqual(window.spanIds, [drawnSpanId('a'), GROUP, drawnSpanId('e')]);
    const [group] = window.groups;
    assert.ok(group);
    const { row, kind, count, totalNs, minNs, medianNs, p95Ns, maxNs, errorCount } = group;
    assert.deepEqual(
      { row, kind, count, totalNs, minNs, medianNs, p95Ns, maxNs, errorCount },
      { row: 1, kind: 'alike', count: 3, totalNs: 50, minNs: 10, medianNs: 20, p95Ns: 20, maxNs: 20, errorCount: 1 },
    );
    assert.deepEqual([...group.errorTimes], [10]);
    assert.equal(group.density.buffer.byteLength, group.density.byteLength, 'nothing but the group is posted');
    assert.equal(window.offsetNs[1], 0);
    assert.equal(window.durationNs[1], 50);
    assert.equal(
      (window.flags[1] ?? 0) & (ROW.group | ROW.error | ROW.hasChildren),
      ROW.group | ROW.error | ROW.hasChildren,
    );
  });

  it('unfolds it by its name, and at a step or a look at a span inside', () => {
    store.draw(LOOP, { assembling: true });
    const { viewId } = views.open(DRAWN_TRACE, FOLDING);
    assert.equal(views.fold(viewId, GROUP, true, false).rowCount, 6);
    assert.equal(views.fold(viewId, GROUP, false, false).rowCount, 3);
    const step = views.step(viewId, drawnSpanId('a'), 'nextError');
    assert.deepEqual([step.spanId, step.row], [drawnSpanId('c'), 3]);
    views.fold(viewId, GROUP, false, false);
    assert.equal(views.locate(viewId, drawnSpanId('d'), false).row, -1);
    assert.equal(views.locate(viewId, drawnSpanId('d'), true).row, 4);
  });

  it('puts orphans below their missing parent once the trace is settled, under the same names for the others', () => {
    store.draw(LOOP, { assembling: true });
    const { viewId } = views.open(DRAWN_TRACE, FOLDING);
    store.setAssembling(false);
    const [settled] = views.takeSettled();
    assert.equal(settled?.rowCount, 4);
    const window = views.rows(viewId, 0, 10, '');
    const missing = `missing:${drawnSpanId('z')}`;
    assert.deepEqual(window.spanIds, [drawnSpanId('a'), GROUP, missing, drawnSpanId('e')]);
    assert.deepEqual(window.groups[1]?.missing, { spanId: drawnSpanId('z'), ran: 'unknown' });
    assert.deepEqual([...window.depth], [0, 1, 0, 1]);
  });

  it('says that a row is not here by its name', () => {
    const { viewId } = views.open(DRAWN_TRACE, FOLDING);
    assert.throws(() => views.fold(viewId, GROUP, true, false), isNotFound);
  });
});

describe('columns of a window', () => {
  it('have a text for every row, in the order asked for', () => {
    const { viewId } = views.open(DRAWN_TRACE);
    const { columns, cells } = views.rows(viewId, 1, 2, '', ['x', 'y']);
    assert.deepEqual(columns, ['x', 'y']);
    assert.deepEqual(cells, [
      ['x 1', 'x 2'],
      ['y 1', 'y 2'],
    ]);
  });
});
