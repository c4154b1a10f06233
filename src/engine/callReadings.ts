import { duplicateNote } from '../core/inference/duplicateCall.ts';
import { beginning, ITEM_CHARS } from '../core/inference/itemList.ts';
import type { TraceId } from '../core/model/ids.ts';
import type { ModelCall, ModelItem } from '../core/model/modelCall.ts';
import type { SpanDetails, SpanRef } from '../core/model/span.ts';
import { MessageBudget } from '../core/store/messageBudget.ts';
import type { StoreReader } from '../core/store/storeReader.ts';
import type { CallSide } from '../protocol/callApi.ts';
import { MESSAGE_BYTES, type ValueChunk } from '../protocol/engineApi.ts';
import { readHeldCall } from './heldCall.ts';

/** Readings kept: the spans looked at last. Their texts are as large as what the sender put there. */
const KEPT_READINGS = 4;
/** Of a message that carries both sides, what goes out; the rest is for what went in. */
const OUTPUT_SHARE = 1 / 3;
/** Form of a reference to the text (`t`) or the structure (`j`) of an item, see {@link CallReadings.textOf}. */
const ITEM_REF = /^m([io])([0-9a-z]{1,6})\.([tj])$/;

/** The first items of both sides of a call, and how many there are. */
export interface BoundedCall {
  readonly call: ModelCall | null;
  readonly inputs: number;
  readonly outputs: number;
}

/**
 * Reads spans as model calls, whole, and hands them out in pieces that fit a message. What was read last is kept: paging
 * through a conversation reads it once.
 */
export class CallReadings {
  readonly #store: StoreReader;
  readonly #kept = new Map<string, { readonly traceId: TraceId; readonly call: ModelCall | null }>();

  constructor(store: StoreReader) {
    this.#store = store;
  }

  /** The whole call; null when the span carries nothing of the kind, undefined when it is not held. */
  whole(ref: SpanRef): ModelCall | null | undefined {
    const key = `${ref.traceId} ${ref.spanId}`;
    const kept = this.#kept.get(key);
    if (kept) {
      if (this.#store.handleOf(ref) === undefined) return undefined;
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      return kept.call;
    }
    const details = this.#store.details(ref);
    if (!details) return undefined;
    const call = this.#noted(ref.traceId, details, readHeldCall(this.#store, ref, details, Infinity));
    this.#kept.set(key, { traceId: ref.traceId, call });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= KEPT_READINGS) break;
      this.#kept.delete(oldest);
    }
    return call;
  }

  /** With a note when a span around it records the same call. */
  #noted(traceId: TraceId, details: SpanDetails, call: ModelCall | null): ModelCall | null {
    const note = duplicateNote({ details, call }, ({ parentSpanId }) => {
      const ref = { traceId, spanId: parentSpanId as SpanRef['spanId'] };
      const parent = parentSpanId === '' ? undefined : this.#store.details(ref);
      return parent && { details: parent, call: readHeldCall(this.#store, ref, parent, ITEM_CHARS) };
    });
    return call === null || note === undefined ? call : { ...call, notes: [...(call.notes ?? []), note] };
  }

  /** These traces have other spans or logs than before. */
  touch(traceIds: ReadonlySet<TraceId>): void {
    for (const [key, { traceId }] of this.#kept) if (traceIds.has(traceId)) this.#kept.delete(key);
  }

  /** What fits one message of both sides. */
  bounded(ref: SpanRef): BoundedCall | undefined {
    const call = this.whole(ref);
    if (!call) return call === undefined ? undefined : { call, inputs: 0, outputs: 0 };
    const share = Math.floor(MESSAGE_BYTES * OUTPUT_SHARE);
    const outputs = boundedItems(call.outputs, 'outputs', 0, share);
    const inputs = boundedItems(call.inputs, 'inputs', 0, MESSAGE_BYTES - share);
    return { call: { ...call, inputs, outputs }, inputs: call.inputs.length, outputs: call.outputs.length };
  }

  /** What fits one message of a side, from an item on; undefined when the span is not held. */
  items(ref: SpanRef, side: CallSide, from: number): { items: readonly ModelItem[]; total: number } | undefined {
    const call = this.whole(ref);
    if (call === undefined) return undefined;
    const all = call?.[side] ?? [];
    return { items: boundedItems(all, side, from, MESSAGE_BYTES), total: all.length };
  }

  /** Whether a reference names an item of a call, rather than a value of the store. */
  static names(valueRef: string): boolean {
    return ITEM_REF.test(valueRef);
  }

  /** The whole text behind a reference of an item's `cut` or `jsonCut`. */
  textOf(ref: SpanRef, valueRef: string): string | undefined {
    const [, side, index, what] = ITEM_REF.exec(valueRef) ?? [];
    if (index === undefined) return undefined;
    const item = this.whole(ref)?.[side === 'i' ? 'inputs' : 'outputs'][parseInt(index, 36)];
    return what === 'j' ? item?.json : item?.text;
  }

  /** A page of such a text; offsets count UTF-16 units. */
  page(ref: SpanRef, valueRef: string, offset: number, units: number): ValueChunk | undefined {
    const text = this.textOf(ref, valueRef);
    if (text === undefined) return undefined;
    const piece = beginning(text.slice(offset, offset + units + 1), units);
    const next = offset + piece.length;
    return { text: piece, nextOffset: next >= text.length ? -1 : next, totalBytes: Buffer.byteLength(text) };
  }
}

/** Items from one on until a message of `maxBytes` is full, at least one. Cut texts name where the rest is. */
function boundedItems(items: readonly ModelItem[], side: CallSide, from: number, maxBytes: number): ModelItem[] {
  const budget = new MessageBudget(maxBytes);
  const bounded: ModelItem[] = [];
  for (let index = from; index < items.length && (!budget.isSpent || index === from); index++) {
    const item = items[index];
    if (item) bounded.push(boundedItem(item, `m${side === 'inputs' ? 'i' : 'o'}${index.toString(36)}`, budget));
  }
  return bounded;
}

function boundedItem(item: ModelItem, ref: string, budget: MessageBudget): ModelItem {
  const { json, ...rest } = item;
  budget.takeRecord(item.role, item.label, item.from);
  const text = beginning(item.text, budget.room(ITEM_CHARS));
  budget.take(text, Buffer.byteLength(text));
  const isCut = text.length < item.text.length;
  const cut = item.cut ?? (isCut ? { totalBytes: Buffer.byteLength(item.text), ref: `${ref}.t` } : undefined);
  const shown = { ...rest, text, ...(cut && { cut }) };
  if (json === undefined) return shown;
  if (json.length > budget.room(ITEM_CHARS)) {
    return { ...shown, jsonCut: { totalBytes: Buffer.byteLength(json), ref: `${ref}.j` } };
  }
  budget.take(json, Buffer.byteLength(json));
  return { ...shown, json };
}
