/**
 * Filters: equality and a numeric range over one trace of a million spans, what other conditions cost there, and a list of
 * many traces: all of them asked once, and again after one changed. CPU of this thread, medians.
 */
import process from 'node:process';
import { buildDisplayTree, type DisplayTree } from '../../src/core/layout/displayTree.ts';
import type { TraceId } from '../../src/core/model/ids.ts';
import { FilteredTraces } from '../../src/core/query/filteredTraces.ts';
import { parseFilter } from '../../src/core/query/parseFilter.ts';
import { compileSpanFilter, runScan } from '../../src/core/query/spanMatcher.ts';
import { TraceStore } from '../../src/core/store/traceStore.ts';
import { linearRegex } from '../../src/engine/linearRegexEngine.ts';
import { zlibCodec } from '../../src/engine/zlibCodec.ts';
import { tracesRequest, type SpanInput } from '../support/otlpBytes.ts';

const SPANS = 1_000_000;
const BATCH = 500;
const ROUNDS = 7;
const TRACE = 'ab'.repeat(16) as TraceId;
/** Marks the ids in a template, to be overwritten. */
const MARK = 0xa5c3_96e1;
const TRACE_MARK = 'c7'.repeat(12);

/** Spans of five services; in a trace of their own each `perTrace`, or all in one. */
function templates(perTrace: number | undefined): readonly Uint8Array[] {
  return ['gateway', 'features', 'retrieval', 'model', 'cache'].map((service, offset) => {
    const spans = Array.from({ length: BATCH }, (_, index): SpanInput => {
      const number = index * 5 + offset;
      const isRoot = perTrace !== undefined && index % perTrace === 0;
      const root = perTrace === undefined ? 0 : index - (index % perTrace);
      return {
        traceId: perTrace === undefined ? TRACE : `${TRACE_MARK}${root.toString(16).padStart(8, '0')}`,
        spanId: MARK.toString(16) + index.toString(16).padStart(8, '0'),
        ...(!isRoot && { parentSpanId: MARK.toString(16) + root.toString(16).padStart(8, '0') }),
        name: `${service}.operation ${number % 40}`,
        kind: 1 + (number % 5),
        startNs: 1_767_225_600_000_000_000n + BigInt(number * 1000),
        endNs: 1_767_225_600_000_000_000n + BigInt(number * 1000 + ((number * 7919) % 1_000_000)),
        status: { code: number % 97 === 0 ? 2 : 0 },
        attributes: {
          'http.request.method': 'POST',
          'http.route': `/route/${number % 20}`,
          'http.response.status_code': number % 97 === 0 ? 500 : 200,
          'customer.id': `customer-${(number * 31) % 10_000}`,
          'retrieval.documents': number % 500,
          'server.address': 'inference-7d4f8b6c9-x2x8k.internal',
          note: 'a sentence of the length that people write into attributes, about the order of a customer',
        },
      };
    });
    return tracesRequest(spans, {
      service,
      resource: { 'process.pid': 4711, 'host.name': 'bench' },
      scope: 'bench.tracer',
    });
  });
}

/** Gives the ids of a copy numbers of their own. */
function numbered(template: Uint8Array, batch: number): Uint8Array {
  const body = Uint8Array.from(template);
  const view = new DataView(body.buffer);
  for (let at = 0; at + 8 <= body.length; at++) {
    const word = view.getUint32(at);
    if (word === MARK) view.setUint32(at, 0x1000_0000 + batch);
    else if (word === 0xc7c7_c7c7 && view.getUint32(at + 4) === 0xc7c7_c7c7) view.setUint32(at, 0x2000_0000 + batch);
  }
  return body;
}

function filled(perTrace: number | undefined): TraceStore {
  const store = new TraceStore({ now: () => 0, maxBytes: 2 ** 32, codec: zlibCodec() });
  const bodies = templates(perTrace);
  for (let batch = 0; batch * BATCH < SPANS; batch++) {
    store.ingestTraces(numbered(bodies[batch % bodies.length]!, batch));
  }
  while (store.pack());
  if (store.spanCount !== SPANS) throw new Error(`${String(store.spanCount)} spans held`);
  return store;
}

function cpuMs(work: () => void): number {
  const begin = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(begin);
  return (user + system) / 1000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}

function report(name: string, value: number, more: { budget?: number; stretch?: number; detail?: string } = {}): void {
  const { budget, stretch, detail } = more;
  console.log(
    JSON.stringify({
      name,
      value: Math.round(value * 10) / 10,
      unit: 'ms',
      ...(budget !== undefined && { budget: `≤ ${budget} ms`, ok: value <= budget }),
      detail: [stretch === undefined ? '' : `stretch ${stretch} ms`, detail ?? '']
        .filter((each) => each !== '')
        .join('; '),
    }),
  );
}

/** One filter over the tree, compiled anew each time as a new filter would be. */
function scan(store: TraceStore, tree: DisplayTree, filter: string, rounds = ROUNDS): { ms: number; found: number } {
  const times: number[] = [];
  let found = 0;
  for (let round = 0; round < rounds; round++) {
    let mask = new Uint8Array(0);
    times.push(
      cpuMs(() => {
        mask = runScan(
          compileSpanFilter(parseFilter(filter), store.held, linearRegex).over(tree).scan(0, tree.count),
        ) as Uint8Array<ArrayBuffer>;
      }),
    );
    found = 0;
    for (const is of mask) found += is;
  }
  if (found === 0 || found === tree.count) throw new Error(`${filter} tells nothing apart`);
  return { ms: median(times), found };
}

{
  const store = filled(undefined);
  const tree = buildDisplayTree(store.columns(TRACE)!, 1);
  const rows: readonly (readonly [string, string, { budget?: number; stretch?: number }, number?])[] = [
    ['equality on promoted keys at 1M: service', 'service:model', { budget: 45, stretch: 30 }],
    ['equality on promoted keys at 1M: name', 'name="model.operation 3"', { budget: 45, stretch: 30 }],
    ['equality on promoted keys at 1M: status', 'status:error', { budget: 45, stretch: 30 }],
    ['numeric range at 1M: duration', 'dur>900us', { budget: 6, stretch: 3 }],
    ['service and range at 1M', 'service:model dur>900us', {}],
    ['parent’s service at 1M', 'parent.service:gateway dur>900us', {}],
    ['an attribute of all, 1M compressed spans', 'documents>495', {}, 1],
    ['an attribute behind a condition on columns', 'service:model dur>900us documents>250', {}, 3],
    ['a free text in 1M compressed spans', 'customer-1550', {}, 1],
  ];
  for (const [name, filter, limits, rounds] of rows) {
    const { ms, found } = scan(store, tree, filter, rounds);
    report(name, ms, { ...limits, detail: `${filter}: ${found.toLocaleString('en-US')} spans` });
  }
}
{
  const store = filled(20);
  const traces = store.traceCount;
  for (const filter of ['service:model dur>900us', 'root.dur>500us -status:error', 'documents>495', 'customer-1550']) {
    const filtered = new FilteredTraces(parseFilter(filter), store.held, linearRegex);
    const first = cpuMs(() => {
      for (const left of filtered.bring(store.held)) if (left < 0) throw new Error();
    });
    const matches = (slot: number): boolean => filtered.matches(store.held, slot);
    const matched = store.listWhere(matches, 1).total;
    if (matched === 0 || matched === traces) throw new Error(`${filter} tells nothing apart`);
    const again = median(
      Array.from({ length: ROUNDS }, (_, round) => {
        store.ingestTraces(numbered(templates(20)[0]!, 10_000_000 + round));
        return cpuMs(() => {
          for (const left of filtered.bring(store.held)) if (left < 0) throw new Error();
          store.listWhere(matches, 200);
        });
      }),
    );
    report(`a filter over ${traces.toLocaleString('en-US')} traces, all asked`, first, {
      detail: `${filter}: ${matched.toLocaleString('en-US')} traces`,
    });
    report(`the same, listed again after 25 came`, again, { detail: filter });
  }
}
