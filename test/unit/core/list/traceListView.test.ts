import fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ListRows } from '../../../../src/core/list/listRows.ts';
import { LIST_SORTS, WHOLE_LIST, type ListQuery, type ListSort } from '../../../../src/core/list/listQuery.ts';
import { PLACE, TraceListView, type ListScope } from '../../../../src/core/list/traceListView.ts';
import { DEFAULT_NOISE_RULES, readNoiseRules } from '../../../../src/core/noise/noiseRule.ts';
import { SETTLE_MS } from '../../../../src/core/store/settleQueue.ts';
import type { TraceStore } from '../../../../src/core/store/traceStore.ts';
import { spanIdAt, START_MS, tracesRequest, type SpanInput } from '../../../support/otlpBytes.ts';
import type { TraceId } from '../../../../src/core/model/ids.ts';
import { storeFixture } from '../store/storeFixture.ts';

const ALL: ListScope = { matches: () => true, isOther: () => false, lastBorn: undefined, held: [] };

function traceIdOf(number: number): TraceId {
  return `b${number.toString(16).padStart(31, '0')}` as TraceId;
}

interface Drawn {
  readonly at: number;
  readonly ms: number;
  readonly name?: string;
  readonly error?: boolean;
  readonly service?: string;
  readonly kind?: SpanInput['kind'];
  readonly attributes?: SpanInput['attributes'];
  readonly resource?: Readonly<Record<string, string>>;
}

/** Sends a trace of one span: number, start in ms, duration in ms. */
function send(store: TraceStore, number: number, drawn: Drawn, { child = false } = {}): void {
  const start = BigInt(START_MS + drawn.at) * 1_000_000n;
  store.ingestTraces(
    tracesRequest(
      [
        {
          traceId: traceIdOf(number),
          spanId: spanIdAt(child ? 2 : 1),
          ...(child && { parentSpanId: spanIdAt(1) }),
          name: drawn.name ?? `name ${String(number)}`,
          startNs: start,
          endNs: start + BigInt(Math.round(drawn.ms * 1e6)),
          ...(drawn.error === true && { status: { code: 2 } }),
          ...(drawn.kind !== undefined && { kind: drawn.kind }),
          ...(drawn.attributes && { attributes: drawn.attributes }),
        },
      ],
      { resource: { 'service.name': drawn.service ?? 'gateway', ...drawn.resource } },
    ),
  );
}

function listOf(store: TraceStore, query: Partial<ListQuery> = {}, scope: Partial<ListScope> = {}): TraceListView {
  const rows = store.rows();
  rows.takeChanges();
  const view = new TraceListView(rows, { ...WHOLE_LIST, ...query }, { ...ALL, ...scope });
  assert.ok(view.step(() => false));
  return view;
}

function refresh(view: TraceListView): void {
  view.changed(view.rows.takeChanges());
  while (!view.step(() => false));
}

/** Numbers of the traces, in order; heads as text. */
function shown(view: TraceListView, expanded: readonly string[] = []): (number | string)[] {
  const rows = new ListRows(view, new Set(expanded));
  return rows.slice(0, rows.count).map((row) => {
    if ('slot' in row) return Number.parseInt(view.rows.idOf(row.slot).slice(16), 16);
    return row.head.kind === 'group' ? `${row.head.group.text}:${String(row.head.group.count)}` : row.key;
  });
}

describe('a list', () => {
  test('is in the order of the sort, newest first where that says nothing', () => {
    const { store } = storeFixture();
    send(store, 1, { at: 10, ms: 5, name: 'b' });
    send(store, 2, { at: 20, ms: 9, name: 'A' });
    send(store, 3, { at: 0, ms: 5, name: 'c', error: true });
    assert.deepEqual(shown(listOf(store)), [2, 1, 3]);
    assert.deepEqual(shown(listOf(store, { descending: false })), [3, 1, 2]);
    assert.deepEqual(shown(listOf(store, { sort: 'duration' })), [2, 1, 3]);
    assert.deepEqual(shown(listOf(store, { sort: 'duration', descending: false })), [1, 3, 2]);
    assert.deepEqual(shown(listOf(store, { sort: 'name', descending: false })), [2, 1, 3]);
    assert.deepEqual(shown(listOf(store, { sort: 'errors' })), [3, 2, 1]);
  });

  test('stays in order while traces come, grow, go and are cleared, as if it were made anew', () => {
    const operation = fc.record({
      number: fc.integer({ min: 1, max: 12 }),
      at: fc.integer({ min: 0, max: 50 }),
      ms: fc.integer({ min: 0, max: 20 }),
      name: fc.constantFrom('a', 'b', 'bb', 'c', 'GET /x'),
      error: fc.boolean(),
      attributes: fc.record({
        rows: fc.constantFrom(9, 10, 100),
        mixed: fc.constantFrom(2, 10, 'v2', 'V1', ''),
        'gen_ai.usage.input_tokens': fc.constantFrom(5, 70),
      }),
      resource: fc.constantFrom({}, { 'service.instance.id': 'one' }, { 'service.instance.id': 'two' }),
      what: fc.constantFrom('send', 'send', 'send', 'clear', 'undo', 'look', 'delete'),
    });
    const sorts = fc.constantFrom<ListSort[]>(...LIST_SORTS, 'attribute:rows', 'attribute:mixed', 'attribute:none');
    const groups = fc.constantFrom('', 'name', 'service');
    fc.assert(
      fc.property(
        fc.array(operation, { maxLength: 40 }),
        sorts,
        groups,
        fc.boolean(),
        (operations, sort, group, descending) => {
          const { store } = storeFixture();
          const query = { sort, group, descending } as const;
          let view = listOf(store, query);
          const look = (): void => {
            if (store.rows() !== view.rows) view = listOf(store, query);
            refresh(view);
            // Changes are taken once: the fresh list must not have them.
            const fresh = new TraceListView(store.rows(), { ...WHOLE_LIST, ...query }, ALL);
            fresh.step(() => false);
            const expanded = ['a', 'b', 'c', 'gateway'].map((text) => `group:${text}`);
            assert.deepEqual(shown(view, expanded), shown(fresh, expanded));
            assert.deepEqual(view.figures, fresh.figures);
          };
          for (const { what, number, ...drawn } of operations) {
            if (what === 'send') send(store, number, drawn);
            else if (what === 'clear') store.clear();
            else if (what === 'undo') store.undoClear();
            else if (what === 'delete') store.deleteAll();
            else look();
          }
          look();
        },
      ),
      { numRuns: 150 },
    );
  });

  test('is sorted by tokens, the process and any attribute, those without one last either way', () => {
    const { store } = storeFixture();
    const sent = (number: number, attributes: SpanInput['attributes'], instance = ''): void =>
      send(store, number, {
        at: number,
        ms: 1,
        ...(attributes && { attributes }),
        ...(instance !== '' && { resource: { 'service.instance.id': instance } }),
      });
    const tokens = 'gen_ai.usage.input_tokens';
    sent(1, { rows: 9, version: 'v10', [tokens]: 70 }, 'b');
    sent(2, { rows: 100, version: 'V2', [tokens]: 1000 });
    sent(3, { rows: 10, version: 7 }, 'a');
    sent(4, {});
    const sortedBy = (sort: ListSort, descending: boolean): unknown => shown(listOf(store, { sort, descending }));
    assert.deepEqual(sortedBy('attribute:rows', true), [2, 3, 1, 4]);
    assert.deepEqual(sortedBy('attribute:rows', false), [1, 3, 2, 4]);
    assert.deepEqual(sortedBy('attribute:version', false), [3, 1, 2, 4]);
    assert.deepEqual(sortedBy('attribute:version', true), [2, 1, 3, 4]);
    assert.deepEqual(sortedBy('tokens', true), [2, 1, 4, 3]);
    assert.deepEqual(sortedBy('tokens', false), [1, 2, 4, 3]);
    assert.deepEqual(sortedBy('run', false), [3, 1, 4, 2]);
    assert.deepEqual(sortedBy('attribute:service.instance.id', true), [1, 3, 4, 2]);
    // Groups stand as the first of their members.
    const groups = { group: 'service', sort: 'tokens' } as const;
    send(store, 5, { at: 9, ms: 1, service: 'other', attributes: { [tokens]: 2000 } });
    assert.deepEqual(shown(listOf(store, groups)), ['other:1', 'gateway:4']);
  });

  test('that was of numbers is put in order anew when a text comes', () => {
    const { store } = storeFixture();
    for (const [number, rows] of [9, 100, 10].entries())
      send(store, number + 1, { at: 0, ms: 1, attributes: { rows } });
    const view = listOf(store, { sort: 'attribute:rows', descending: false });
    assert.deepEqual(shown(view), [1, 3, 2]);
    send(store, 4, { at: 0, ms: 1, attributes: { rows: 'many' } });
    refresh(view);
    assert.deepEqual(shown(view), [1, 3, 2, 4]);
    send(store, 5, { at: 0, ms: 1, attributes: { rows: 50 } });
    refresh(view);
    assert.deepEqual(shown(view), [1, 3, 5, 2, 4]);
  });

  test('looks at what is dear to read, and at what changed, in short steps', () => {
    const { store } = storeFixture();
    const COUNT = 2000;
    const sendAll = (rows: (number: number) => string | number): void => {
      for (let number = 1; number <= COUNT; number++) {
        send(store, number, { at: number, ms: 1, attributes: { rows: rows(number), at: number } });
      }
    };
    sendAll((number) => `row ${String((number * 7919) % COUNT)}`);
    const rows = store.rows();
    rows.takeChanges();
    const view = new TraceListView(rows, { ...WHOLE_LIST, sort: 'attribute:rows' }, ALL);
    const turns = (): number => {
      for (let turn = 1; ; turn++) if (view.step(() => true)) return turn;
    };
    // 64 traces a turn, then the texts are sorted in two runs and merged.
    assert.ok(turns() > COUNT / 64 + 2);
    const before = shown(view);
    assert.deepEqual(before.slice(0, 1), [shown(listOf(store, { sort: 'attribute:rows' }))[0]]);
    sendAll((number) => `row ${String((number * 7907) % COUNT)}`);
    view.changed(rows.takeChanges());
    assert.equal(
      view.step(() => true),
      false,
    );
    assert.deepEqual(shown(view).length, COUNT, 'the list stands while it is looked at');
    turns();
    assert.deepEqual(shown(view), shown(listOf(store, { sort: 'attribute:rows' })));
  });

  test('is filtered by a brush over time and duration; figures are of what is left', () => {
    const { store, clock } = storeFixture();
    for (let i = 1; i <= 10; i++) send(store, i, { at: i * 100, ms: i });
    clock.ms += SETTLE_MS;
    store.settle();
    const brush = { fromMs: START_MS + 300, toMs: START_MS + 800, minNs: 4e6, maxNs: null };
    const view = listOf(store, { brush });
    assert.deepEqual(shown(view), [8, 7, 6, 5, 4]);
    assert.deepEqual(view.figures, { count: 5, errors: 0, measured: 5, p50Ns: 6e6, p95Ns: 8e6, p99Ns: 8e6 });
    assert.equal(view.counts[PLACE.member], 10);
  });

  test('measures settled traces only, and none that a debugger held', () => {
    const { store, clock } = storeFixture();
    send(store, 1, { at: 0, ms: 10 });
    clock.ms += SETTLE_MS;
    store.settle();
    send(store, 2, { at: 5000, ms: 4000 });
    const view = listOf(store);
    assert.equal(view.figures.measured, 1);
    clock.ms += SETTLE_MS;
    store.settle();
    refresh(view);
    assert.equal(view.figures.measured, 2);
    assert.equal(view.figures.p95Ns, 4000e6);
    const held = listOf(store, {}, { held: [{ fromMs: START_MS + 8000, toMs: START_MS + 8500 }] });
    assert.deepEqual([held.figures.measured, held.figures.p95Ns, held.figures.count], [1, 10e6, 2]);
  });

  test('of a paused client has what was there, and counts what waits', () => {
    const { store } = storeFixture();
    send(store, 1, { at: 0, ms: 1 });
    const lastBorn = store.rows().births;
    send(store, 2, { at: 1, ms: 1 });
    const view = listOf(store, {}, { lastBorn });
    assert.deepEqual(shown(view), [1]);
    send(store, 3, { at: 2, ms: 1 });
    refresh(view);
    assert.equal(view.counts[PLACE.waiting], 2);
  });

  test('knows how many came since a trace', () => {
    const { store } = storeFixture();
    send(store, 1, { at: 0, ms: 1 });
    const view = listOf(store);
    const seen = store.rows().births;
    send(store, 2, { at: 1, ms: 1 });
    send(store, 3, { at: 2, ms: 1 });
    refresh(view);
    assert.equal(view.countBornAfter(seen), 2);
    assert.equal(view.countBornAfter(0), 3);
  });
});

describe('groups', () => {
  test('have count, errors and percentiles of their settled members, and open in place', () => {
    const { store, clock } = storeFixture();
    for (let i = 1; i <= 20; i++)
      send(store, i, { at: i, ms: i, name: i % 4 === 0 ? 'rare' : 'often', error: i === 8 });
    clock.ms += SETTLE_MS;
    store.settle();
    send(store, 21, { at: 40, ms: 5000, name: 'often' });
    const view = listOf(store, { group: 'name' });
    assert.deepEqual(view.groups?.figures, [
      { text: 'often', count: 16, errors: 0, p50Ns: 10e6, p95Ns: 19e6, result: '' },
      { text: 'rare', count: 5, errors: 1, p50Ns: 12e6, p95Ns: 20e6, result: '' },
    ]);
    assert.deepEqual(shown(view), ['often:16', 'rare:5']);
    assert.deepEqual(shown(view, ['group:rare']), ['often:16', 'rare:5', 20, 16, 12, 8, 4]);
    const rows = new ListRows(view, new Set(['group:rare']));
    assert.equal(rows.rowOf(view.rows.slotOf(traceIdOf(12))), 4);
    assert.equal(rows.rowOf(view.rows.slotOf(traceIdOf(1))), 0, 'a folded trace is where its head is');
  });

  test('are by the process that made the root, or any attribute of the root or its resource', () => {
    const { store } = storeFixture();
    const resource = { 'service.instance.id': 'i-1', 'deployment.environment': 'dev' };
    send(store, 1, { at: 0, ms: 1, resource, attributes: { 'http.route': '/a' } });
    send(store, 2, { at: 1, ms: 1, resource: { ...resource, 'service.instance.id': 'i-2' } });
    assert.deepEqual(shown(listOf(store, { group: 'run' })), ['gateway i-2:1', 'gateway i-1:1']);
    assert.deepEqual(shown(listOf(store, { group: 'process' })), ['gateway i-2:1', 'gateway i-1:1']);
    assert.deepEqual(shown(listOf(store, { group: 'attribute:http.route' })), [':1', '/a:1']);
    assert.deepEqual(shown(listOf(store, { group: 'attribute:deployment.environment' })), ['dev:2']);
  });
});

describe('tests', () => {
  test('are one group each, with how they came out last; failed ones come first, else as the list is sorted', () => {
    const { store } = storeFixture();
    const ran = (id: number, at: number, name: string, result: string, error = false): void =>
      send(store, id, {
        at,
        ms: 1,
        error,
        attributes: { 'test.case.name': `t.py::${name}`, 'test.case.result.status': result },
      });
    ran(1, 0, 'mended', 'fail', true);
    ran(2, 10, 'broken', 'pass');
    ran(3, 20, 'broken', 'fail', true);
    // A test of a failing call passes.
    ran(4, 30, 'mended', 'pass', true);
    ran(5, 40, 'left out', 'skip');
    send(store, 6, { at: 50, ms: 1 });
    const view = listOf(store, { group: 'test' });
    const found = view.groups?.figures.map(({ text, count, result }) => [text, count, result]);
    assert.deepEqual(found, [
      ['t.py::broken', 2, 'fail'],
      ['', 1, ''],
      ['t.py::left out', 1, 'skip'],
      ['t.py::mended', 2, 'pass'],
    ]);
    const byName = listOf(store, { group: 'test', sort: 'name', descending: false });
    assert.deepEqual(shown(byName), ['t.py::broken:2', ':1', 't.py::left out:1', 't.py::mended:2']);
  });
});

describe('runs', () => {
  const launch = (second: string, name = 'npm run dev'): Readonly<Record<string, string>> => ({
    'spanline.run.id': `20261121T1704${second}-c90i`,
    'spanline.run.name': name,
    'service.instance.id': `i-${second}`,
  });
  const text = (second: string): string => `npm run dev · 2026-11-21 17:04:${second}Z · c90i`;

  test('are launches: the root’s, else of a launched process that took part, of all its processes', () => {
    const { store } = storeFixture();
    send(store, 1, { at: 0, ms: 1, resource: launch('21') });
    send(store, 2, { at: 1, ms: 1, resource: { ...launch('21'), 'service.instance.id': 'a worker' } });
    send(store, 3, { at: 2, ms: 1, resource: launch('59') });
    assert.deepEqual(shown(listOf(store, { group: 'run' })), [`${text('59')}:1`, `${text('21')}:2`]);
    // A browser's root, served by the launched program.
    send(store, 4, { at: 3, ms: 2, service: 'page', resource: { 'service.instance.id': 'tab' } });
    send(store, 4, { at: 3, ms: 1, resource: launch('59') }, { child: true });
    assert.deepEqual(shown(listOf(store, { group: 'run' })), [`${text('59')}:2`, `${text('21')}:2`]);
  });

  test('are the time of a launch where neither launch nor process is told', () => {
    const { store } = storeFixture();
    const launched = (at: number): Readonly<Record<string, string>> => ({
      'spanline.run.id': `${new Date(START_MS + at).toISOString().replaceAll(/[-:]|\.\d+Z$/g, '')}-0000`,
    });
    send(store, 1, { at: 10_000, ms: 1, resource: launched(9_000) });
    send(store, 2, { at: 1_000, ms: 1, service: 'legacy' });
    send(store, 3, { at: 12_000, ms: 1, service: 'legacy' });
    send(store, 4, { at: 13_000, ms: 1, service: 'other', resource: { 'process.pid': '7' } });
    const groups = shown(listOf(store, { group: 'run', sort: 'spans' }));
    assert.deepEqual(groups.map((each) => String(each).replace(/^[\d-]+ [\d:]+Z · 0000/, 'launch')).sort(), [
      ':1',
      'launch:2',
      'other pid 7:1',
    ]);
  });
});

describe('noise', () => {
  const rules = readNoiseRules(DEFAULT_NOISE_RULES).rules;
  const health = { kind: 2, attributes: { 'url.path': '/healthz' } } as const;

  test('stands folded under its rule, out of the figures; a failing one stays in the list', () => {
    const { store } = storeFixture();
    store.setNoiseRules(rules);
    send(store, 1, { at: 0, ms: 1 });
    send(store, 2, { at: 1, ms: 1, ...health });
    send(store, 3, { at: 2, ms: 1, ...health });
    send(store, 4, { at: 3, ms: 1, ...health, error: true });
    const view = listOf(store);
    assert.deepEqual(shown(view), [4, 1, 'noise:health checks']);
    assert.deepEqual(shown(view, ['noise:health checks']), [4, 1, 'noise:health checks', 3, 2]);
    assert.equal(view.figures.count, 2);
    assert.equal(view.counts[PLACE.noise], 2);
  });

  test('is told anew when a trace fails later, is pinned, or the rules change', () => {
    const { store } = storeFixture();
    store.setNoiseRules(rules);
    send(store, 1, { at: 0, ms: 1, ...health });
    send(store, 2, { at: 1, ms: 1, ...health });
    const view = listOf(store);
    assert.deepEqual(shown(view), ['noise:health checks']);
    send(store, 1, { at: 0, ms: 2, ...health, error: true });
    store.pin(traceIdOf(2), true);
    refresh(view);
    assert.deepEqual(shown(view), [2, 1]);
    store.pin(traceIdOf(2), false);
    refresh(view);
    assert.deepEqual(shown(view), [1, 'noise:health checks']);
    store.setNoiseRules([]);
    refresh(view);
    assert.deepEqual(shown(view), [2, 1]);
  });
});

test('traces of other programs are folded below all else', () => {
  const { store } = storeFixture();
  send(store, 1, { at: 0, ms: 1 });
  send(store, 2, { at: 1, ms: 1 });
  const other = store.rows().slotOf(traceIdOf(2));
  const view = listOf(store, {}, { isOther: (slot) => slot === other });
  assert.deepEqual(shown(view), [1, 'others']);
  assert.deepEqual(shown(view, ['others']), [1, 'others', 2]);
});
