import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { SpanId, TraceId } from '../../src/core/model/ids.ts';
import { transcodeJson } from '../../src/core/otlp/jsonTranscoder.ts';
import { TraceStore } from '../../src/core/store/traceStore.ts';
import { CallReadings } from '../../src/engine/callReadings.ts';

const FIXTURE = path.resolve(import.meta.dirname, '../fixtures/inference/openInference/anthropic.json');
const TRACE = '0af7651916cd43dd8448eb211c80319c';

interface Sent {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly {
      readonly scope: { readonly name: string };
      readonly spans: readonly { readonly traceId: string; readonly spanId: string }[];
    }[];
  }[];
}

function storeOf(request: unknown): TraceStore {
  const store = new TraceStore({ now: () => 1_763_697_600_000, maxBytes: 64 * 1024 * 1024 });
  store.ingestTraces(transcodeJson('traces', new TextEncoder().encode(JSON.stringify(request))));
  return store;
}

test('a call that two instrumentations recorded says so at the inner one', () => {
  const { traces } = JSON.parse(readFileSync(FIXTURE, 'utf8')) as { traces: Sent };
  const calls = new CallReadings(storeOf(traces));
  const notes = traces.resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap(({ scope, spans }) =>
      spans.map(({ traceId, spanId }) => {
        const call = calls.whole({ traceId: traceId as TraceId, spanId: spanId as SpanId });
        return [scope.name, (call?.notes ?? []).filter(({ kind }) => kind === 'duplicate').map(({ text }) => text)];
      }),
    ),
  );
  const note =
    'The span around it, messages.create, records the same call by openinference.instrumentation.anthropic. ' +
    'Steps and token totals have it once.';
  assert.deepEqual(notes, [
    ['com.anthropic.sdk.python', [note]],
    ['com.anthropic.sdk.python', [note]],
    ['openinference.instrumentation.anthropic', []],
    ['openinference.instrumentation.anthropic', []],
  ]);
});

function duplicates(spans: readonly (readonly [parent: number, attributes: Record<string, unknown>])[]): number[] {
  const idOf = (place: number): string => (place + 1).toString(16).padStart(16, '0');
  const store = storeOf({
    resourceSpans: [
      {
        scopeSpans: [
          {
            spans: spans.map(([parent, attributes], place) => ({
              traceId: TRACE,
              spanId: idOf(place),
              ...(parent < 0 ? {} : { parentSpanId: idOf(parent) }),
              name: 'span',
              startTimeUnixNano: '1763697600000000000',
              endTimeUnixNano: '1763697600250000000',
              attributes,
            })),
          },
        ],
      },
    ],
  });
  const calls = new CallReadings(store);
  return spans.flatMap((_, place) => {
    const call = calls.whole({ traceId: TRACE as TraceId, spanId: idOf(place) as SpanId });
    return (call?.notes ?? []).some(({ kind }) => kind === 'duplicate') ? [place] : [];
  });
}

test('spans between two records of a call do not hide that it is one; other models, tools and kinds are other calls', () => {
  const llm = (model: string): Record<string, unknown> => ({
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': model,
  });
  const tool = (name: string): Record<string, unknown> => ({
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': name,
  });
  assert.deepEqual(
    duplicates([
      [-1, llm('openai/gpt-4o')],
      [0, { 'http.route': '/' }],
      [1, llm('gpt-4o-2024-08-06')],
    ]),
    [2],
  );
  assert.deepEqual(
    duplicates([
      [-1, { 'gen_ai.operation.name': 'invoke_agent' }],
      [0, llm('gpt-4o')],
      [1, tool('search')],
      [2, llm('gpt-4o-mini')],
      [2, tool('search')],
      [2, tool('fetch')],
    ]),
    [4],
  );
});

test('a span that names itself as its parent is no duplicate of itself', () => {
  assert.deepEqual(duplicates([[0, { 'gen_ai.operation.name': 'chat' }]]), []);
});
