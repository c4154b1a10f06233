import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isModelKey } from '../../../../src/core/inference/modelKeys.ts';
import type { CallNote, ModelCall } from '../../../../src/core/model/modelCall.ts';
import { modelCallOf } from './modelCallOf.ts';

interface Sent {
  readonly scope?: string;
  readonly name?: string;
  readonly language?: string;
  readonly dropped?: number;
  readonly attributes: Readonly<Record<string, unknown>>;
}

function call({ scope = 'app', name = 'call', language, dropped, attributes }: Sent): ModelCall {
  const span = {
    traceId: '5b8efff798038103d269b633813fc60c',
    spanId: 'eee19b7ec3c1b174',
    name,
    startTimeUnixNano: '1763697600000000000',
    endTimeUnixNano: '1763697600250000000',
    attributes,
    ...(dropped === undefined ? {} : { droppedAttributesCount: dropped }),
  };
  const resource = { attributes: language === undefined ? {} : { 'telemetry.sdk.language': language } };
  const read = modelCallOf({
    traces: { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: scope }, spans: [span] }] }] },
  });
  assert.ok(read !== null);
  return read;
}

function notes(read: ModelCall, kind: CallNote['kind']): readonly string[] {
  return (read.notes ?? []).filter((note) => note.kind === kind).map(({ text }) => text);
}

function shortenedBy(attributes: Readonly<Record<string, unknown>>): readonly (string | undefined)[] {
  const { inputs, outputs } = call({ attributes });
  return [...inputs, ...outputs].map(({ shortened }) => shortened?.by);
}

test('dropped attributes say which end the SDK of the language drops', () => {
  const attributes = { 'gen_ai.operation.name': 'chat', 'gen_ai.prompt': 'Hi' };
  const [python] = notes(call({ language: 'python', dropped: 40, attributes }), 'droppedAttributes');
  assert.match(python ?? '', /^40 attributes of this span were dropped .* Python drops the first ones set/);
  assert.match(python ?? '', /OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT/);
  const [node] = notes(call({ language: 'nodejs', dropped: 1, attributes }), 'droppedAttributes');
  assert.match(node ?? '', /^1 attribute of this span was dropped .* Node\.js drops the last ones set/);
  const [unknown] = notes(call({ dropped: 2, attributes }), 'droppedAttributes');
  assert.match(unknown ?? '', /Python\u2019s and Ruby\u2019s SDK drop the first ones/);
  assert.deepEqual(notes(call({ attributes }), 'droppedAttributes'), []);
});

test('a call without content names the setting of the library that recorded it', () => {
  const attributes = { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'm', 'gen_ai.usage.input_tokens': 3 };
  const cureOf = (scope: string): string => notes(call({ scope, attributes }), 'notRecorded').join(' ');
  for (const [scope, setting] of [
    ['opentelemetry.instrumentation.openai_v2', 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true'],
    ['opentelemetry.instrumentation.openai.v1', 'TRACELOOP_TRACE_CONTENT'],
    ['openinference.instrumentation.openai', 'OPENINFERENCE_HIDE_INPUTS'],
    ['com.anthropic.sdk.typescript', 'ANTHROPIC_OPEN_TELEMETRY_TRACES_CONTENT_MODE=content'],
    ['Microsoft.SemanticKernel.Diagnostics', 'SEMANTICKERNEL_EXPERIMENTAL_GENAI_ENABLE_OTEL_DIAGNOSTICS_SENSITIVE'],
    ['pydantic-ai', 'include_content'],
    ['copilot-chat', 'COPILOT_OTEL_CAPTURE_CONTENT'],
    ['com.anthropic.claude_code.tracing', 'OTEL_LOG_USER_PROMPTS'],
    ['vllm.llm_engine', 'never records prompts'],
    ['my.own.tracer', 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT'],
  ] as const)
    assert.ok(cureOf(scope).includes(setting), `${scope}: ${cureOf(scope)}`);
  assert.equal(cureOf('opentelemetry.instrumentation.openai.v1').includes('GENAI_CAPTURE'), false);
  const libraryOf = (scope: string, more: Readonly<Record<string, unknown>> = {}): string | undefined =>
    call({ scope, attributes: { ...attributes, ...more } }).notes?.[0]?.library;
  assert.equal(libraryOf('opentelemetry.instrumentation.openai_v2'), 'genAiPythonBefore1');
  assert.equal(
    libraryOf('opentelemetry.instrumentation.openai_v2', { 'gen_ai.provider.name': 'openai' }),
    'genAiPython',
  );
  assert.equal(libraryOf('com.anthropic.sdk.python'), 'anthropicSdk');
  // Nothing in the environment decides there.
  for (const scope of ['pydantic-ai', 'vllm.llm_engine', 'my.own.tracer']) assert.equal(libraryOf(scope), undefined);
});

test('a call that came too fast to be described says so', () => {
  const attributes = { 'spanline.call.library': 'onnxruntime', 'spanline.call.model': 'fraud' };
  assert.deepEqual(notes(call({ scope: 'spanline', attributes }), 'notRecorded'), []);
  const fast = call({ scope: 'spanline', attributes: { ...attributes, 'spanline.call.undescribed': true } });
  assert.match(notes(fast, 'notRecorded').join(), /200 calls a second/);
});

test('a tool that is offered is no content, and chains and agents may leave theirs to the spans below', () => {
  const offered = { 'gen_ai.operation.name': 'chat', 'gen_ai.tool.definitions': '[{"name":"f"}]' };
  assert.equal(notes(call({ attributes: offered }), 'notRecorded').length, 1);
  assert.deepEqual(notes(call({ attributes: { 'gen_ai.operation.name': 'invoke_agent' } }), 'notRecorded'), []);
  assert.deepEqual(
    notes(call({ attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.prompt': 'x' } }), 'notRecorded'),
    [],
  );
});

test('JSON that ends amid was cut by a limit of the SDK', () => {
  const whole = JSON.stringify([{ role: 'user', content: `a "quoted" {word} ${'and more '.repeat(60)}` }]);
  const read = call({ attributes: { 'gen_ai.input.messages': whole.slice(0, 300), 'gen_ai.request.model': 'm' } });
  const [item] = read.inputs;
  assert.equal(item?.shortened?.by, 'limit');
  assert.match(
    item.shortened.cure,
    /^It ends after 300 characters, amid its JSON: OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT/,
  );
  assert.equal(notes(read, 'shortened').length, 1);
});

test('text is thought cut only where its length speaks for a limit', () => {
  assert.deepEqual(shortenedBy({ 'gen_ai.prompt': 'x'.repeat(1024), 'gen_ai.completion': 'short' }), [
    'limit',
    undefined,
  ]);
  assert.deepEqual(shortenedBy({ 'gen_ai.prompt': '\u{1f600}'.repeat(1024) }), ['limit']);
  assert.deepEqual(shortenedBy({ 'gen_ai.prompt': 'x'.repeat(301), 'gen_ai.completion': 'y'.repeat(301) }), [
    'limit',
    'limit',
  ]);
  // Something on the span is longer: there is no limit as low as that.
  assert.deepEqual(shortenedBy({ 'gen_ai.prompt': 'x'.repeat(1024), 'gen_ai.completion': 'y'.repeat(1025) }), [
    undefined,
    undefined,
  ]);
  assert.deepEqual(shortenedBy({ 'gen_ai.prompt': 'x'.repeat(1023) }), [undefined]);
  assert.deepEqual(shortenedBy({ 'gen_ai.prompt': '{not json, but' }), [undefined]);
});

test('printers and libraries leave marks of what they left out', () => {
  assert.deepEqual(
    shortenedBy({
      'model.input_features': '[0.1 0.2 0.3 ... 0.7 0.8 0.9]',
      'features.data': 'tensor([[0.1000, 0.2000,  ..., 0.9000]])',
      'model.input': '   a   b\n0  1   2\n..  ..  ..\n... ...\n\n[100 rows x 2 columns]',
    }),
    ['printer', 'printer', 'printer'],
  );
  assert.deepEqual(
    shortenedBy({
      'gen_ai.prompt': `${'long '.repeat(40)}... [truncated]`,
      'gen_ai.completion': `${'long '.repeat(41)}… (1,234 more chars)`,
    }),
    ['library', 'library'],
  );
  assert.deepEqual(shortenedBy({ 'gen_ai.prompt': 'Wait... what?', 'gen_ai.completion': '["a", "...", "b"]' }), [
    undefined,
    undefined,
  ]);
});

test('masked and hidden content says by whom', () => {
  const masked = call({ attributes: { 'gen_ai.prompt': 'key \u001a\u000e\u007f\u007f\u007f\u007f' } });
  assert.deepEqual(
    masked.inputs.map(({ text }) => text),
    ['key \u2039redacted: api key\u203a'],
  );
  assert.match(notes(masked, 'redacted')[0] ?? '', /spanline\.redact/);
  const hidden = call({ attributes: { 'openinference.span.kind': 'LLM', 'input.value': '__REDACTED__' } });
  assert.match(notes(hidden, 'redacted')[0] ?? '', /OPENINFERENCE_HIDE/);
});

test('unknown keys that look like content are offered as guesses, where there is no other', () => {
  const guessed = call({ attributes: { model_name: 'm', 'app.request_payload': '{"a":1}', 'app.llm_response': 'b' } });
  assert.deepEqual(
    [...guessed.inputs, ...guessed.outputs].map(({ label, text, guess, from }) => [label, text, guess, from]),
    [
      ['request_payload', '{"a":1}', true, 'app.request_payload'],
      ['llm_response', 'b', true, 'app.llm_response'],
    ],
  );
  const known = call({ attributes: { model_name: 'm', 'model.input': 'known', 'app.request_payload': 'unknown' } });
  assert.deepEqual(
    known.inputs.map(({ text }) => text),
    ['known'],
  );
  for (const key of ['app.full_message', 'app.user_query', 'task.completion', 'cart.summary', 'search.question'])
    assert.equal(isModelKey(key), false, key);
  const chat = call({ attributes: { 'app.user_prompt': 'Where is my parcel?', 'app.model_output': 'On its way.' } });
  assert.deepEqual([chat.inputs[0]?.guess, chat.outputs[0]?.guess], [true, true]);
});

test('words of other conventions and figures about content are no guesses', () => {
  const { inputs, outputs } = call({
    attributes: {
      model_name: 'm',
      'http.request.body.text': 'a',
      'db.query.text': 'b',
      'rpc.response': 'c',
      'app.prompt_length': 12,
      'app.output_tokens': 3,
      'messaging.message': 'd',
      'app.input_file': 'e.txt',
    },
  });
  assert.deepEqual([inputs, outputs], [[], []]);
});
