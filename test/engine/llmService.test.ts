import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openWorkspace } from '../../src/codeIndex/openWorkspace.ts';
import type { ModelCall } from '../../src/core/model/modelCall.ts';
import type { SpanRef } from '../../src/core/model/span.ts';
import { type ArrivedSpan, arrivedTrace } from '../interop/arrivals.ts';
import { LLM_SERVICE, lineInService } from '../support/llmService.ts';
import { postTraces } from '../support/otlpJson.ts';
import { startTestEngine, type TestEngine } from '../support/testEngine.ts';

const CAPTURED = path.resolve(import.meta.dirname, '../fixtures/llm-service/captured.json');
const GRAMMARS = path.resolve(import.meta.dirname, '../../node_modules/@vscode/tree-sitter-wasm/wasm');
const CHAT = 'chat SmolLM2-135M-Instruct';

describe('a language model served by examples/llm-service, as its SDK sent it', () => {
  let engine: TestEngine;
  /** By the name of the root: `POST /ask`, `POST /ask/stream`, `index_documents`. */
  const traces = new Map<string, ArrivedSpan[]>();
  const named = (trace: string, name: string): ArrivedSpan => {
    const found = (traces.get(trace) ?? []).filter(({ details }) => details.name === name);
    assert.equal(found.length, 1, `${String(found.length)} spans named ${name}`);
    return found[0]!;
  };
  const call = async (trace: string, name: string): Promise<ModelCall> => {
    const { call: found } = await engine.request('span/model', refOf(named(trace, name)));
    assert.ok(found);
    return found;
  };

  before(async () => {
    engine = await startTestEngine();
    await postTraces(`http://127.0.0.1:${String(engine.httpPort)}`, readFileSync(CAPTURED, 'utf8'));
    for (const { traceId, name } of await engine.listTraces()) traces.set(name, await arrivedTrace(engine, traceId));
  });
  after(() => engine.stop());

  it('is a trace for each question: what was looked up, the prompt, the model', () => {
    assert.deepEqual([...traces.keys()].sort(), ['POST /ask', 'POST /ask/stream', 'index_documents']);
    for (const question of ['POST /ask', 'POST /ask/stream']) {
      const answer = named(question, 'answer_question').details.spanId;
      const steps = (traces.get(question) ?? [])
        .filter(({ details }) => details.parentSpanId === answer)
        .sort((a, b) => Number(BigInt(a.details.start) - BigInt(b.details.start)))
        .map(({ details }) => details.name);
      assert.deepEqual(steps, ['retrieval tool-library', 'build_prompt', CHAT]);
    }
  });

  it('has the whole prompt, the answer and the tokens, from structured attributes', async () => {
    for (const [trace, question] of [
      ['POST /ask', 'When is the desk open on Saturday?'],
      ['POST /ask/stream', 'When is the desk open on Sunday?'],
    ] as const) {
      const chat = await call(trace, CHAT);
      assert.equal(chat.kind, 'llm');
      assert.equal(chat.model, 'SmolLM2-135M-Instruct');
      assert.equal(chat.provider, 'llama.cpp');
      assert.deepEqual(
        chat.inputs.map(({ role }) => role),
        ['system', 'user'],
      );
      assert.match(chat.inputs[1]?.text ?? '', /^Notes:\n- [^]*It is closed on Sundays[^]*\n\nQuestion: /);
      assert.ok(chat.inputs[1]?.text.endsWith(question));
      assert.deepEqual(
        chat.outputs.map(({ role }) => role),
        ['assistant'],
      );
      assert.match(chat.outputs[0]?.text ?? '', /^The desk is open on S/);
      assert.deepEqual(chat.finishReasons, ['stop']);
      const { attributes } = named(trace, CHAT);
      assert.equal(chat.tokens?.input, Number(attributes['gen_ai.usage.input_tokens']));
      assert.equal(chat.tokens.output, Number(attributes['gen_ai.usage.output_tokens']));
    }
  });

  it('says how long the model read and wrote, from the time to the first chunk', async () => {
    for (const trace of ['POST /ask', 'POST /ask/stream']) {
      const chat = await call(trace, CHAT);
      const { details, attributes } = named(trace, CHAT);
      const first = Number(attributes['gen_ai.response.time_to_first_chunk']) * 1e9;
      assert.ok(first > 1e6 && first < details.durationNs);
      const near = (found: number | undefined, expected: number): void =>
        assert.ok(Math.abs((found ?? NaN) - expected) < 1000, `${String(found)} is not ${String(expected)} ns`);
      assert.deepEqual(
        chat.phases?.map(({ name, exact }) => [name, exact]),
        [
          ['to first chunk', true],
          ['stream', false],
        ],
      );
      const [reading, writing] = chat.phases;
      near(reading?.durationNs, first);
      near(writing?.startNs, first);
      near(writing?.durationNs, details.durationNs - first);
      near(chat.firstToken?.offsetNs, first);
      assert.ok((chat.tokensPerSecond?.value ?? 0) > 1);

      const { viewId, rowCount } = await engine.request('view/open', { traceId: details.traceId });
      const rows = await engine.request('view/rows', { viewId, from: 0, count: rowCount, anchor: '' });
      await engine.request('view/close', { viewId });
      const row = rows.phases?.rows.indexOf(rows.spanIds.indexOf(details.spanId)) ?? -1;
      const names = Array.from(
        rows.phases?.name.subarray(rows.phases.index[row], rows.phases.index[row + 1]) ?? [],
        (name) => rows.phases?.names[name],
      );
      assert.deepEqual(names, ['to first chunk', 'stream']);
    }
  });

  it('says when the first byte of the streamed answer was sent, from the messages of the server', async () => {
    const { details } = named('POST /ask/stream', 'POST /ask/stream');
    const { viewId } = await engine.request('view/open', { traceId: details.traceId });
    const { phases } = await engine.request('view/rows', { viewId, from: 0, count: 1, anchor: '' });
    await engine.request('view/close', { viewId });
    assert.deepEqual(
      Array.from(phases?.name ?? [], (name, i) => [phases?.names[name], phases?.exact[i]]),
      [
        ['to first byte', 1],
        ['stream', 1],
      ],
    );
    const chat = named('POST /ask/stream', CHAT).details;
    const { firstToken } = await call('POST /ask/stream', CHAT);
    const chunkNs = Number(BigInt(chat.start) - BigInt(details.start)) + (firstToken?.offsetNs ?? NaN);
    assert.ok((phases?.firstNs[0] ?? NaN) > chunkNs, 'a byte is sent after the model wrote it');
  });

  it('knows what of the second prompt came from the cache of the first', async () => {
    assert.equal((await call('POST /ask', CHAT)).tokens?.cachedInput, 0);
    const { tokens } = await call('POST /ask/stream', CHAT);
    assert.ok((tokens?.cachedInput ?? 0) > 100 && (tokens?.cachedInput ?? 0) < (tokens?.input ?? 0));
  });

  it('has the documents that were found, with their scores', async () => {
    const { inputs, outputs } = await call('POST /ask/stream', 'retrieval tool-library');
    assert.equal(inputs[0]?.text, 'When is the desk open on Sunday?');
    const documents = JSON.parse(outputs[0]?.json ?? '') as { id: string; score: number; content: string }[];
    assert.equal(documents[0]?.id, 'opening-hours#1');
    assert.ok(documents.every(({ score }, i) => score > 0.2 && score <= (documents[i - 1]?.score ?? 1)));
  });

  it('opens each span of its own at the line that starts it, without any code attribute', async () => {
    const spans = [...traces.values()].flat();
    const keys = new Set(spans.flatMap(({ attributes }) => Object.keys(attributes)));
    assert.deepEqual(
      [...keys].filter((key) => key.startsWith('code.')),
      [],
    );
    const workspace = openWorkspace([LLM_SERVICE], GRAMMARS);
    try {
      const place = async (trace: string, name: string): Promise<string> => {
        const hints = await engine.request('span/hints', refOf(named(trace, name)));
        const { candidates, ambiguous } = await workspace.resolve(hints);
        assert.equal(ambiguous, false, name);
        return `${path.basename(candidates[0]?.path ?? '')}:${String(candidates[0]?.line)}`;
      };
      const expected: readonly (readonly [trace: string, span: string, file: string, text: string])[] = [
        ['POST /ask/stream', CHAT, 'language_model.py', 'start_as_current_span(f"chat '],
        ['POST /ask', CHAT, 'language_model.py', 'start_as_current_span(f"chat '],
        ['POST /ask', 'retrieval tool-library', 'passages.py', 'start_as_current_span(f"retrieval '],
        ['POST /ask', 'embeddings all-MiniLM-L6-v2', 'passages.py', 'start_as_current_span(f"embeddings '],
        ['POST /ask', 'build_prompt', 'assistant.py', 'start_as_current_span("build_prompt")'],
        ['POST /ask', 'answer_question', 'assistant.py', 'start_as_current_span("answer_question")'],
        ['POST /ask', 'POST /ask', 'app.py', 'def ask(asked'],
        ['POST /ask/stream', 'POST /ask/stream', 'app.py', 'async def ask_stream('],
        ['index_documents', 'index_documents', 'passages.py', 'start_as_current_span("index_documents")'],
      ];
      const found: string[] = [];
      for (const [trace, span] of expected) found.push(`${span} ${await place(trace, span)}`);
      assert.deepEqual(
        found,
        expected.map(([, span, file, text]) => `${span} ${file}:${String(lineInService(file, text))}`),
      );
    } finally {
      workspace.close();
    }
  });

  it('comes from sources that do not know Spanline, with every package pinned', () => {
    const sources = readdirSync(LLM_SERVICE).filter((file) => file.endsWith('.py') || file.endsWith('.txt'));
    assert.ok(sources.length >= 6);
    for (const file of sources) {
      const text = readFileSync(path.join(LLM_SERVICE, file), 'utf8');
      assert.doesNotMatch(text, /spanline|code\.(?:file|line|function)/i, file);
      if (!file.endsWith('.txt')) continue;
      const packages = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
      assert.deepEqual(
        packages.filter((line) => !/^[A-Za-z0-9._-]+==[0-9][^ ]*$/.test(line)),
        [],
        file,
      );
    }
  });
});

function refOf({ details: { traceId, spanId } }: ArrivedSpan): SpanRef {
  return { traceId, spanId };
}
