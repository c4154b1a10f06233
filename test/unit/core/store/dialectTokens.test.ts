import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { TraceId } from '../../../../src/core/model/ids.ts';
import { transcodeJson } from '../../../../src/core/otlp/jsonTranscoder.ts';
import { TraceStore } from '../../../../src/core/store/traceStore.ts';

const FIXTURES = path.resolve(import.meta.dirname, '../../../fixtures/inference');

interface Sent {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly { readonly spans: readonly { readonly traceId: string }[] }[];
  }[];
}

/** `model: tokens` of each trace of a fixture, in the order in which they were sent. */
function usage(name: string): readonly string[] {
  const { traces } = JSON.parse(readFileSync(path.join(FIXTURES, `${name}.json`), 'utf8')) as { traces: Sent };
  const store = new TraceStore({ now: () => 1_763_697_600_000, maxBytes: 64 * 1024 * 1024 });
  store.ingestTraces(transcodeJson('traces', new TextEncoder().encode(JSON.stringify(traces))));
  const ids = traces.resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) => spans.map(({ traceId }) => traceId as TraceId)),
  );
  return [...new Set(ids)].map((id) =>
    store
      .usageOf(id)
      .models.map(({ model, total }) => `${model}: ${total}`)
      .join(', '),
  );
}

test('a trace has the tokens of its leaf calls, also where they stand in a JSON', () => {
  // Two calls inside a chain.
  assert.deepEqual(usage('langfuse/openai'), ['gpt-4o-mini-2024-07-18: 60']);
  // A retriever, and two calls.
  assert.deepEqual(usage('mlflow/openai'), ['', 'gpt-4o-mini: 30', 'gpt-4o-mini: 30']);
});

test('calls that two instrumentations or an outer span recorded count once', () => {
  assert.deepEqual(usage('openInference/anthropic'), ['claude-sonnet-4-5: 30', 'claude-sonnet-4-5: 30']);
  // An agent of two calls, an object, a stream and an embedding.
  assert.deepEqual(usage('vercelAi/mockModel'), [
    'gpt-4o-mini: 60',
    'gpt-4o-mini: 30',
    'gpt-4o-mini: 30',
    'text-embedding-3-small: 3',
  ]);
});
