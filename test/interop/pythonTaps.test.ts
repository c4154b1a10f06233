import assert from 'node:assert/strict';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import { INSTRUMENT, python, runFile, skip } from './capturePython.ts';
import { cleanEnvironment } from './runProgram.ts';

const PROGRAM = path.join(import.meta.dirname, 'capture/taps/program.py');

interface TappedSpan {
  readonly name: string;
  readonly root: boolean;
  readonly error: readonly string[];
  readonly status: string;
  readonly [attribute: string]: unknown;
}

type Part =
  | 'onnx'
  | 'estimators'
  | 'modules'
  | 'often'
  | 'llama'
  | 'qdrant'
  | 'in_a_bare_thread'
  | 'suppressed'
  | 'instrumented'
  | 'alone';
type Printed = Readonly<Record<Part, readonly TappedSpan[]>> & { readonly saw: Readonly<Record<string, unknown>> };

async function printed(env: Readonly<Record<string, string>>): Promise<Printed> {
  const { stdout, stderr } = await runFile(python, [PROGRAM], {
    env: cleanEnvironment({
      PYTHONPATH: INSTRUMENT,
      PYTHONDONTWRITEBYTECODE: '1',
      SPANLINE_CAPTURE_DEBUG: '1',
      SPANLINE_TAPS: '',
      ...env,
    }),
    maxBuffer: 64 * 1024 * 1024,
    timeout: 120_000,
  });
  assert.equal(stderr, '');
  return JSON.parse(stdout) as Printed;
}

const value = (span: TappedSpan | undefined, key: string): unknown => {
  const text = span?.[`spanline.call.${key}`];
  return typeof text === 'string' ? JSON.parse(text) : text;
};

describe('libraries of models in a Python program with instrument/python', { skip }, () => {
  let tapped: Printed;
  before(async () => {
    tapped = await printed({});
  });

  it('make a span a call, with the line of the caller, arguments by name and what came back', () => {
    const [first, second, bound] = tapped.onnx;
    assert.equal(first?.name, 'onnxruntime.InferenceSession.run');
    assert.equal(first['code.function.name'], 'onnx');
    assert.equal(first['code.file.path'], PROGRAM);
    assert.equal(first['spanline.call.library'], 'onnxruntime');
    assert.equal(first['spanline.call.model'], 'fraud');
    assert.equal(first['spanline.call.model.version'], '3');
    assert.deepEqual(value(first, 'arguments'), { X: [[1, 2]] });
    assert.deepEqual(value(first, 'return'), { label: [1] });
    assert.deepEqual(value(second, 'return'), { label: [1], chances: [[0.25, 0.75]] });
    assert.equal(bound?.name, 'onnxruntime.InferenceSession.run_with_iobinding');
    assert.equal(value(bound, 'arguments'), undefined);
    assert.equal(value(bound, 'return'), undefined);
  });

  it('are as they were: names, signatures, documentation, classes, errors, results', () => {
    const { saw } = tapped;
    const signature = '(self, output_names, input_feed, run_options=None)';
    assert.deepEqual(saw['run'], ['run', signature, 'Compute the predictions.', true]);
    assert.equal(saw['error'], 'X is missing');
    assert.deepEqual(saw['before'], [[1], [[0.25, 0.75]]]);
    assert.deepEqual(saw['pieces'], ['fi', 've', '']);
    assert.equal(saw['mixin'], true);
    const failed = tapped.onnx.at(-1);
    assert.deepEqual([failed?.status, failed?.error], ['ERROR', ['ValueError']]);
  });

  it('say the outermost call alone: of estimators, also where threads and training ask the inner ones', () => {
    const names = [
      'sklearn.Tree.predict',
      'sklearn.Forest.predict',
      'sklearn.Pipeline.predict',
      'sklearn.Tree.transform',
    ];
    assert.deepEqual(
      tapped.estimators.map(({ name }) => name),
      names,
    );
    assert.deepEqual(value(tapped.estimators[3], 'arguments'), { X: [[4]] });
  });

  it('say of a training loop a few steps, of a module that is asked every call', () => {
    const [asked, ...steps] = tapped.modules;
    assert.equal(asked?.name, 'Net.forward');
    assert.deepEqual(value(asked, 'arguments'), { rows: [[1]], scale: 2 });
    assert.equal(value(asked, 'training'), undefined);
    assert.equal(steps.length, 3);
    for (const step of steps) assert.equal(value(step, 'training'), true);
  });

  it('leave out values, not spans, of calls that come too fast', () => {
    assert.equal(tapped.often.length, 1000);
    const described = tapped.often.filter((span) => value(span, 'arguments') !== undefined);
    assert.ok(described.length > 300 && described.length < 500, String(described.length));
    assert.equal(value(tapped.often.at(-1), 'undescribed'), true);
  });

  it('say of a stream what came, once it is at its end, closed or dropped', () => {
    const [chat, whole, dropped, closed, embedding] = tapped.llama;
    assert.equal(tapped.llama.length, 5);
    assert.equal(chat?.['gen_ai.operation.name'], 'chat');
    assert.match(String(chat['gen_ai.output.messages']), /"content":"five"/);
    assert.match(String(whole?.['gen_ai.output.messages']), /"content":"five".*"finish_reason":"stop"/);
    assert.equal(value(whole, 'chunks'), 3);
    assert.match(String(dropped?.['gen_ai.output.messages']), /"content":"fi"/);
    assert.equal(value(closed, 'chunks'), 0);
    assert.deepEqual(value(embedding, 'return'), [0.5, -0.5]);
  });

  it('are asked asynchronously too, and their hits are documents', () => {
    const [query] = tapped.qdrant;
    assert.equal(query?.name, 'qdrant.QdrantClient.query_points');
    assert.deepEqual(JSON.parse(String(query['gen_ai.retrieval.documents'])), [
      { id: 4, score: 0.5, content: 'The desk is open.', metadata: { text: 'The desk is open.' } },
    ]);
    assert.equal(tapped.saw['points'], 1);
  });

  it('are asked in threads that begin with the call', () => {
    assert.deepEqual(
      tapped.in_a_bare_thread.map(({ name }) => name),
      ['onnxruntime.InferenceSession.run'],
    );
  });

  it('make no span where instrumentation is suppressed or an instrumentation of the library makes it', () => {
    assert.deepEqual(tapped.suppressed, []);
    assert.deepEqual(tapped.instrumented, []);
  });

  it('make a root span where there is no current one', () => {
    assert.deepEqual(
      tapped.alone.map(({ name, root }) => [name, root]),
      [['onnxruntime.InferenceSession.run', true]],
    );
  });

  it('are left alone with SPANLINE_TAPS=0', async () => {
    const { saw, ...parts } = await printed({ SPANLINE_TAPS: '0' });
    assert.deepEqual(saw, tapped.saw);
    for (const [part, spans] of Object.entries(parts)) assert.deepEqual(spans, [], part);
  });
});
