import type { CallTiming } from '../core/inference/callPhases.ts';
import { streamPhases, type StreamTiming } from '../core/inference/streamTiming.ts';
import { FIRST_TOKEN_EVENTS } from '../core/inference/timingKeys.ts';
import type { SpanRef } from '../core/model/span.ts';
import type { PageBounds } from '../core/store/messageBudget.ts';
import type { CancelSignal, Handlers } from '../protocol/channel.ts';
import { ProtocolError } from '../protocol/errors.ts';
import type { SpanTiming, TimingMethods } from '../protocol/timingApi.ts';
import { childrenIn, streamSteps } from './asgiStream.ts';
import type { EngineStore } from './engineStore.ts';
import { Params } from './params.ts';
import { withTritonQueue } from './tritonQueue.ts';
import type { SlicedWork } from './slicedWork.ts';

/** OTLP SpanKind. */
const KIND_SERVER = 2;
/** Of the details no more than kind and length are wanted. */
const BRIEF: PageBounds = { from: 0, limit: 1, maxBytes: 1024 };

/** Answers about the time inside spans. */
export function timingHandlers(store: EngineStore, work: SlicedWork): Handlers<TimingMethods> {
  return {
    'timing/span': (params, signal) => spanTiming(store, work, new Params('timing/span', params).spanRef(), signal),
    'timing/usage': (params) => store.usageOf(new Params('timing/usage', params).traceId('traceId')),
  };
}

async function spanTiming(
  store: EngineStore,
  work: SlicedWork,
  ref: SpanRef,
  signal: CancelSignal,
): Promise<SpanTiming> {
  const handle = store.handleOf(ref);
  const details = store.details(ref, BRIEF);
  if (handle === undefined || details === undefined) {
    throw new ProtocolError('notFound', `span ${ref.spanId} is not held`);
  }
  const own = store.timingOf(handle);
  const timing = own === undefined ? null : withQueueBelow(store, ref, own);
  const { kind, durationNs } = details;
  const event = timing?.firstToken?.from ?? '';
  let stream: StreamTiming | undefined;
  if (FIRST_TOKEN_EVENTS.has(event)) stream = store.eventStream(handle, event);
  else if (kind === KIND_SERVER) stream = await work.run(streamSteps(store, ref), () => signal.cancelled);
  return {
    timing: timing ?? (stream === undefined ? null : streamPhases(stream, durationNs)),
    stream: stream ?? null,
  };
}

function withQueueBelow(store: EngineStore, ref: SpanRef, own: CallTiming): CallTiming {
  const columns = own.queuedAtNs === undefined ? undefined : store.columns(ref.traceId);
  if (columns === undefined) return own;
  const family = childrenIn(columns, ref.spanId);
  const children = family.children.map((index) => ({
    handle: columns.handle[index] ?? 0,
    offsetNs: columns.offsetNs[index] ?? 0,
  }));
  return withTritonQueue(store, own, family.offsetNs, children);
}
