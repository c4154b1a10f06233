import { spanIdText, type TraceId } from '../core/model/ids.ts';
import type { Nanos } from '../core/model/time.ts';
import { SPAN_BIT } from '../core/store/storeReader.ts';
import type { Steps } from '../core/statistics/steps.ts';
import type { Handlers } from '../protocol/channel.ts';
import type { Distribution, DistributionMethods, MeasuredKind } from '../protocol/distributionApi.ts';
import { CallFeatureReader } from './callFeatureReader.ts';
import { CallTable, type MeasuredSpan } from './callTable.ts';
import { distributionOf } from './distributionAnswers.ts';
import type { EngineStore } from './engineStore.ts';
import { Params } from './params.ts';
import type { SlicedWork } from './slicedWork.ts';
import type { TraceFilters } from './traceFilters.ts';
import { idsOfSet, readTraceSet } from './traceSets.ts';

const MAX_ID = Number.MAX_SAFE_INTEGER;
/** Spans that are read: of more, evenly chosen ones. */
const MOST_SPANS = 20_000;
const MOST_KINDS = 100;
const STATUS_ERROR = 2;

export interface DistributionHandlersDeps {
  readonly store: EngineStore;
  readonly filters: TraceFilters;
  readonly work: SlicedWork;
}

interface Asked {
  readonly kind: { readonly service: string; readonly name: string } | null;
  readonly measure: string | null;
  readonly split: string | null;
}

/** Answers how numbers of many calls are distributed; one question of a client at a time. */
export function distributionHandlers({
  store,
  filters,
  work,
}: DistributionHandlersDeps): Handlers<DistributionMethods> {
  const reader = new CallFeatureReader(store);
  let running: { readonly job: number; readonly progress: { done: number; total: number } } | undefined;
  /** The last reading: another measure or split of the same spans needs none. */
  let last: { readonly key: string; readonly table: CallTable } | undefined;

  const run = function* (
    ids: readonly TraceId[],
    key: string,
    asked: Asked,
    progress: { done: number; total: number },
  ): Steps<Distribution> {
    const found = yield* spansByKind(store, ids);
    const kinds = found.map(({ kind }) => kind);
    const chosen =
      found.find(({ kind }) => kind.service === asked.kind?.service && kind.name === asked.kind.name) ?? found[0];
    if (!chosen) return nothing(kinds);
    const { kind } = chosen;
    const of = `${key}\n${kind.service}\n${kind.name}`;
    let table = last?.key === of ? last.table : undefined;
    if (!table || (asked.measure !== null && !table.values(asked.measure))) {
      table = new CallTable(evenly(chosen.spans, MOST_SPANS));
      progress.total = table.spans.length;
      yield* table.read(store, reader, asked.measure ?? '', progress);
      last = { key: of, table };
    }
    return distributionOf(table, {
      kinds: kinds.slice(0, MOST_KINDS),
      kind,
      measure: asked.measure,
      split: asked.split,
    });
  };

  return {
    'distribution/run': async (params, signal) => {
      const read = new Params('distribution/run', params);
      const job = read.integer('job', 0, MAX_ID);
      const set = readTraceSet(read.inside('set'));
      const kind = read.isNull('kind') ? undefined : read.inside('kind');
      const asked: Asked = {
        kind: kind ? { service: kind.text('service'), name: kind.text('name') } : null,
        measure: read.isNull('measure') ? null : read.text('measure'),
        split: read.isNull('split') ? null : read.text('split'),
      };
      const progress = { done: 0, total: 0 };
      running = { job, progress };
      try {
        const ids = await idsOfSet(store, filters, set, signal);
        const key = `${JSON.stringify(set)} ${store.spanCount} ${ids.length} ${ids.at(-1) ?? ''}`;
        return await work.run(run(ids, key, asked, progress), () => signal.cancelled);
      } finally {
        if (running.job === job) running = undefined;
      }
    },
    'distribution/progress': (params) => {
      const job = new Params('distribution/progress', params).integer('job', 0, MAX_ID);
      return running?.job === job ? { ...running.progress } : { done: 0, total: 0 };
    },
  };
}

function nothing(kinds: readonly MeasuredKind[]): Distribution {
  return {
    kinds,
    measures: [],
    splits: [],
    kind: null,
    measure: null,
    split: '',
    read: 0,
    unit: '',
    edges: [],
    isLog: false,
    groups: [],
    kindFilter: '',
    extremes: [],
  };
}

interface KindSpans {
  readonly kind: MeasuredKind;
  readonly spans: readonly MeasuredSpan[];
}

/** Spans of traces by service and name; model calls first, then the most frequent. */
function* spansByKind(store: EngineStore, ids: readonly TraceId[]): Steps<readonly KindSpans[]> {
  const byKind = new Map<string, { service: string; name: string; model: number; spans: MeasuredSpan[] }>();
  for (const traceId of ids) {
    const { held } = store;
    const slot = held.slotOf(traceId);
    if (slot < 0) continue;
    const columns = held.columns.columnsOnce(slot, traceId);
    for (let index = 0; index < columns.count; index++) {
      const bits = columns.bits[index] ?? 0;
      if ((bits & SPAN_BIT.unfinished) !== 0) continue;
      const handle = columns.handle[index] ?? 0;
      const service = columns.services[columns.service[index] ?? 0] ?? '';
      const name = store.nameOf(handle);
      const key = `${service}\n${name}`;
      let entry = byKind.get(key);
      if (!entry) byKind.set(key, (entry = { service, name, model: 0, spans: [] }));
      const isModel = (bits & SPAN_BIT.hasModel) !== 0;
      if (isModel) entry.model++;
      entry.spans.push({
        ref: { traceId, spanId: spanIdText(columns.idHi[index] ?? 0, columns.idLo[index] ?? 0) },
        handle,
        durationNs: columns.durationNs[index] ?? 0,
        failed: columns.status[index] === STATUS_ERROR,
        isModel,
        startMs: startMs(columns.start) + (columns.offsetNs[index] ?? 0) / 1e6,
      });
    }
    yield;
  }
  return [...byKind.values()]
    .map(({ service, name, model, spans }): KindSpans => ({
      kind: { service, name, spans: spans.length, isModel: model > 0 },
      spans,
    }))
    .sort((a, b) => Number(b.kind.isModel) - Number(a.kind.isModel) || b.spans.length - a.spans.length);
}

function startMs(start: Nanos): number {
  return Number(start / 1000n) / 1000;
}

/** At most `most` of a list, at even distances. */
function evenly<T>(list: readonly T[], most: number): readonly T[] {
  if (list.length <= most) return list;
  const step = list.length / most;
  return Array.from({ length: most }, (_, at) => list[Math.floor(at * step)]).filter((each) => each !== undefined);
}
