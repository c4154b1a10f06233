import assert from 'node:assert/strict';
import { test } from 'node:test';
import { summarize } from '../../../../src/core/inference/summarize.ts';
import type { ModelCall } from '../../../../src/core/model/modelCall.ts';
import { modelCallOfAttributes } from './modelCallOf.ts';

function call(attributes: Readonly<Record<string, unknown>>, scope = ''): ModelCall {
  const read = modelCallOfAttributes(attributes, 'call', scope);
  assert.ok(read !== null);
  return read;
}

test('a prediction is told with its confidence, features without needless quotes', () => {
  const read = call({
    'model.input_features': "{'tenure': 3.2, 'plan': 'pro plus', 'city': 'Oslo', 'tags': [1, None]}",
    'model.output_prediction': 'refund',
    'model.confidence': 0.83119,
  });
  assert.equal(summarize(read, 'inputs', 200), '{tenure: 3.2, plan: "pro plus", city: Oslo, tags: [1, null]}');
  assert.equal(summarize(read, 'outputs', 200), 'refund 0.831');
});

test('of a conversation the last message is told', () => {
  const read = call({
    'gen_ai.input.messages': JSON.stringify([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Where is\nmy parcel?' },
    ]),
  });
  assert.equal(summarize(read, 'inputs', 200), 'user: Where is my parcel?');
  assert.equal(summarize(read, 'outputs', 200), '');
});

test('what was recorded of objects, arrays and tables is told in words', () => {
  const traced = (values: Readonly<Record<string, unknown>>, returned: unknown): ModelCall =>
    call(
      { 'spanline.call.arguments': JSON.stringify(values), 'spanline.call.return': JSON.stringify(returned) },
      'spanline',
    );
  const tensor = (shape: readonly number[], data: readonly (number | null)[]): object => ({
    $tensor: { dtype: 'float32', shape, min: 0, max: 1, mean: 0.5, nan: 0, zeros: 0, data },
  });
  const table = (rows: readonly unknown[], count: number): object => ({
    $table: { columns: ['tenure', 'plan'], rows, row_count: count },
  });
  const ranker = { $object: 'app.rank.Ranker', repr: '' };
  const first = traced({ self: ranker, x: tensor([1, 3], [0.1, 0.9, 0]), k: 2 }, table([[3, 'pro']], 1));
  assert.equal(summarize(first, 'inputs', 200), 'x: [0.1, 0.9, 0] · k: 2');
  assert.equal(summarize(first, 'outputs', 200), '{tenure: 3, plan: pro}');
  const many = Array.from({ length: 64 }, () => 1);
  const second = traced(
    { x: tensor([64, 768], many), by: { $object: 'Decimal', repr: '2.5' } },
    table([[3, 'pro']], 1200),
  );
  assert.equal(summarize(second, 'inputs', 200), 'x: float32 64×768 · by: 2.5');
  assert.equal(summarize(second, 'outputs', 200), '1,200 rows, first {tenure: 3, plan: pro}');
  assert.equal(
    summarize(traced({ self: ranker, model: { inner: ranker } }, [1, { $cut: 7 }]), 'inputs', 200),
    'model: {inner: Ranker}',
  );
  assert.equal(summarize(traced({ a: { $tensor: 1 } }, null), 'inputs', 200), 'a: {"$tensor": 1}');
});

test('of retrieved documents their number is told', () => {
  const documents = Array.from({ length: 500 }, (_, i) => ({ id: String(i) }));
  assert.equal(
    summarize(call({ 'gen_ai.retrieval.documents': JSON.stringify(documents) }), 'outputs', 80),
    'documents (500)',
  );
});

test('the line keeps its length and ends with one ellipsis where something is missing', () => {
  const big = call({
    'model.input': JSON.stringify(
      Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`feature_${String(i)}`, i * 1.5])),
    ),
    'model.output': 'x'.repeat(100_000),
    'model.confidence': 0.5,
  });
  for (const room of [0, 1, 2, 10, 40, 200]) {
    const input = summarize(big, 'inputs', room);
    assert.ok(input.length <= room, `${String(room)}: ${input}`);
    if (room > 0) assert.match(input, /^[^…]*…[^…]*$/);
    assert.ok(summarize(big, 'outputs', room).length <= room);
  }
  assert.equal(summarize(big, 'outputs', 12), 'xxxxxxx… 0.5');
  assert.equal(summarize(call({ prediction: '😀'.repeat(40) }), 'outputs', 10), '😀😀😀😀…');
});

test('characters that break lines or change direction are taken out', () => {
  const read = call({
    prediction: 'a\u0000b\u202ec\u2066d\u200be\u001b[31m\u2028f',
    'model.input': '{"\u202ekey":"\u0007v"}',
  });
  assert.equal(summarize(read, 'outputs', 200), 'a\ufffdb\ufffdc\ufffdd\ufffde\ufffd[31m f');
  assert.equal(summarize(read, 'inputs', 200), '{"\ufffdkey": "\ufffdv"}');
});
