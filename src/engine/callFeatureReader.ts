import { readCallFeatures, wholeItemText, type CallFeatures } from '../core/features/callFeatures.ts';
import { spanIdText, type TraceId } from '../core/model/ids.ts';
import type { ModelCall } from '../core/model/modelCall.ts';
import type { SpanRef } from '../core/model/span.ts';
import { SPAN_BIT } from '../core/store/storeReader.ts';
import type { CallKind } from '../protocol/featureApi.ts';
import type { EngineStore } from './engineStore.ts';
import { readHeldCall } from './heldCall.ts';

/** Model calls of the store, as the details read them, and what of them is numbers. */
export class CallFeatureReader {
  readonly #store: EngineStore;

  constructor(store: EngineStore) {
    this.#store = store;
  }

  /** Null when the span is not held or is no model call. */
  call(ref: SpanRef): ModelCall | null {
    const details = this.#store.details(ref);
    return details === undefined ? null : readHeldCall(this.#store, ref, details);
  }

  features(ref: SpanRef, call: ModelCall): CallFeatures {
    return readCallFeatures(call, (item) => wholeItemText(item, (value) => this.#store.wholeValue(ref, value)));
  }

  /** The kind of a held span that is a model call. */
  kind(ref: SpanRef, call: Pick<ModelCall, 'model'>): CallKind | undefined {
    const spans = this.#columns(ref.traceId);
    if (!spans) return undefined;
    const handle = this.#store.handleOf(ref);
    const index = handle === undefined ? -1 : spans.handle.subarray(0, spans.count).indexOf(handle);
    if (index < 0) return undefined;
    return {
      service: spans.services[spans.service[index] ?? 0] ?? '',
      name: this.#store.nameOf(spans.handle[index] ?? 0),
      model: call.model,
    };
  }

  /** Spans of a trace that may be model calls, of a service and name when told. */
  *candidates(traceId: TraceId, of?: Pick<CallKind, 'service' | 'name'>): Generator<SpanRef & Omit<CallKind, 'model'>> {
    const spans = this.#columns(traceId);
    if (!spans) return;
    const found: (SpanRef & Omit<CallKind, 'model'>)[] = [];
    for (let index = 0; index < spans.count; index++) {
      if (((spans.bits[index] ?? 0) & SPAN_BIT.hasModel) === 0) continue;
      const service = spans.services[spans.service[index] ?? 0] ?? '';
      if (of && service !== of.service) continue;
      const name = this.#store.nameOf(spans.handle[index] ?? 0);
      if (of && name !== of.name) continue;
      found.push({ traceId, spanId: spanIdText(spans.idHi[index] ?? 0, spans.idLo[index] ?? 0), service, name });
    }
    // The columns are valid until the store changes, which it may between two.
    yield* found;
  }

  #columns(traceId: TraceId) {
    const { held } = this.#store;
    const slot = held.slotOf(traceId);
    return slot < 0 ? undefined : held.columns.columnsOnce(slot, traceId);
  }
}
