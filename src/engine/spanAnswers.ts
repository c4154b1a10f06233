import { readModelCall } from '../core/inference/readModelCall.ts';
import { summarize } from '../core/inference/summarize.ts';
import type { ModelCall } from '../core/model/modelCall.ts';
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

/** Characters of a call's input or output in one line of a hover. */
const SUMMARY_CHARACTERS = 200;
const STATUS_ERROR = 2;
/** Log records that are read for a model call; a conversation has one a message. */
export const MODEL_LOGS = 1000;
const FIRST_PAGE: PageBounds = { from: 0, limit: PAGE_RECORDS, maxBytes: MESSAGE_BYTES };

/** What a page may hold, whatever was asked for. */
function boundsOf({ from, limit }: Page): PageBounds {
  return { from, limit: Math.min(limit, PAGE_RECORDS), maxBytes: MESSAGE_BYTES };
}

/** What is asked of one span. Every answer is made from the store anew; a span that is not held throws `notFound`. */
export class SpanAnswers {
  readonly #store: StoreReader;

  constructor(store: StoreReader) {
    this.#store = store;
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

  model(ref: SpanRef): ModelCall | null {
    return this.#read(ref, this.#held(ref, this.#store.details(ref)));
  }

  value(ref: SpanRef, valueRef: string, offset: number): ValueChunk {
    const page = this.#store.value(ref, valueRef, offset, VALUE_CHUNK_BYTES);
    if (!page) throw new ProtocolError('notFound', `the value is no longer held`);
    return page;
  }

  summary(ref: SpanRef): CallSummary {
    const details = this.#held(ref, this.#store.details(ref));
    const call = this.#read(ref, details);
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

  #read(ref: SpanRef, details: SpanDetails): ModelCall | null {
    return readModelCall(details, this.#store.modelLogs(ref, MODEL_LOGS), (value) =>
      this.#store.wholeValue(ref, value),
    );
  }

  #held<T>(ref: SpanRef, value: T | undefined): T {
    if (value === undefined) throw new ProtocolError('notFound', `span ${ref.spanId} is not held`);
    return value;
  }
}
