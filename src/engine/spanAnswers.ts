import { summarize } from '../core/inference/summarize.ts';
import type { SourceHints } from '../core/model/source.ts';
import type { SpanDetails, SpanRef } from '../core/model/span.ts';
import type { PageBounds } from '../core/store/messageBudget.ts';
import type { StoreReader } from '../core/store/storeReader.ts';
import {
  MESSAGE_BYTES,
  PAGE_RECORDS,
  VALUE_CHUNK_BYTES,
  type CallSummary,
  type EngineMethods,
  type Page,
  type ValueChunk,
} from '../protocol/engineApi.ts';
import { ProtocolError } from '../protocol/errors.ts';
import { CallReadings, type BoundedCall } from './callReadings.ts';
import { readHeldCall } from './heldCall.ts';

/** Characters of a call's input or output in one line of a hover. */
const SUMMARY_CHARACTERS = 200;
const STATUS_ERROR = 2;
/** Characters of an item that are read for one line. */
const SUMMARY_ITEM = 16 * 1024;
const FIRST_PAGE: PageBounds = { from: 0, limit: PAGE_RECORDS, maxBytes: MESSAGE_BYTES };

/** What a page may hold, whatever was asked for. */
function boundsOf({ from, limit }: Page): PageBounds {
  return { from, limit: Math.min(limit, PAGE_RECORDS), maxBytes: MESSAGE_BYTES };
}

/** What is asked of one span. Every answer is made from the store anew; a span that is not held throws `notFound`. */
export class SpanAnswers {
  readonly #store: StoreReader;
  readonly #calls: CallReadings;

  constructor(store: StoreReader, calls: CallReadings) {
    this.#store = store;
    this.#calls = calls;
  }

  details(ref: SpanRef): SpanDetails {
    const details = this.#held(ref, this.#store.details(ref, FIRST_PAGE));
    // A parent that may still be on its way is no warning.
    const assembling = this.#store.summary(ref.traceId)?.assembling === true;
    return assembling && details.orphan ? { ...details, orphan: false } : details;
  }

  events(ref: SpanRef, page: Page): EngineMethods['span/events'][1] {
    return this.#held(ref, this.#store.events(ref, boundsOf(page)));
  }

  logs(ref: SpanRef, page: Page): EngineMethods['span/logs'][1] {
    this.#held(ref, this.#store.handleOf(ref));
    return { logs: this.#store.logs(ref, boundsOf(page)), total: this.#store.countLogs(ref) };
  }

  hints(ref: SpanRef): SourceHints {
    return this.#held(ref, this.#store.hints(ref));
  }

  model(ref: SpanRef): BoundedCall {
    return this.#held(ref, this.#calls.bounded(ref));
  }

  value(ref: SpanRef, valueRef: string, offset: number): ValueChunk {
    const page = CallReadings.names(valueRef)
      ? this.#calls.page(ref, valueRef, offset, VALUE_CHUNK_BYTES / 2)
      : this.#store.value(ref, valueRef, offset, VALUE_CHUNK_BYTES);
    if (!page) throw new ProtocolError('notFound', `the value is no longer held`);
    return page;
  }

  summary(ref: SpanRef): CallSummary {
    const details = this.#held(ref, this.#store.details(ref));
    const call = readHeldCall(this.#store, ref, details, SUMMARY_ITEM);
    return {
      ref: { traceId: ref.traceId, spanId: ref.spanId },
      name: details.name,
      durationNs: details.durationNs,
      end: details.end,
      error: details.status.code === STATUS_ERROR,
      input: call ? summarize(call, 'inputs', SUMMARY_CHARACTERS) : '',
      output: call ? summarize(call, 'outputs', SUMMARY_CHARACTERS) : '',
    };
  }

  #held<T>(ref: SpanRef, value: T | undefined): T {
    if (value === undefined) throw new ProtocolError('notFound', `span ${ref.spanId} is not held`);
    return value;
  }
}
