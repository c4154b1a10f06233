import { readModelCall } from '../../../../src/core/inference/readModelCall.ts';
import type { SpanId, TraceId } from '../../../../src/core/model/ids.ts';
import type { ModelCall } from '../../../../src/core/model/modelCall.ts';
import { transcodeJson } from '../../../../src/core/otlp/jsonTranscoder.ts';
import { TraceStore } from '../../../../src/core/store/traceStore.ts';

const REF = {
  traceId: '5b8efff798038103d269b633813fc60c' as TraceId,
  spanId: 'eee19b7ec3c1b174' as SpanId,
};

/** OTLP/JSON requests with one span, {@link REF}, and log records of it. */
export interface OtlpJsonCall {
  readonly traces: unknown;
  readonly logs?: unknown;
}

/** What is read of the call after it went through transcoder and store as any export does. */
export function modelCallOf({ traces, logs }: OtlpJsonCall): ModelCall | null {
  const store = new TraceStore({ now: () => 1_763_697_600_000, maxBytes: 256 * 1024 * 1024 });
  const bytes = (request: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(request));
  store.ingestTraces(transcodeJson('traces', bytes(traces)));
  if (logs !== undefined) store.ingestLogs(transcodeJson('logs', bytes(logs)));
  const details = store.details(REF);
  if (details === undefined) throw new Error('the request has no span of the expected ids');
  return readModelCall(details, store.logs(REF), (ref) => store.wholeValue(REF, ref));
}

/** {@link modelCallOf} for a span of these attributes (plain JSON values) and nothing else. */
export function modelCallOfAttributes(
  attributes: Readonly<Record<string, unknown>>,
  name = 'call',
  scope = '',
): ModelCall | null {
  const span = {
    ...REF,
    name,
    startTimeUnixNano: '1763697600000000000',
    endTimeUnixNano: '1763697600250000000',
    attributes,
  };
  return modelCallOf({ traces: { resourceSpans: [{ scopeSpans: [{ scope: { name: scope }, spans: [span] }] }] } });
}
