import type { TraceId } from '../../../../src/core/model/ids.ts';
import type { SpanRef } from '../../../../src/core/model/span.ts';
import { TraceStore } from '../../../../src/core/store/traceStore.ts';
import { spanIdAt, TRACE_ID, traceFromText } from '../../../support/otlpBytes.ts';
import type { TraceTextOptions } from '../../../support/otlpBytes.ts';

/** A store with a clock that the test moves. */
export interface StoreFixture {
  readonly store: TraceStore;
  readonly clock: { ms: number };
  /** Sends a trace drawn as text. */
  readonly draw: (text: string, options?: TraceTextOptions) => void;
}

export function storeFixture(options: { maxBytes?: number; inlineBytes?: number } = {}): StoreFixture {
  const clock = { ms: 1_000_000 };
  const store = new TraceStore({
    now: () => clock.ms,
    maxBytes: options.maxBytes ?? 2 ** 28,
    ...(options.inlineBytes === undefined ? {} : { inlineBytes: options.inlineBytes }),
  });
  return {
    store,
    clock,
    draw: (text, drawing) => {
      store.ingestTraces(traceFromText(text, drawing));
    },
  };
}

/** The span on a line of a drawing. */
export function spanOn(line: number, traceId: string = TRACE_ID): SpanRef {
  return { traceId: traceId as TraceId, spanId: spanIdAt(line) };
}

/** A trace id made of a number. */
export function traceIdOf(number: number): TraceId {
  return number.toString(16).padStart(32, 'a') as TraceId;
}

/** Span ids as numbers of lines, in the columns' order. */
export function columnLines(store: TraceStore, traceId: TraceId = TRACE_ID): number[] {
  const columns = store.columns(traceId);
  return columns === undefined ? [] : [...columns.idLo.subarray(0, columns.count)];
}
