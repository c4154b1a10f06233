import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { startTestEngine } from '../support/testEngine.ts';
import { python, skip } from './capturePython.ts';
import { type ArrivedSpan, type TestEngine, arrivedTrace, tracesWhen, text } from './arrivals.ts';
import { cleanEnvironment } from './runProgram.ts';

const EXAMPLES = path.resolve(import.meta.dirname, '../../examples');

function startPython(example: string, args: readonly string[], engine: TestEngine): ChildProcess {
  return spawn(python, args, {
    cwd: path.join(EXAMPLES, example),
    env: cleanEnvironment({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${String(engine.grpcPort)}`,
      PYTHONDONTWRITEBYTECODE: '1',
    }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function pinned(file: string): string[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
}

describe('the requirements of the Python examples', () => {
  const here = pinned(path.join(import.meta.dirname, 'requirements.txt'));
  for (const example of ['python-inference', 'streaming-fastapi']) {
    it(`of ${example} are exact and those that the tests run`, () => {
      const lines = pinned(path.join(EXAMPLES, example, 'requirements.txt'));
      assert.ok(lines.length > 0);
      assert.deepEqual(
        lines.filter((line) => !line.includes('==') || !here.includes(line)),
        [],
      );
    });
  }
});

describe('the python-inference example', { skip }, () => {
  let engine: TestEngine;
  let traces: ArrivedSpan[][];
  const byName = (spans: readonly ArrivedSpan[], name: string): ArrivedSpan | undefined =>
    spans.find(({ details }) => details.name === name);

  before(async () => {
    engine = await startTestEngine();
    const child = startPython('python-inference', ['inference.py'], engine);
    child.stdout?.resume();
    child.stderr?.resume();
    const [code] = (await once(child, 'exit')) as [number | null];
    assert.equal(code, 0);
    const list = await tracesWhen(engine, (found) => found.length >= 4);
    traces = await Promise.all(list.map(({ traceId }) => arrivedTrace(engine, traceId)));
  });
  after(() => engine.stop());

  it('nests three steps under each request', () => {
    const whole = traces.filter((spans) => spans.length === 4);
    assert.equal(whole.length, 3);
    for (const spans of whole) {
      const root = byName(spans, 'inference_request');
      assert.deepEqual(
        ['fetch_features', 'model_predict', 'post_process_result'].map(
          (name) => byName(spans, name)?.details.parentSpanId,
        ),
        [root?.details.spanId, root?.details.spanId, root?.details.spanId],
      );
    }
  });

  it('says what went into the model and what came out, as JSON and as Python text', () => {
    const predict = traces.map((spans) => byName(spans, 'model_predict')).find((span) => span !== undefined);
    assert.ok(predict);
    const { attributes } = predict;
    assert.ok(JSON.parse(text(attributes['model.input_features'])));
    assert.match(text(attributes['model.output_prediction']), /^\{'label': '(ok|fraud)', 'probability': [\d.]+\}$/);
    assert.equal(typeof attributes['model.confidence'], 'number');
  });

  it('records the exception of the request that fails', () => {
    const [spans] = traces.filter((trace) => trace.length === 2);
    assert.ok(spans);
    const [event] = byName(spans, 'fetch_features')?.events ?? [];
    assert.equal(event?.attributes['exception.type'], 'TypeError');
    assert.match(text(event.attributes['exception.stacktrace']), /inference\.py", line \d+, in fetch_features/);
  });
});

describe('a FastAPI service that streams with default settings', { skip }, () => {
  let engine: TestEngine;
  let server: ChildProcess;
  let url: string;

  before(async () => {
    engine = await startTestEngine();
    server = startPython(
      'streaming-fastapi',
      ['-m', 'uvicorn', 'app:app', '--host', '127.0.0.1', '--port', '0'],
      engine,
    );
    server.stdout?.resume();
    assert.ok(server.stderr);
    const lines = createInterface({ input: server.stderr });
    for await (const line of lines) {
      const match = /running on (http:\S+)/.exec(line);
      if (match?.[1] !== undefined) {
        url = match[1];
        break;
      }
    }
    assert.ok(url, 'uvicorn ended before it listened');
    server.stderr.resume();
  });
  after(async () => {
    const ended = once(server, 'exit');
    server.kill('SIGINT');
    await ended;
    await engine.stop();
  });

  it('is one assembling trace while it streams, then the same trace settled, with no parent missing', async () => {
    // Seven and a half seconds of words: longer than the five after which the SDK sends what has ended so far.
    const response = await fetch(`${url}/generate?words=30&pace=0.25`);
    let streaming = true;
    const answer = response.text().finally(() => (streaming = false));

    const { traceId } = await engine.waitForSpan('next_word');
    assert.ok(streaming, 'the first words arrived only after the answer had ended');
    const before = await tracesWhen(engine, () => true);
    assert.deepEqual(
      before.map(({ traceId: id, rootSpanId, assembling }) => ({ id, rootSpanId, assembling })),
      [{ id: traceId, rootSpanId: '', assembling: true }],
    );

    assert.equal((await answer).trim().split(' ').length, 30);
    const after = await tracesWhen(engine, ([trace]) => trace?.assembling === false);
    assert.deepEqual(
      after.map(({ traceId: id, name }) => ({ id, name })),
      [{ id: traceId, name: 'GET /generate' }],
    );
    const spans = await arrivedTrace(engine, traceId);
    const ids = new Set<string>(spans.map(({ details }) => details.spanId));
    assert.deepEqual(
      spans.filter(({ details }) => details.orphan || (details.parentSpanId !== '' && !ids.has(details.parentSpanId))),
      [],
    );
    assert.equal(spans.filter(({ details }) => details.name === 'next_word').length, 29);
  });
});
