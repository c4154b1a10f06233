import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCallKey, isModelKey } from '../../../../src/core/inference/modelKeys.ts';

test('keys of the GenAI, OpenInference and OpenLLMetry conventions and plain model keys make a span a model call', () => {
  const keys = [
    'gen_ai.input.messages',
    'gen_ai.prompt.0.content',
    'gen_ai.event.content',
    'llm.input_messages.0.message.content',
    'input.value',
    'openinference.span.kind',
    'retrieval.documents.3.document.content',
    'embedding.embeddings.0.embedding.text',
    'traceloop.entity.input',
    'model.input_features',
    'features.data',
    'model.output_prediction',
    'model.confidence',
    'prediction',
  ];
  for (const key of keys) assert.equal(isModelKey(key), true, key);
});

test('keys that any web or database span may carry do not', () => {
  const keys = [
    'http.route',
    'http.request.body',
    'db.query.text',
    'query',
    'result',
    'user.id',
    'code.function.name',
    '',
  ];
  for (const key of [
    ...keys,
    'gen_aix',
    'retrieval.documents.count',
    'ml.rank',
    'model',
    'Input',
    'toString',
    '__proto__',
  ])
    assert.equal(isModelKey(key), false, key);
});

test('what a traced function got and gave is read, and makes its span no model call unless a library was called', () => {
  for (const key of ['spanline.call.arguments', 'spanline.call.return'])
    assert.deepEqual([isModelKey(key), isCallKey(key)], [false, true], key);
  assert.deepEqual([isModelKey('spanline.call.library'), isCallKey('http.route')], [true, false]);
});
