import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readModelCall } from '../../../../src/core/inference/readModelCall.ts';
import type { SpanId, TraceId } from '../../../../src/core/model/ids.ts';
import type { ModelCall, ModelItem } from '../../../../src/core/model/modelCall.ts';
import { transcodeJson } from '../../../../src/core/otlp/jsonTranscoder.ts';
import { TraceStore } from '../../../../src/core/store/traceStore.ts';
import type { OtlpJsonCall } from './modelCallOf.ts';

export const FIXTURES = path.resolve(import.meta.dirname, '../../../fixtures/inference');

/** A span of a fixture, in the order in which it was written. */
export interface FixtureSpan {
  readonly name: string;
  readonly scope: string;
  readonly call: ModelCall | null;
}

/** Names of the fixtures that are in a folder of their dialect: `openInference/anthropic`. */
export function fixtureNames(): readonly string[] {
  return globSync('*/*.json', { cwd: FIXTURES })
    .map((name) => name.slice(0, -'.json'.length).replaceAll('\\', '/'))
    .sort();
}

/** What is read of each span of a fixture after it went through transcoder and store as any export does. */
export function readFixture(name: string): readonly FixtureSpan[] {
  const { traces, logs } = JSON.parse(readFileSync(path.join(FIXTURES, `${name}.json`), 'utf8')) as OtlpJsonCall;
  const store = new TraceStore({ now: () => 1_763_697_600_000, maxBytes: 256 * 1024 * 1024 });
  const bytes = (request: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(request));
  store.ingestTraces(transcodeJson('traces', bytes(traces)));
  if (logs !== undefined) store.ingestLogs(transcodeJson('logs', bytes(logs)));
  return spansOf(traces).map(({ traceId, spanId, scope }) => {
    const ref = { traceId: traceId as TraceId, spanId: spanId as SpanId };
    const details = store.details(ref);
    if (details === undefined) throw new Error(`${name}: span ${spanId} is not held`);
    const call = readModelCall(details, store.logs(ref), (value) => store.wholeValue(ref, value));
    return { name: details.name, scope, call };
  });
}

interface Sent {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly {
      readonly scope?: { readonly name?: string };
      readonly spans: readonly { readonly traceId: string; readonly spanId: string }[];
    }[];
  }[];
}

function spansOf(traces: unknown): readonly { traceId: string; spanId: string; scope: string }[] {
  return (traces as Sent).resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap(({ scope, spans }) =>
      spans.map(({ traceId, spanId }) => ({ traceId, spanId, scope: scope?.name ?? '' })),
    ),
  );
}

const TEXT_CHARS = 160;

/** A call as lines that a person can check against the fixture. */
export function toldCall(call: ModelCall): readonly string[] {
  const { tokens, factKeys = {}, parameters = [], notes = [], tool } = call;
  const facts: readonly (readonly [string, string])[] = [
    ['operation', call.operation],
    ['model', call.model],
    ['modelVersion', call.modelVersion],
    ['provider', call.provider],
    ['agent', call.agent ?? ''],
    ['tool', tool === undefined ? '' : `${tool.name} ${tool.callId}`.trim()],
    ['conversationId', call.conversationId ?? ''],
    ['responseId', call.responseId ?? ''],
    ['finishReasons', call.finishReasons.join(', ')],
    ['confidence', call.confidence === undefined ? '' : String(call.confidence)],
    ...Object.entries(tokens ?? {}).map(([count, value]) => [`tokens.${count}`, String(value)] as const),
  ];
  return [
    `kind: ${call.kind}${from(factKeys['kind'])}`,
    `dialects: ${(call.dialects ?? []).join(', ')}`,
    ...facts.filter(([, value]) => value !== '').map(([name, value]) => `${name}: ${value}${from(factKeys[name])}`),
    ...parameters.map(({ name, value, from: key }) => `parameter ${name}: ${short(value)}${from(key)}`),
    ...call.inputs.map((item) => `in  ${toldItem(item)}`),
    ...call.outputs.map((item) => `out ${toldItem(item)}`),
    ...notes.map(({ kind, text }) => `note ${kind}: ${text}`),
  ];
}

function toldItem(item: ModelItem): string {
  const { role, label, message, part, toolCallId, toolName, mediaType, text, json, from: key } = item;
  const ids = [toolName, toolCallId, mediaType].filter((id) => id !== undefined).join(' ');
  const head = [message === undefined ? '-' : `#${message}`, role, label, part === undefined ? '' : `(${part})`, ids];
  const marks = [json === undefined ? '' : 'tree', item.guess === true ? 'guess' : '', item.shortened?.by ?? ''];
  const told = marks.filter((mark) => mark !== '').join(' ');
  return `${head.filter((word) => word !== '').join(' ')}: ${short(text)}${told === '' ? '' : ` [${told}]`}${from(key)}`;
}

function from(key: string | undefined): string {
  return key === undefined ? '' : ` \u2190 ${key}`;
}

function short(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length <= TEXT_CHARS ? line : `${line.slice(0, TEXT_CHARS)}\u2026`;
}

/** All of a fixture as the text that stands beside it. */
export function toldFixture(name: string): string {
  return readFixture(name)
    .map(({ name: span, scope, call }) =>
      [`${span}   (${scope})`, ...(call === null ? ['no model call'] : toldCall(call))].join('\n  '),
    )
    .join('\n\n')
    .concat('\n');
}
