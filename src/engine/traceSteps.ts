import type { DisplayTree } from '../core/layout/displayTree.ts';
import { spanIdText, type TraceId } from '../core/model/ids.ts';
import { buildSteps, type StepList } from '../core/steps/buildSteps.ts';
import { MessageTable } from '../core/steps/messageTable.ts';
import { readStep, type StepReading } from '../core/steps/readStep.ts';
import type { StepSource } from '../core/steps/sameCalls.ts';
import type { Steps } from '../core/statistics/steps.ts';
import { SPAN_BIT } from '../core/store/storeReader.ts';
import type { EngineStore } from './engineStore.ts';
import { readHeldCall } from './heldCall.ts';

/** OTLP StatusCode. */
const STATUS_ERROR = 2;
/** Traces whose calls are kept read. */
const MOST_TRACES = 4;
const SPANS_PER_STEP = 8192;

/** The steps of a trace, and what they are made of. */
export interface TraceSteps extends StepList {
  readonly table: MessageTable;
  /** Place of each step in the list, by its id. */
  readonly places: ReadonlyMap<string, number>;
}

interface Kept {
  readonly table: MessageTable;
  /** By handle: a span that was sent again has another one. */
  readings: Map<number, { readonly logs: number; readonly reading: StepReading | undefined }>;
}

/** Reads the calls of traces, each span once; what comes later to a growing trace is read alone. */
export class StepReadings {
  readonly #store: EngineStore;
  /** In order of last use. */
  readonly #kept = new Map<TraceId, Kept>();

  constructor(store: EngineStore) {
    this.#store = store;
  }

  *steps(tree: DisplayTree): Steps<TraceSteps> {
    const kept: Kept = this.#kept.get(tree.traceId) ?? { table: new MessageTable(), readings: new Map() };
    this.#kept.delete(tree.traceId);
    this.#kept.set(tree.traceId, kept);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MOST_TRACES) break;
      this.#kept.delete(oldest);
    }
    const before = kept.readings;
    const readings: Kept['readings'] = new Map();
    const sources: StepSource[] = [];
    /** Sources above, each with the position behind its last descendant. */
    const above: { readonly source: number; readonly end: number }[] = [];
    for (let position = 0; position < tree.count; position++) {
      if (position % SPANS_PER_STEP === SPANS_PER_STEP - 1) yield;
      while ((above.at(-1)?.end ?? Infinity) <= position) above.pop();
      const index = tree.indexAt[position] ?? 0;
      const bits = tree.bits[index] ?? 0;
      if ((bits & (SPAN_BIT.hasModel | SPAN_BIT.hasLogs)) === 0) continue;
      const handle = tree.handle[index] ?? 0;
      const ref = { traceId: tree.traceId, spanId: spanIdText(tree.idHi[index] ?? 0, tree.idLo[index] ?? 0) };
      const logs = this.#store.countLogs(ref);
      let known = before.get(handle) ?? readings.get(handle);
      if (known?.logs !== logs) {
        known = { logs, reading: this.#read(ref, kept.table) };
        yield;
      }
      readings.set(handle, known);
      const { reading } = known;
      if (!reading) continue;
      const source =
        sources.push({
          spanId: ref.spanId,
          parent: above.at(-1)?.source ?? -1,
          offsetNs: tree.offsetNs[index] ?? 0,
          durationNs: tree.durationNs[index] ?? 0,
          unfinished: (bits & SPAN_BIT.unfinished) !== 0,
          error: tree.status[index] === STATUS_ERROR,
          service: tree.services[tree.service[index] ?? 0] ?? '',
          name: this.#store.nameOf(handle),
          reading,
        }) - 1;
      above.push({ source, end: position + (tree.descendants[position] ?? 0) + 1 });
    }
    kept.readings = readings;
    yield;
    const list = yield* buildSteps(sources, kept.table);
    return { ...list, table: kept.table, places: new Map(list.steps.map(({ id }, place) => [id, place])) };
  }

  #read(ref: StepSpan, table: MessageTable): StepReading | undefined {
    const details = this.#store.details(ref);
    const call = details && readHeldCall(this.#store, ref, details);
    return call ? readStep(call, table) : undefined;
  }
}

type StepSpan = Parameters<EngineStore['details']>[0];
