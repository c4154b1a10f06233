import type { SpanRef } from '../core/model/span.ts';
import type { JsonMembers } from '../core/text/jsonMembers.ts';
import type { TextRows } from '../core/text/textRows.ts';
import type { StoreReader } from '../core/store/storeReader.ts';
import { ProtocolError } from '../protocol/errors.ts';
import { CallReadings } from './callReadings.ts';

/** Texts kept: values that are being read page by page. */
const KEPT_TEXTS = 4;

/** One long value, as text, and what was worked out about it. */
export interface LongText {
  readonly text: string;
  /** Rows by their width. */
  readonly rows: Map<number, TextRows>;
  /** Members of structures by where these begin. */
  readonly members: Map<number, JsonMembers>;
  /** Walks through members come one after the other: they share what they find. */
  walk: Promise<unknown>;
}

/** Long values that clients read in pages; kept while they do. */
export class LongTexts {
  readonly #store: StoreReader;
  readonly #calls: CallReadings;
  readonly #kept = new Map<string, LongText>();

  constructor(store: StoreReader, calls: CallReadings) {
    this.#store = store;
    this.#calls = calls;
  }

  /** Throws `notFound` when the value is no longer held. */
  get(ref: SpanRef, valueRef: string): LongText {
    if (this.#store.handleOf(ref) === undefined) throw new ProtocolError('notFound', 'the span is no longer held');
    const key = `${ref.traceId} ${ref.spanId} ${valueRef}`;
    const known = this.#kept.get(key);
    // Items are numbered within a reading: after another one the same number may name another text.
    const text = CallReadings.names(valueRef) || !known ? this.#read(ref, valueRef) : known.text;
    this.#kept.delete(key);
    const kept = known?.text === text ? known : fresh(text);
    this.#kept.set(key, kept);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= KEPT_TEXTS) break;
      this.#kept.delete(oldest);
    }
    return kept;
  }

  #read(ref: SpanRef, valueRef: string): string {
    const text = CallReadings.names(valueRef) ? this.#calls.textOf(ref, valueRef) : this.#stored(ref, valueRef);
    if (text === undefined) throw new ProtocolError('notFound', 'the value is no longer held');
    return text;
  }

  #stored(ref: SpanRef, valueRef: string): string | undefined {
    const value = this.#store.wholeValue(ref, valueRef);
    return value?.type === 'string' || value?.type === 'bytes' ? value.value : undefined;
  }
}

function fresh(text: string): LongText {
  return { text, rows: new Map(), members: new Map(), walk: Promise.resolve() };
}
