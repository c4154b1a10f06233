import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openWorkspace } from '../../../src/codeIndex/openWorkspace.ts';
import { parseSpanId, parseTraceId } from '../../../src/core/model/ids.ts';
import type { SourceResolution } from '../../../src/core/model/source.ts';
import { transcodeJson } from '../../../src/core/otlp/jsonTranscoder.ts';
import { TraceStore } from '../../../src/core/store/traceStore.ts';
import { attributeText, type CaptureFile, type SpanInCapture, spansOf } from './captureFile.ts';
import { FunctionLines, type LineRange } from './functionLines.ts';
import { type Label, labelOf, programFiles, PROGRAMS, readLabels, withoutLabels } from './labels.ts';

export const grammarFolder = path.resolve(import.meta.dirname, '../../../node_modules/@vscode/tree-sitter-wasm/wasm');

/**
 * What happens when a user opens a span. `exact`: the labelled line is opened; `function`: another line of the labelled
 * function; `choice`: a pick list; `wrong`: something else is opened; `none`: nothing is.
 */
export type Verdict = 'exact' | 'function' | 'choice' | 'wrong' | 'none';

export interface Measured {
  readonly span: SpanInCapture;
  readonly label: Label;
  /** What there is to go by, as people would say it. */
  readonly hint: string;
  readonly verdict: Verdict;
  readonly resolution: SourceResolution;
}

/**
 * Resolves every captured span as the editor and `spanline locate` do, over a copy of all programs without their labels,
 * as one workspace.
 */
export async function measure(captures: readonly CaptureFile[]): Promise<Measured[]> {
  const files = programFiles();
  const labels = readLabels(files);
  const functions = await labelledFunctions(labels);
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'spanline-located-')));
  const workspace = openWorkspace([await copyPrograms(files, folder)], grammarFolder);
  try {
    const measured: Measured[] = [];
    for (const capture of captures) {
      const store = new TraceStore({ now: () => 0, maxBytes: 64 * 1024 * 1024 });
      store.ingestTraces(transcodeJson('traces', jsonBytes(capture.traces)));
      store.ingestLogs(transcodeJson('logs', jsonBytes(capture.logs)));
      const spans = spansOf(capture);
      const services = new Set(spans.map(({ service }) => service));
      const known = new Set<string>();
      for (const span of spans) {
        const [traceId, spanId] = [parseTraceId(span.span.traceId), parseSpanId(span.span.spanId)];
        const hints = traceId && spanId ? store.hints({ traceId, spanId }) : undefined;
        if (!hints) throw new Error(`not stored: ${span.name}`);
        const label = labelOf(span, labels, services);
        // Spans that are there as parents only, once more.
        const kind = JSON.stringify([span.service, span.scope, span.name, label.path, label.line, hasFailed(span)]);
        if (known.has(kind)) continue;
        known.add(kind);
        const resolution = await workspace.resolve(hints);
        const verdict = judge(resolution, label, functions.get(`${label.path}:${label.line}`), folder);
        measured.push({ span, label, hint: hintOf(span), verdict, resolution });
      }
    }
    return measured;
  } finally {
    workspace.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Copies the programs without their labels. */
export async function copyPrograms(files: readonly string[], folder: string): Promise<string> {
  for (const file of files) {
    const target = path.join(folder, file);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, withoutLabels(file, await readFile(path.join(PROGRAMS, file), 'utf8')));
  }
  return folder;
}

async function labelledFunctions(labels: readonly Label[]): Promise<ReadonlyMap<string, LineRange>> {
  const reader = new FunctionLines(grammarFolder);
  const ranges = new Map<string, LineRange>();
  for (const { path: file, line } of labels) {
    const text = withoutLabels(file, await readFile(path.join(PROGRAMS, file), 'utf8'));
    const range = await reader.around(file, text, line);
    if (range) ranges.set(`${file}:${line}`, range);
  }
  return ranges;
}

function judge(
  { candidates: [top], ambiguous }: SourceResolution,
  label: Label,
  range: LineRange | undefined,
  folder: string,
): Verdict {
  if (!top) return 'none';
  if (ambiguous) return 'choice';
  const file = path.relative(folder, top.path).split(path.sep).join('/');
  if (file !== label.path) return 'wrong';
  if (top.line === label.line) return 'exact';
  return range && range.from <= top.line && top.line <= range.to ? 'function' : 'wrong';
}

/** Library scopes of the languages at hand: their spans name no place of the user's. */
const LIBRARY =
  /^(?:opentelemetry\.instrumentation|@opentelemetry\/|@fastify\/|@hono\/|io\.opentelemetry\.|go\.opentelemetry\.io\/contrib|github\.com\/|Microsoft\.|OpenTelemetry\.|System\.)/;

function hintOf(captured: SpanInCapture): string {
  const { span, scope } = captured;
  const text = (key: string): string | undefined => attributeText(span.attributes, key);
  if (text('code.file.path') ?? text('code.filepath')) return 'code.* with a line';
  if (text('code.function.name') ?? text('code.function')) return 'code.* without a file';
  const kind = captured.value('kind');
  const failing = hasFailed(captured) ? ', with a stack trace' : '';
  if (!LIBRARY.test(scope)) return `manual span${failing}`;
  if (kind === 'server') return `${text('rpc.system') || text('rpc.system.name') ? 'procedure' : 'route'}${failing}`;
  if (kind === 'consumer') return `task${failing}`;
  if (kind === 'client' || kind === 'producer') return 'call of a library';
  return 'inside a library';
}

function hasFailed({ span: { events = [] } }: SpanInCapture): boolean {
  return events.some(({ attributes }) => attributeText(attributes, 'exception.stacktrace') !== undefined);
}

export function jsonBytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
