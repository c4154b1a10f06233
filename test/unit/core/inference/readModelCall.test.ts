import fc from 'fast-check';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { Place, Row } from '../../../../src/core/inference/dialect.ts';
import { DIALECTS } from '../../../../src/core/inference/dialectTables.ts';
import { ITEM_CHARS } from '../../../../src/core/inference/itemList.ts';
import { isModelKey } from '../../../../src/core/inference/modelKeys.ts';
import { readModelCall } from '../../../../src/core/inference/readModelCall.ts';
import { summarize } from '../../../../src/core/inference/summarize.ts';
import type { Attribute, AttributeValue } from '../../../../src/core/model/attributes.ts';
import type { SpanId, TraceId } from '../../../../src/core/model/ids.ts';
import type { ModelCall, ModelItem } from '../../../../src/core/model/modelCall.ts';
import type { LogDetails, SpanDetails } from '../../../../src/core/model/span.ts';
import { modelCallOf, modelCallOfAttributes, type OtlpJsonCall } from './modelCallOf.ts';

const FIXTURES = path.resolve(import.meta.dirname, '../../../fixtures/inference');

function fixture(name: string): ModelCall {
  const call = modelCallOf(JSON.parse(readFileSync(path.join(FIXTURES, `${name}.json`), 'utf8')) as OtlpJsonCall);
  assert.ok(call !== null);
  return call;
}

/** `role label: text` of each item; `(tree)` behind those that carry a structure. */
function lines(items: readonly ModelItem[]): readonly string[] {
  return items.map(({ role, label, text, json }) =>
    `${role} ${label}: ${text}${json === undefined ? '' : ' (tree)'}`.trim(),
  );
}

const INPUT = [
  'system message: Answer in one sentence.',
  'user message: What is the weather in Paris?',
  'assistant tool call: get_weather({"city":"Paris"}) (tree)',
];
const ANSWER = 'assistant message: It is 21 °C in Paris.';

interface Expected {
  readonly kind: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly from: readonly [input: string, output: string];
  readonly facts?: Partial<ModelCall>;
}

const OPENAI = {
  operation: 'chat',
  model: 'gpt-4o-mini-2024-07-18',
  provider: 'openai',
  finishReasons: ['stop'],
  tokens: { input: 21, output: 9, total: 30 },
};

const EXPECTED: Readonly<Record<string, Expected>> = {
  'otelGenAi/span': {
    kind: 'llm',
    inputs: [...INPUT, 'tool tool result: {"celsius":21} (tree)'],
    outputs: ['assistant reasoning: The tool said 21.', ANSWER],
    from: ['gen_ai.system_instructions', 'gen_ai.output.messages'],
    facts: OPENAI,
  },
  'otelGenAi/structured': {
    kind: 'llm',
    inputs: [...INPUT, 'tool tool result: {"celsius":21} (tree)'],
    outputs: ['assistant reasoning: The tool said 21.', ANSWER],
    from: ['gen_ai.system_instructions', 'gen_ai.output.messages'],
    facts: OPENAI,
  },
  'otelGenAi/log': {
    kind: 'llm',
    inputs: [...INPUT, 'tool tool result: {"celsius":21} (tree)'],
    outputs: ['assistant reasoning: The tool said 21.', ANSWER],
    from: ['log → gen_ai.system_instructions', 'log → gen_ai.output.messages'],
    facts: OPENAI,
  },
  'otelGenAi128/logs': {
    kind: 'llm',
    inputs: [...INPUT, 'tool tool result: {"celsius":21} (tree)'],
    outputs: [ANSWER],
    from: ['log → gen_ai.system.message', 'log → gen_ai.choice'],
    facts: OPENAI,
  },
  'semanticKernel/spanEvents': {
    kind: 'llm',
    inputs: ['user message: What is the weather in Paris?'],
    outputs: [ANSWER],
    from: ['gen_ai.user.message → gen_ai.event.content', 'gen_ai.choice → gen_ai.event.content'],
    facts: OPENAI,
  },
  'otelGenAi126/spanEvents': {
    kind: 'llm',
    inputs: INPUT.slice(0, 2),
    outputs: [ANSWER],
    from: ['gen_ai.content.prompt → gen_ai.prompt[0]', 'gen_ai.content.completion → gen_ai.completion'],
    facts: { model: 'gpt-4o-mini', provider: 'openai', tokens: { input: 21, output: 9, total: 30 } },
  },
  'otelGenAi/tool': {
    kind: 'tool',
    inputs: ['arguments: {"city":"Paris"} (tree)'],
    outputs: ['result: {"celsius":21} (tree)'],
    from: ['gen_ai.tool.call.arguments', 'gen_ai.tool.call.result'],
    facts: { operation: 'execute_tool' },
  },
  'otelGenAi/retrieval': {
    kind: 'retriever',
    inputs: ['query: refund policy'],
    outputs: ['documents (2): [{"id":"d1","score":0.91},{"id":"d2","score":0.4}] (tree)'],
    from: ['gen_ai.retrieval.query.text', 'gen_ai.retrieval.documents'],
  },
  'openInference/llm': {
    kind: 'llm',
    inputs: [...INPUT, 'tool tool result: {"celsius":21} (tree)'],
    outputs: [ANSWER],
    from: ['llm.input_messages.0', 'llm.output_messages.0'],
    facts: { model: 'gpt-4o-mini-2024-07-18', provider: 'openai', tokens: { input: 21, output: 9, total: 30 } },
  },
  'openInference/retriever': {
    kind: 'retriever',
    inputs: ['input: refund policy'],
    outputs: [
      'documents (2): [{"id":"d1","content":"Refunds within 30 days.","score":0.91,"metadata":{"source":"policy.md"}},' +
        '{"id":2,"content":"Shipping takes 3 days."}] (tree)',
    ],
    from: ['input.value', 'retrieval.documents.*'],
  },
  'openInference/embedding': {
    kind: 'embedding',
    inputs: ['text: refund policy'],
    outputs: ['embedding: [0.25,-0.5,0.125] (tree)'],
    from: ['embedding.embeddings.0', 'embedding.embeddings.0'],
    facts: { model: 'text-embedding-3-small' },
  },
  'openInference/chain': {
    kind: 'chain',
    inputs: ['input: {"question":"What is the weather in Paris?"} (tree)'],
    outputs: ['output: It is 21 °C in Paris.'],
    from: ['input.value', 'output.value'],
  },
  'openLlmetry/legacy': {
    kind: 'llm',
    inputs: ['user message: What is the weather in Paris?'],
    outputs: ['assistant tool call: get_weather({"city":"Paris"}) (tree)'],
    from: ['gen_ai.prompt.0', 'gen_ai.completion.0'],
    facts: {
      model: 'mistral-small',
      provider: 'MistralAI',
      finishReasons: ['tool_calls'],
      tokens: { input: 21, output: 9, total: 30 },
    },
  },
  'openLlmetry/workflow': {
    kind: 'chain',
    inputs: ['input: {"args": ["Paris"], "kwargs": {"unit": "C"}} (tree)'],
    outputs: ['output: It is 21 °C in Paris.'],
    from: ['traceloop.entity.input', 'traceloop.entity.output'],
  },
  'plainMl/python': {
    kind: 'predict',
    inputs: [
      "features: {'tenure': 3.2, 'monthly_spend': 40, 'plan': 'pro', 'active': True, 'last_login': None} (tree)",
      'features: array([3.2, 40. , 1. ], dtype=float32) (tree)',
    ],
    outputs: ['prediction: refund'],
    from: ['model.input_features', 'model.output_prediction'],
    facts: { model: 'churn-rf', modelVersion: '1.4.2', confidence: 0.8312 },
  },
  'plainMl/json': {
    kind: 'predict',
    inputs: ['features retrieved: 4', 'input: {"length":120,"words":["late","parcel"]} (tree)'],
    outputs: ['output: {"label":"shipping","probabilities":{"shipping":0.75,"refund":0.25}} (tree)'],
    from: ['features.retrieved', 'model.output'],
    facts: { model: 'triage', modelVersion: '7', confidence: 0.75 },
  },
  'plainMl/words': {
    kind: 'other',
    inputs: ['question: Where is my parcel?'],
    outputs: ['answer: On its way.'],
    from: ['question', 'answer'],
  },
  'tracedCalls/function': {
    kind: 'function',
    inputs: [
      'self: {"$object":"model.Ranker","repr":""} (tree)',
      'frame: {"$table":{"columns":["tenure","spend","plan"],"rows":[[3.2,40,"pro"],["NaN",12.5,"free"]],"row_count":5000}} (tree)',
      'query: late parcel',
      'top_k: 2',
      'limit: 2',
    ],
    outputs: [
      'return: [{"$tensor":{"dtype":"float32","shape":[2,1000],"min":-1.5,"max":4.25,"mean":0.125,"nan":3,"zeros":7,' +
        '"data":[0.5,null,"Infinity",-1]}},"shipping"] (tree)',
    ],
    from: ['spanline.call.arguments \u2192 self', 'spanline.call.return'],
  },
  'tracedCalls/library': {
    kind: 'predict',
    inputs: [
      'output_names: null',
      'input_feed: {"x":{"$tensor":{"dtype":"float32","shape":[1,4],"min":0.5,"max":3,"mean":1.625,"nan":0,"zeros":0,' +
        '"data":[0.5,1,2,3]}}} (tree)',
    ],
    outputs: ['return: {"probabilities":[0.25,0.75]} (tree)'],
    from: ['spanline.call.arguments \u2192 output_names', 'spanline.call.return'],
  },
  'plainMl/mlFamily': {
    kind: 'predict',
    inputs: ['input: {"age":31,"city":"Oslo"} (tree)'],
    outputs: ['output: {"score":0.5} (tree)'],
    from: ['ml.input.*', 'ml.output.*'],
    facts: { model: 'scorer' },
  },
};

for (const [name, expected] of Object.entries(EXPECTED)) {
  test(`${name}: what went in and what came out is read, with the key it came from`, () => {
    const call = fixture(name);
    assert.equal(call.kind, expected.kind);
    assert.deepEqual(lines(call.inputs), expected.inputs);
    assert.deepEqual(lines(call.outputs), expected.outputs);
    assert.deepEqual([call.inputs[0]?.from, call.outputs.at(-1)?.from], expected.from);
    for (const [key, value] of Object.entries(expected.facts ?? {}))
      assert.deepEqual(call[key as keyof ModelCall], value, key);
    for (const { json } of [...call.inputs, ...call.outputs]) if (json !== undefined) JSON.parse(json);
  });
}

test('every fixture that is written by hand is what its program writes', () => {
  const printed = execFileSync(process.execPath, [path.join(FIXTURES, 'build.mjs'), '--print'], {
    encoding: 'utf8',
  }).split('\u0000');
  for (let i = 0; i + 1 < printed.length; i += 2) {
    assert.equal(readFileSync(path.join(FIXTURES, `${printed[i]}.json`), 'utf8'), printed[i + 1], printed[i]);
  }
});

test('forms are told: JSON text, Python literal, structure, text', () => {
  assert.deepEqual(
    fixture('plainMl/python').inputs.map(({ form }) => form),
    ['python', 'python'],
  );
  assert.deepEqual(
    fixture('plainMl/python').outputs.map(({ form }) => form),
    ['text'],
  );
  assert.deepEqual(
    fixture('otelGenAi/tool').inputs.map(({ form }) => form),
    ['json'],
  );
  assert.deepEqual(
    fixture('otelGenAi/tool').outputs.map(({ form }) => form),
    ['structured'],
  );
});

test('a Python dict keeps its order as JSON', () => {
  assert.equal(
    fixture('plainMl/python').inputs[0]?.json,
    '{"tenure":3.2,"monthly_spend":40,"plan":"pro","active":true,"last_login":null}',
  );
});

test('consumed keys are named, the others are left to the raw view', () => {
  const { usedKeys } = fixture('openInference/llm');
  assert.ok(usedKeys.includes('llm.input_messages.1.message.contents.0.message_content.text'));
  assert.ok(usedKeys.includes('llm.token_count.total'));
  assert.ok(!usedKeys.includes('input.value'));
});

test('a span without model keys is no model call, whatever else it carries', () => {
  assert.equal(modelCallOfAttributes({ 'http.route': '/predict', result: 'x', 'request.body': '{}' }, 'predict'), null);
  assert.equal(modelCallOfAttributes({ input: '' }), null);
});

test('text that no parser reads stays text, whole', () => {
  for (const text of [
    "{'a': <object at 0x7f>}",
    '{"a":1',
    'plain',
    '"',
    '[1, 2',
    "{'role': 'user'",
    `{"a":`.repeat(300),
  ]) {
    const call = modelCallOfAttributes({ 'model.input_features': text });
    assert.deepEqual(
      call?.inputs.map(({ text: shown, form, json, cut }) => [shown, form, json, cut]),
      [[text, 'text', undefined, undefined]],
    );
  }
});

test('JSON nested too deep to be drawn stays text', () => {
  const deep = '['.repeat(100_000) + ']'.repeat(100_000);
  const call = modelCallOfAttributes({ 'gen_ai.input.messages': deep, prediction: deep });
  for (const item of [...(call?.inputs ?? []), ...(call?.outputs ?? [])]) {
    assert.deepEqual([item.form, item.json, item.text.length], ['text', undefined, ITEM_CHARS]);
  }
  assert.equal(call?.inputs.length, 1);
});

test('bare words are left alone where a convention says what went in', () => {
  const messages = JSON.stringify([{ role: 'user', content: 'typed' }]);
  const call = modelCallOfAttributes({
    'gen_ai.input.messages': messages,
    prompt: 'bare',
    'model.input_features': '{"a":1}',
  });
  assert.deepEqual(lines(call?.inputs ?? []), ['user message: typed', 'features: {"a":1} (tree)']);
});

test('messages in shapes of their own are shown as they are instead of being dropped', () => {
  const call = modelCallOfAttributes({
    'gen_ai.input.messages': JSON.stringify([
      { role: 'user', parts: [{ type: 'uri', modality: 'image', uri: 'https://example.test/a.png' }] },
      { role: 'tool', vendor: { a: 1 } },
      'just text',
      { role: 'assistant', parts: [] },
    ]),
  });
  assert.deepEqual(lines(call?.inputs ?? []), [
    'user image: https://example.test/a.png',
    'tool message: {"role":"tool","vendor":{"a":1}} (tree)',
    'user message: just text',
  ]);
});

test('a value too long for one message is read whole, and each item is whole or says that it is cut', () => {
  const long = 'é'.repeat(ITEM_CHARS);
  const messages = [
    { role: 'user', parts: [{ type: 'text', content: 'short question' }] },
    { role: 'user', parts: [{ type: 'text', content: `${long}tail` }] },
  ];
  const call = modelCallOfAttributes({
    'gen_ai.input.messages': JSON.stringify(messages),
    'model.input_features': `x${long}😀`,
  });
  const [first, second, third] = call?.inputs ?? [];
  assert.deepEqual([first?.text, first?.cut], ['short question', undefined]);
  assert.equal(second?.text, long);
  assert.equal(second.cut?.totalBytes, Buffer.byteLength(JSON.stringify(messages)));
  assert.equal(third?.text.length, ITEM_CHARS);
  assert.equal(third.cut?.totalBytes, Buffer.byteLength(`x${long}😀`));
});

test('a value that is no longer held is shown as far as it is known, and says so', () => {
  const cut = { totalBytes: 100_000, ref: 'r' };
  const attributes: Attribute[] = [
    { key: 'gen_ai.input.messages', value: { type: 'string', value: '[{"role":"user","parts":[{"ty', cut } },
    { key: 'gen_ai.tool.call.result', value: { type: 'array', values: [{ type: 'string', value: 'begin', cut }] } },
  ];
  attributes.push(
    {
      key: 'gen_ai.completion.0.content',
      value: { type: 'string', value: 'kept', cut: { totalBytes: 200_000, ref: 'kept' } },
    },
    { key: 'gen_ai.completion.0.note', value: { type: 'string', value: 'gone', cut } },
  );
  const flattened = readModelCall(spanDetails(attributes.slice(2)), [], (ref) =>
    ref === 'kept' ? { type: 'string', value: 'kept whole' } : undefined,
  );
  assert.deepEqual(
    flattened?.outputs.map(({ text, cut: page }) => [text, page]),
    [['kept whole', cut]],
  );
  const call = readModelCall(spanDetails(attributes.slice(0, 2)), [], () => undefined);
  assert.deepEqual(
    call?.inputs.map(({ text, cut: page }) => [text, page]),
    [['[{"role":"user","parts":[{"ty', cut]],
  );
  assert.deepEqual(
    call.outputs.map(({ text, cut: page }) => [text, page]),
    [['["begin…"]', cut]],
  );
});

test('many long flattened documents come one by one, complete', () => {
  const attributes: Record<string, unknown> = { 'openinference.span.kind': 'RETRIEVER' };
  for (let i = 0; i < 500; i++)
    attributes[`retrieval.documents.${String(i)}.document.content`] = `${String(i)} ${'word '.repeat(100)}`;
  const call = modelCallOfAttributes(attributes);
  assert.equal(call?.outputs.length, 500);
  assert.deepEqual(call.outputs[499]?.from, 'retrieval.documents.499');
  assert.ok(call.outputs.every(({ cut }) => cut === undefined));
});

test('indexes of flattened keys may have gaps; absurd ones are left to the raw view', () => {
  const call = modelCallOfAttributes({
    'gen_ai.prompt.7.content': 'b',
    'gen_ai.prompt.2.content': 'a',
    'gen_ai.prompt.10001.content': 'far',
    'gen_ai.prompt.99999999999999999999.content': 'further',
    'gen_ai.prompt.x.content': 'no index',
  });
  assert.deepEqual(lines(call?.inputs ?? []), ['message: a', 'message: b']);
  assert.deepEqual(call?.usedKeys, ['gen_ai.prompt.2.content', 'gen_ai.prompt.7.content']);
});

test('confidence is read from numbers, texts and percentages, and only when it is one', () => {
  const read = (value: unknown): unknown =>
    modelCallOfAttributes({ 'model.confidence': value, prediction: 'x' })?.confidence;
  assert.deepEqual([0.83, 1, '0.5', '83%', 92, 'np.float32(0.25)', 'high', -1, 1000, [0.5], '0.1.2'].map(read), [
    0.83,
    1,
    0.5,
    0.83,
    0.92,
    0.25,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test('the same text said twice is one item', () => {
  const call = modelCallOfAttributes({
    'model.input': 'same',
    input_features: 'same',
    prediction: 'x',
    predictions: 'y',
  });
  assert.deepEqual(lines(call?.inputs ?? []), ['input: same']);
  assert.deepEqual(lines(call?.outputs ?? []), ['prediction: x', 'predictions: y']);
});

test('each key of the tables makes its span a model call, except words that prove nothing', () => {
  const keyOf = ({ place }: Row): string =>
    place.in === 'span'
      ? place.key
      : place.in === 'flattened'
        ? `${place.prefix}.0.x`
        : place.in === 'family'
          ? `${place.prefix}.x`
          : '';
  const groups = DIALECTS.flatMap(({ groups: of }) => of ?? []);
  for (const { rows, rank, only } of groups) {
    for (const row of rows) {
      const key = keyOf(row);
      if (only !== undefined) continue;
      if (rank === 'last') assert.ok(!isModelKey(key), key);
      else if (key !== '') assert.ok(isModelKey(key), key);
    }
  }
});

function spanDetails(attributes: readonly Attribute[], events: SpanDetails['events'] = []): SpanDetails {
  return {
    traceId: '5b8efff798038103d269b633813fc60c' as TraceId,
    spanId: 'eee19b7ec3c1b174' as SpanId,
    parentSpanId: '',
    orphan: false,
    name: 'call',
    kind: 1,
    status: { code: 0, message: '' },
    start: '0',
    end: '1',
    durationNs: 1,
    traceState: '',
    flags: 0,
    resource: { serviceName: 's', attributes: [], droppedAttributesCount: 0, schemaUrl: '' },
    scope: { name: '', version: '', attributes: [], droppedAttributesCount: 0, schemaUrl: '' },
    attributes,
    droppedAttributesCount: 0,
    events,
    eventCount: events.length,
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    logCount: 0,
  };
}

/** A key at which a place finds something. */
function keyIn(place: Place): string {
  switch (place.in) {
    case 'span':
      return place.key;
    case 'flattened':
      return `${place.prefix}.0.message`;
    case 'family':
      return `${place.prefix}.x`;
    case 'members':
      return `${place.prefix}.x.${place.field}`;
    case 'event':
    case 'log':
      return place.key;
  }
}

const KEYS = [
  'gen_ai.input.messages',
  'gen_ai.output.messages',
  'gen_ai.system_instructions',
  'gen_ai.prompt',
  'gen_ai.prompt.0',
  'gen_ai.prompt.0.role',
  'gen_ai.prompt.0.tool_calls.0.arguments',
  'gen_ai.prompt.0.tool_calls',
  'gen_ai.tool.call.arguments',
  'gen_ai.event.content',
  'llm.input_messages.0.message.contents.0.message_content.type',
  'llm.input_messages.0.message',
  'retrieval.documents.0.document.metadata',
  'retrieval.documents.0',
  'embedding.embeddings.0.embedding.vector',
  'llm.prompts.0.prompt.text',
  'gen_ai.retrieval.documents',
  'features.data',
  'ml.input..',
  'ml.input.__proto__.x',
  'gen_ai.operation.name',
  'openinference.span.kind',
  'gen_ai.usage.input_tokens',
  'model.confidence',
  'gen_ai.response.finish_reasons',
  'event.name',
  '__proto__',
  'constructor',
  'toString',
  '',
  ...DIALECTS.flatMap(({ groups = [], facts = {}, kinds = [], parameters = [] }) => [
    ...groups.flatMap(({ rows }) => rows.map(({ place }) => keyIn(place))),
    ...Object.values(facts).flatMap((places) => places.map((place) => (typeof place === 'string' ? place : place.key))),
    ...kinds.map(({ key }) => key),
    ...parameters.map((place) => (place.in === 'family' ? `${place.prefix}x` : place.key)),
  ]),
];
const hostileText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.json({ maxDepth: 4 }),
  fc.constantFrom(
    '[{"role":"user","content":[null,1,{"type":"text"},[]]}]',
    '{"messages":[{"role":1,"parts":{}}]}',
    '"\\"[1]\\""',
    '{"__proto__":{"role":"x"}}',
    "{'a': (1,)}",
    '[[[[',
    'constructor',
    '[null]',
    '{"message":{"tool_calls":[{"function":null},7]}}',
    '{"system":[null],"contents":[{"role":"model","parts":[{"function_call":{}},{"inline_data":{"data":1}}]}]}',
    '[[{"id":["a","HumanMessage"],"kwargs":{"content":[{"type":"image","source":{"data":"!"}}]}}]]',
    '{"tools":[[{"function_declarations":[null,{"name":1}]}],"{}"],"response_format":{"json_schema":{"schema":[]}}}',
    '[{"type":"tool","data":{"content":null,"tool_call_id":{}}},{"type":"function_call_output","output":[[]]}]',
  ),
);
const { value: anyValue } = fc.letrec<{ value: AttributeValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.record({ type: fc.constant('string' as const), value: hostileText }),
    fc.record({
      type: fc.constant('string' as const),
      value: hostileText,
      cut: fc.record({ totalBytes: fc.nat(), ref: fc.constantFrom('known', 'gone') }),
    }),
    fc.record({ type: fc.constant('bool' as const), value: fc.boolean() }),
    fc.record({ type: fc.constant('int' as const), value: fc.oneof(fc.bigInt().map(String), fc.constant('x')) }),
    fc.record({ type: fc.constant('double' as const), value: fc.oneof(fc.double(), fc.constant('NaN' as const)) }),
    fc.record({ type: fc.constant('bytes' as const), value: fc.base64String({ maxLength: 20 }) }),
    fc.record({ type: fc.constant('empty' as const) }),
    fc.record({ type: fc.constant('array' as const), values: fc.array(tie('value'), { maxLength: 3 }) }),
    fc.record({
      type: fc.constant('kvlist' as const),
      entries: fc.array(
        fc.record({
          key: fc.constantFrom('role', 'parts', 'content', 'tool_calls', 'message', '__proto__', 'x'),
          value: tie('value'),
        }),
        { maxLength: 3 },
      ),
    }),
  ),
}));
const attributes = fc.array(fc.record({ key: fc.constantFrom(...KEYS), value: anyValue }), { maxLength: 8 });
const eventNames = fc.constantFrom(
  'gen_ai.user.message',
  'gen_ai.choice',
  'gen_ai.content.prompt',
  'gen_ai.client.inference.operation.details',
  'toString',
  '',
);

test('whatever attributes, events and logs hold, a call is read or not, never an error, and its JSON is JSON', () => {
  fc.assert(
    fc.property(
      attributes,
      fc.array(fc.tuple(eventNames, attributes), { maxLength: 2 }),
      fc.array(fc.tuple(eventNames, attributes, anyValue), { maxLength: 2 }),
      anyValue,
      (own, events, logs, known) => {
        const details = spanDetails(
          own,
          events.map(([name, of]) => ({ name, time: '0', offsetNs: 0, attributes: of, droppedAttributesCount: 0 })),
        );
        const records = logs.map(([eventName, of, body]): LogDetails => ({
          time: '0',
          offsetNs: 0,
          severityNumber: 9,
          severityText: '',
          eventName,
          body,
          attributes: of,
          droppedAttributesCount: 0,
          resource: { serviceName: 's' },
          scopeName: '',
        }));
        const call = readModelCall(details, records, (ref) =>
          ref === 'known' && known.type === 'string' && known.cut === undefined ? known : undefined,
        );
        if (call === null) return;
        for (const side of ['inputs', 'outputs'] as const) {
          for (const { json } of call[side]) if (json !== undefined) JSON.parse(json);
          const line = summarize(call, side, 60);
          assert.ok(line.length <= 60 && !/[\p{Cc}\u2028-\u202e\u2066-\u2069]/u.test(line), JSON.stringify(line));
        }
      },
    ),
    { numRuns: 3000 },
  );
});

test('whoever keeps a call to page it himself has its items whole', () => {
  const long = 'é'.repeat(ITEM_CHARS + 1);
  const value: AttributeValue = {
    type: 'string',
    value: long.slice(0, 10),
    cut: { totalBytes: 2 * long.length, ref: 'r' },
  };
  const details = spanDetails([{ key: 'gen_ai.prompt', value }]);
  const whole = (): AttributeValue => ({ type: 'string', value: long });
  assert.equal(readModelCall(details, [], whole)?.inputs[0]?.text.length, ITEM_CHARS);
  const [item] = readModelCall(details, [], whole, Infinity)?.inputs ?? [];
  assert.deepEqual([item?.text, item?.cut], [long, undefined]);
});
