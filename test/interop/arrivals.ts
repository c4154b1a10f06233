import { isGroupId } from '../../src/protocol/rowApi.ts';
import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { Attribute, AttributeValue } from '../../src/core/model/attributes.ts';
import type { LogDetails, SpanDetails, SpanRef } from '../../src/core/model/span.ts';
import type { TraceSummary } from '../../src/core/model/trace.ts';
import { PAGE_RECORDS } from '../../src/protocol/engineApi.ts';
import type { startTestEngine } from '../support/testEngine.ts';

export type TestEngine = Awaited<ReturnType<typeof startTestEngine>>;

/** A value as a test writes it: int64 as bigint, bytes as a buffer, key-value lists as objects. */
export type Plain = string | boolean | number | bigint | null | Uint8Array | Plain[] | { [key: string]: Plain };

/** The value when it is text; anything else fails the test. */
export function text(value: Plain | undefined): string {
  if (typeof value !== 'string') assert.fail(`${inspect(value)} is no text`);
  return value;
}

/** Everything the engine says of a span, with its values plain and whole. */
export interface ArrivedSpan {
  readonly details: SpanDetails;
  readonly attributes: Readonly<Record<string, Plain>>;
  readonly events: readonly { readonly name: string; readonly attributes: Readonly<Record<string, Plain>> }[];
  readonly logs: readonly LogDetails[];
}

export async function arrivedSpan(engine: TestEngine, ref: SpanRef): Promise<ArrivedSpan> {
  const { traceId, spanId } = ref;
  const details = await engine.request('span/details', { traceId, spanId });
  const logs: LogDetails[] = [];
  for (let total = Infinity; logs.length < total;) {
    const page = await engine.request('span/logs', { traceId, spanId, from: logs.length, limit: PAGE_RECORDS });
    logs.push(...page.logs);
    ({ total } = page);
  }
  const events: ArrivedSpan['events'][number][] = [];
  while (events.length < details.eventCount) {
    const from = events.length;
    const page = await engine.request('span/events', { traceId, spanId, from, limit: PAGE_RECORDS });
    for (const { name, attributes } of page.events) {
      events.push({ name, attributes: await plainEntries(engine, ref, attributes) });
    }
  }
  return { details, attributes: await plainEntries(engine, ref, details.attributes), events, logs };
}

/** Every span of a trace. */
export async function arrivedTrace(engine: TestEngine, traceId: SpanRef['traceId']): Promise<ArrivedSpan[]> {
  const { viewId, rowCount } = await engine.request('view/open', { traceId });
  const { spanIds } = await engine.request('view/rows', { viewId, from: 0, count: rowCount, anchor: '' });
  await engine.request('view/close', { viewId });
  return Promise.all(
    spanIds.flatMap((id) => (isGroupId(id) ? [] : [id])).map((spanId) => arrivedSpan(engine, { traceId, spanId })),
  );
}

/** Resolves with the list as soon as `ready` holds of it; looks again whenever the engine says that it changed. */
export async function tracesWhen(
  engine: TestEngine,
  ready: (traces: readonly TraceSummary[]) => boolean,
): Promise<readonly TraceSummary[]> {
  for (;;) {
    let stop = (): void => undefined;
    const changed = new Promise<unknown>((resolve) => {
      stop = engine.on('traces/changed', resolve);
    });
    try {
      const { traces } = await engine.request('traces/list', { limit: 1000 });
      if (ready(traces)) return traces;
      await changed;
    } finally {
      stop();
    }
  }
}

async function plainEntries(
  engine: TestEngine,
  ref: SpanRef,
  attributes: readonly Attribute[],
): Promise<Record<string, Plain>> {
  const entries: [string, Plain][] = [];
  for (const { key, value } of attributes) entries.push([key, await plain(engine, ref, value)]);
  return Object.fromEntries(entries);
}

async function plain(engine: TestEngine, ref: SpanRef, value: AttributeValue): Promise<Plain> {
  switch (value.type) {
    case 'string':
      return value.cut ? wholeText(engine, ref, value.cut.ref) : value.value;
    case 'bool':
      return value.value;
    case 'int':
      return BigInt(value.value);
    case 'double':
      return Number(value.value);
    case 'bytes':
      return new Uint8Array(Buffer.from(value.value, 'base64'));
    case 'array':
      return Promise.all(value.values.map((item) => plain(engine, ref, item)));
    case 'kvlist':
      return plainEntries(engine, ref, value.entries);
    case 'empty':
      return null;
  }
}

async function wholeText(engine: TestEngine, { traceId, spanId }: SpanRef, ref: string): Promise<string> {
  let text = '';
  for (let offset = 0; offset >= 0;) {
    const page = await engine.request('span/value', { traceId, spanId, ref, offset });
    text += page.text;
    offset = page.nextOffset;
  }
  return text;
}
