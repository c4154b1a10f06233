import { tensorImage } from '../core/features/tensorFacts.ts';
import type { CallFeatures, CallValue } from '../core/features/callFeatures.ts';
import type { TraceId } from '../core/model/ids.ts';
import type { SpanRef } from '../core/model/span.ts';
import type { Steps } from '../core/statistics/steps.ts';
import type { CancelSignal, Handlers } from '../protocol/channel.ts';
import { ProtocolError } from '../protocol/errors.ts';
import {
  FEATURE_PAGE,
  type Against,
  type CallKind,
  type FeatureMethods,
  type FeatureRow,
} from '../protocol/featureApi.ts';
import { CallGatherer, infoOf, kindKey, type Baselines, type CallStats } from './baselines.ts';
import { CallFeatureReader } from './callFeatureReader.ts';
import type { EngineStore } from './engineStore.ts';
import { featureRows, headOf } from './featureAnswers.ts';
import { Params } from './params.ts';
import type { SlicedWork } from './slicedWork.ts';
import type { TraceFilters } from './traceFilters.ts';
import { idsOfSet, readTraceSet } from './traceSets.ts';

const AGAINST: readonly Against[] = ['auto', 'pinned', 'others', 'none'];
/** Other calls that one is compared with, the newest; traces looked at for them. */
const MOST_OTHERS = 200;
const MOST_OTHER_TRACES = 5000;
/** Calls that a baseline is made of: of more the newest. Kinds pinned at once. */
const MOST_PINNED = 5000;
const MOST_KINDS = 50;
const MAX_INDEX = 1_000_000;
/** Calls whose reading is kept, so that paging does not read them again. */
const MOST_READ = 4;

export interface FeatureHandlersDeps {
  readonly store: EngineStore;
  readonly filters: TraceFilters;
  readonly work: SlicedWork;
  readonly baselines: Baselines;
  /** Resolves when what was pinned before is known. */
  readonly restored: Promise<void>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

interface Read {
  readonly ref: SpanRef;
  readonly kind: CallKind;
  readonly features: CallFeatures;
  readonly version: string;
  /** What the store was like. */
  readonly spans: number;
  /** Of the other calls; undefined while nobody asked. */
  others?: Promise<CallStats>;
  rows?: { readonly of: string; readonly stats: CallStats | undefined; readonly rows: readonly FeatureRow[] };
}

/** Answers about the numbers of calls, and the baselines that users pin. */
export function featureHandlers({
  store,
  filters,
  work,
  baselines,
  restored,
  now,
}: FeatureHandlersDeps): Handlers<FeatureMethods> {
  const reader = new CallFeatureReader(store);
  const kept: Read[] = [];

  const read = (ref: SpanRef): Read | undefined => {
    const at = kept.findIndex((each) => each.ref.traceId === ref.traceId && each.ref.spanId === ref.spanId);
    const known = kept[at];
    if (known?.spans === store.spanCount) return known;
    if (at >= 0) kept.splice(at, 1);
    const call = reader.call(ref);
    const kind = call ? reader.kind(ref, call) : undefined;
    if (!call || !kind) return undefined;
    const made: Read = {
      ref,
      kind,
      features: reader.features(ref, call),
      version: call.modelVersion,
      spans: store.spanCount,
    };
    kept.push(made);
    if (kept.length > MOST_READ) kept.shift();
    return made;
  };

  const othersOf = (call: Read, signal: CancelSignal): Promise<CallStats> => {
    if (call.others) return call.others;
    const gathering = work.run(gatherOthers(store, reader, call), () => signal.cancelled);
    call.others = gathering;
    // Who asks again after a cancelled look begins anew.
    gathering.catch(() => {
      if (call.others === gathering) delete call.others;
    });
    return gathering;
  };

  const statsFor = async (
    call: Read,
    against: Against,
    signal: CancelSignal,
  ): Promise<{ readonly against: Exclude<Against, 'auto'>; readonly stats: CallStats | undefined }> => {
    const pinned = baselines.get(call.kind);
    if (pinned && (against === 'auto' || against === 'pinned')) return { against: 'pinned', stats: pinned };
    if (against === 'none' || against === 'pinned' || call.features.values.length === 0)
      return { against: 'none', stats: undefined };
    const stats = await othersOf(call, signal);
    return stats.calls === 0 ? { against: 'none', stats: undefined } : { against: 'others', stats };
  };

  const valueOf = (params: Params): { readonly call: Read; readonly value: CallValue } => {
    const ref = params.spanRef();
    const call = read(ref);
    const value = call?.features.values[params.integer('value', 0, MAX_INDEX)];
    if (!call || !value) throw new ProtocolError('notFound', `span ${ref.spanId} has no such value`);
    return { call, value };
  };

  return {
    'features/call': async (params, signal) => {
      const asked = new Params('features/call', params);
      await restored;
      const call = read(asked.spanRef());
      if (!call || call.features.values.length === 0) return null;
      const { against, stats } = await statsFor(call, asked.oneOf('against', AGAINST), signal);
      const pinned = baselines.get(call.kind);
      return {
        kind: call.kind,
        values: call.features.values.map((value) => headOf(value, call.features)),
        against,
        calls: stats?.calls ?? 0,
        baseline: pinned ? infoOf(pinned) : null,
        scoresFrom: call.features.scoresFrom,
      };
    },
    'features/rows': async (params, signal) => {
      const asked = new Params('features/rows', params);
      const { call, value } = valueOf(asked);
      const from = asked.integer('from', 0, MAX_INDEX);
      const row = asked.integer('row', -1, MAX_INDEX);
      const { stats } = await statsFor(call, asked.oneOf('against', AGAINST), signal);
      const of = `${call.features.values.indexOf(value)} ${row}`;
      if (call.rows?.of !== of || call.rows.stats !== stats) {
        call.rows = { of, stats, rows: featureRows(value, call.features, stats, row) };
      }
      const { rows } = call.rows;
      return { rows: rows.slice(from, from + FEATURE_PAGE), total: rows.length };
    },
    'features/image': (params) => {
      const asked = new Params('features/image', params);
      const { value } = valueOf(asked).value;
      const image = value.kind === 'tensor' ? tensorImage(value, asked.integer('index', 0, MAX_INDEX)) : undefined;
      if (!image) throw new ProtocolError('notFound', 'the value is no image');
      return image;
    },
    'baselines/pin': async (params, signal) => {
      const asked = new Params('baselines/pin', params);
      await restored;
      const ref = asked.isNull('ref') ? null : asked.inside('ref').spanRef();
      const set = asked.isNull('set') ? null : readTraceSet(asked.inside('set'));
      const call = ref ? read(ref) : undefined;
      if (ref && !call) throw new ProtocolError('notFound', `span ${ref.spanId} is no model call that is held`);
      const gathered = new Map<string, { readonly kind: CallKind; readonly gatherer: CallGatherer }>();
      if (set) {
        const ids = await idsOfSet(store, filters, set, signal);
        await work.run(gatherSet(reader, ids.toReversed(), call?.kind, gathered), () => signal.cancelled);
      } else if (call) {
        const gatherer = new CallGatherer();
        gatherer.add(call.features, call.version);
        gathered.set(kindKey(call.kind), { kind: call.kind, gatherer });
      }
      const made = [...gathered.values()]
        .filter(({ gatherer }) => gatherer.calls > 0)
        .map(({ kind, gatherer }) => ({ kind, stats: gatherer.stats() }));
      if (made.length === 0) {
        throw new ProtocolError('notFound', 'None of these calls carries a feature table, a tensor or an embedding.');
      }
      const { change, replaced, pinned } = baselines.pin(made, now());
      return { change, replaced, pinned: pinned.map(infoOf) };
    },
    'baselines/list': async () => {
      await restored;
      return { baselines: baselines.all.map(infoOf) };
    },
    'baselines/unpin': (params) => {
      const change = baselines.unpin(new Params('baselines/unpin', params).text('id'));
      if (change === undefined) throw new ProtocolError('notFound', 'That baseline is not pinned any more.');
      return { change };
    },
    'baselines/undo': (params) => ({
      undone: baselines.undo(new Params('baselines/undo', params).integer('change', 0, Number.MAX_SAFE_INTEGER)),
    }),
  };
}

/** What is usual of the newest held calls of a call's kind, without itself. */
function* gatherOthers(store: EngineStore, reader: CallFeatureReader, { ref, kind }: Read): Steps<CallStats> {
  const gatherer = new CallGatherer();
  const rows = store.rows();
  const ids: TraceId[] = [];
  for (let slot = rows.end - 1; slot >= 0 && ids.length < MOST_OTHER_TRACES; slot--) {
    if (rows.isShown(slot) && rows.services(slot).includes(kind.service)) ids.push(rows.idOf(slot));
  }
  for (const traceId of ids) {
    yield;
    for (const other of reader.candidates(traceId, kind)) {
      if (other.traceId === ref.traceId && other.spanId === ref.spanId) continue;
      const call = reader.call(other);
      if (call?.model === kind.model) gatherer.add(reader.features(other, call), call.modelVersion);
      if (gatherer.calls >= MOST_OTHERS) return gatherer.stats();
      yield;
    }
  }
  return gatherer.stats();
}

/** Gathers the calls of traces by kind, or those of one kind. */
function* gatherSet(
  reader: CallFeatureReader,
  ids: readonly TraceId[],
  only: CallKind | undefined,
  into: Map<string, { readonly kind: CallKind; readonly gatherer: CallGatherer }>,
): Steps<void> {
  let calls = 0;
  for (const traceId of ids) {
    yield;
    for (const candidate of reader.candidates(traceId, only)) {
      if (calls >= MOST_PINNED) return;
      const call = reader.call(candidate);
      if (!call || (only && call.model !== only.model)) continue;
      const features = reader.features(candidate, call);
      if (features.values.length === 0) continue;
      const { service, name } = candidate;
      const kind = { service, name, model: call.model };
      const key = kindKey(kind);
      let entry = into.get(key);
      if (!entry) {
        if (into.size >= MOST_KINDS) continue;
        into.set(key, (entry = { kind, gatherer: new CallGatherer() }));
      }
      entry.gatherer.add(features, call.modelVersion);
      calls++;
      yield;
    }
  }
}
