import process from 'node:process';
import { latencyPlot } from '../../src/core/list/latencyPlot.ts';
import { WHOLE_LIST, type ListQuery } from '../../src/core/list/listQuery.ts';
import { ListRows } from '../../src/core/list/listRows.ts';
import { TraceListView } from '../../src/core/list/traceListView.ts';
import { DEFAULT_NOISE_RULES, readNoiseRules } from '../../src/core/noise/noiseRule.ts';
import type { TraceSummary } from '../../src/core/model/trace.ts';
import { TraceStore } from '../../src/core/store/traceStore.ts';
import { spanIdAt, START_MS, tracesRequest, type SpanInput } from '../support/otlpBytes.ts';

// A page of a list of 100,000 traces after a fifth of a second of 20,000 spans a second, against taking all summaries and
// sorting them for it. Interleaved, thread CPU, medians.
const TRACES = 100_000;
const CHANGED = 800;
const ROUNDS = 15;
const ROWS = 150;
const MS = 1_000_000n;

let clock = START_MS;
const store = new TraceStore({ now: () => clock, maxBytes: 2 ** 31 });
store.setNoiseRules(readNoiseRules(DEFAULT_NOISE_RULES).rules);

function send(from: number, count: number): void {
  const spans = Array.from({ length: count }, (_, index): SpanInput => {
    const number = from + index;
    const startNs = BigInt(START_MS + number * 10) * MS;
    return {
      traceId: `c${number.toString(16).padStart(31, '0')}`,
      spanId: spanIdAt(1),
      name: `GET /route/${String(number % 40)}`,
      kind: 2,
      startNs,
      endNs: startNs + BigInt(1 + ((number * 7919) % 1000)) * MS,
      attributes: {
        'url.path': number % 20 === 0 ? '/healthz' : '/x',
        rows: (number * 7919) % 1000,
        id: `id ${String(number)}`,
      },
    };
  });
  store.ingestTraces(tracesRequest(spans, { resource: { 'service.name': 'gateway' } }));
}

function cpuMs(run: () => void): number {
  const before = process.threadCpuUsage();
  run();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}

function print(figure: Readonly<Record<string, unknown>>): void {
  console.log(JSON.stringify(figure));
}

for (let at = 0; at < TRACES; at += 500) send(at, 500);
clock += 60_000;
store.settle();

/** What a list without an order of its own does for each page. */
function plainPage(query: ListQuery): number {
  const all = [...store.list(TRACES * 2)];
  const key = (trace: TraceSummary): number => (query.sort === 'duration' ? trace.durationNs : Number(trace.start));
  all.sort((a, b) => key(b) - key(a));
  return all.slice(0, ROWS).length;
}

const ASKED = [
  ['newest first', WHOLE_LIST],
  ['by duration', { ...WHOLE_LIST, sort: 'duration' }],
  ['grouped by name', { ...WHOLE_LIST, group: 'name' }],
  ['by an attribute', { ...WHOLE_LIST, sort: 'attribute:rows' }],
  ['by an id', { ...WHOLE_LIST, sort: 'attribute:id' }],
] as const satisfies readonly (readonly [string, ListQuery])[];

let next = TRACES;
for (const [name, query] of ASKED) {
  const rows = store.rows();
  rows.takeChanges();
  const view = new TraceListView(rows, query, {
    matches: () => true,
    isOther: () => false,
    lastBorn: undefined,
    held: [],
  });
  const first = cpuMs(() => view.step(() => false));
  const ours: number[] = [];
  const still: number[] = [];
  const plain: number[] = [];
  const plots: number[] = [];
  const page = (): number => {
    view.changed(rows.takeChanges());
    view.step(() => false);
    const placed = new ListRows(view, new Set());
    const { p95Ns } = view.figures;
    return placed
      .slice(0, ROWS)
      .reduce((sum, row) => sum + ('slot' in row ? rows.summary(row.slot).spanCount : 1), p95Ns);
  };
  for (let round = 0; round < ROUNDS; round++) {
    send(next, CHANGED);
    next += CHANGED;
    ours.push(cpuMs(page));
    plain.push(cpuMs(() => plainPage(query)));
    still.push(cpuMs(page));
    plots.push(cpuMs(() => latencyPlot(view, 240, 20)));
  }
  const ratio = median(plain) / median(ours);
  const detail = `${median(ours).toFixed(2)} ms of CPU against ${median(plain).toFixed(0)} ms; first ${first.toFixed(0)} ms in turns, unchanged ${median(still).toFixed(2)} ms, plot ${median(plots).toFixed(1)} ms`;
  print({
    name: `page of ${String(TRACES)} traces, ${String(CHANGED)} changed, ${name}, against sorting summaries`,
    ratio: Math.round(ratio * 10) / 10,
    budget: '≥ 10×',
    ok: ratio >= 10,
    detail,
  });
}
