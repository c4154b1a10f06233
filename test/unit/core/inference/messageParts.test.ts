import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModelCall, ModelItem } from '../../../../src/core/model/modelCall.ts';
import { modelCallOfAttributes } from './modelCallOf.ts';

function call(attributes: Readonly<Record<string, unknown>>): ModelCall {
  const read = modelCallOfAttributes(attributes);
  assert.ok(read !== null);
  return read;
}

function inputsOf(messages: unknown): readonly ModelItem[] {
  return call({ 'gen_ai.input.messages': JSON.stringify(messages) }).inputs;
}

/** `message part call/tool media: text` */
function told({ message, part, toolCallId, toolName, mediaType, text }: ModelItem): string {
  return `${message} ${part ?? 'text'} ${toolCallId ?? ''}/${toolName ?? ''} ${mediaType ?? ''}: ${text}`;
}

test('parts of one message share a number, a tool call and its result share an id and a name', () => {
  const openai = [
    { role: 'user', content: [{ type: 'text', text: 'Weather?' }] },
    {
      role: 'assistant',
      content: 'Let me look.',
      tool_calls: [{ id: 'c1', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Paris"}' } }],
    },
    { role: 'tool', tool_call_id: 'c1', content: '21' },
    { role: 'user', content: 'Weather?' },
  ];
  const expected = [
    '0 text / : Weather?',
    '1 text / : Let me look.',
    '1 toolCall c1/get_weather : get_weather({"city":"Paris"})',
    '2 toolResult c1/get_weather : 21',
    '3 text / : Weather?',
  ];
  assert.deepEqual(inputsOf(openai).map(told), expected);
  const anthropic = {
    model: 'claude',
    system: 'Be brief.',
    messages: [
      { role: 'user', content: 'Weather?' },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'A tool knows.', signature: 's' },
          { type: 'tool_use', id: 't1', name: 'get_weather', input: { city: 'Paris' } },
        ],
      },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', content: [{ type: 'text', text: '21' }] }] },
    ],
  };
  assert.deepEqual(inputsOf(anthropic).map(told), [
    '0 text / : Be brief.',
    '1 text / : Weather?',
    '2 reasoning / : A tool knows.',
    '2 toolCall t1/get_weather : get_weather({"city":"Paris"})',
    '3 toolResult t1/get_weather : 21',
  ]);
  const otel = [
    { role: 'assistant', parts: [{ type: 'tool_call', id: 'c1', name: 'f', arguments: { a: 1 } }] },
    { role: 'tool', parts: [{ type: 'tool_call_response', id: 'c1', response: { t: 21 } }] },
  ];
  assert.deepEqual(inputsOf(otel).map(told), ['0 toolCall c1/f : f({"a":1})', '1 toolResult c1/f : {"t":21}']);
});

test('items of the Responses API, Gemini contents and LangChain classes are messages', () => {
  const responses = [
    { role: 'user', content: [{ type: 'input_text', text: 'Hi' }] },
    { type: 'reasoning', id: 'r', summary: [{ type: 'summary_text', text: 'Think.' }] },
    { type: 'function_call', id: 'fc_1', call_id: 'c1', name: 'f', arguments: '{}' },
    { type: 'function_call_output', call_id: 'c1', output: 'done' },
  ];
  assert.deepEqual(inputsOf(responses).map(told), [
    '0 text / : Hi',
    '1 reasoning / : Think.',
    '2 toolCall c1/f : f({})',
    '3 toolResult c1/f : done',
  ]);
  const gemini = {
    system_instruction: { parts: [{ text: 'Be brief.' }] },
    contents: [
      { role: 'user', parts: [{ text: 'Hi' }, { inline_data: { mime_type: 'image/png', data: 'aGk=' } }] },
      { role: 'model', parts: [{ function_call: { name: 'f', args: { a: 1 } } }] },
      { role: 'user', parts: [{ function_response: { name: 'f', response: { b: 2 } } }] },
    ],
  };
  assert.deepEqual(inputsOf(gemini).map(told), [
    '0 text / : Be brief.',
    '1 text / : Hi',
    '1 image / image/png: data:image/png;base64,aGk=',
    '2 toolCall /f : f({"a":1})',
    '3 toolResult /f : {"b":2}',
  ]);
  const langchain = [
    [
      { id: ['langchain', 'schema', 'messages', 'SystemMessage'], kwargs: { content: 'Be brief.', type: 'system' } },
      { id: ['langchain', 'schema', 'messages', 'HumanMessage'], kwargs: { content: 'Hi', type: 'human' } },
    ],
  ];
  assert.deepEqual(
    inputsOf(langchain).map(({ role, text }) => `${role}: ${text}`),
    ['system: Be brief.', 'user: Hi'],
  );
});

test('images, sounds and files of every convention are data URIs or addresses', () => {
  const data = 'iVBORw0KGgo=';
  const parts = [
    { type: 'blob', mime_type: 'image/png', modality: 'image', content: data },
    { type: 'uri', modality: 'image', uri: 'https://example.test/a.png' },
    { type: 'file', modality: 'audio', file_id: 'file-1' },
    { type: 'image_url', image_url: { url: `data:image/png;base64,${data}1` } },
    { type: 'input_image', image_url: `data:image/png;base64,${data}2` },
    { type: 'input_audio', input_audio: { data, format: 'wav' } },
    { type: 'image', source: { type: 'base64', media_type: 'image/webp', data } },
    { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data } },
    { message_content: { type: 'image', image: { image: { url: 'https://example.test/b.png' } } } },
    { type: 'file', mediaType: 'image/jpeg', data },
    { type: 'image', source_type: 'base64', mime_type: 'image/gif', data },
    { type: 'binary', media_type: 'audio/mpeg', content: data },
  ];
  assert.deepEqual(
    inputsOf([{ role: 'user', content: parts }]).map(
      ({ part, mediaType, text }) => `${part} ${mediaType ?? ''} ${text}`,
    ),
    [
      `image image/png data:image/png;base64,${data}`,
      'image  https://example.test/a.png',
      'audio  file-1',
      `image image/png data:image/png;base64,${data}1`,
      `image image/png data:image/png;base64,${data}2`,
      `audio audio/wav data:audio/wav;base64,${data}`,
      `image image/webp data:image/webp;base64,${data}`,
      `file application/pdf data:application/pdf;base64,${data}`,
      'image  https://example.test/b.png',
      `image image/jpeg data:image/jpeg;base64,${data}`,
      `image image/gif data:image/gif;base64,${data}`,
      `audio audio/mpeg data:audio/mpeg;base64,${data}`,
    ],
  );
});

const WEATHER = {
  name: 'get_weather',
  description: 'Weather of a city',
  parameters: { type: 'object', properties: { city: { type: 'string' } } },
};

test('tools a request offers are items, in whatever form they are recorded', () => {
  const wrapped = { type: 'function', function: WEATHER };
  const forms: readonly Readonly<Record<string, unknown>>[] = [
    { 'gen_ai.tool.definitions': JSON.stringify([{ type: 'function', ...WEATHER }]) },
    { 'llm.tools.0.tool.json_schema': JSON.stringify(wrapped) },
    {
      'llm.request.functions.0.name': WEATHER.name,
      'llm.request.functions.0.description': WEATHER.description,
      'llm.request.functions.0.parameters': JSON.stringify(WEATHER.parameters),
    },
    { 'llm.invocation_parameters': JSON.stringify({ temperature: 0, tools: [wrapped] }) },
  ];
  for (const attributes of forms) {
    const { inputs } = call(attributes);
    assert.deepEqual(
      inputs.map(({ part, toolName }) => [part, toolName]),
      [['toolDefinition', 'get_weather']],
      JSON.stringify(attributes),
    );
    const definition = JSON.parse(inputs[0]?.json ?? '') as typeof WEATHER & { function?: typeof WEATHER };
    assert.deepEqual((definition.function ?? definition).parameters, WEATHER.parameters);
  }
});

test('parameters of a request, the schema of its output and the names of the call are read', () => {
  const read = call({
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': 'm',
    'gen_ai.request.temperature': 0.2,
    'gen_ai.request.stop_sequences': ['a', 'b'],
    'gen_ai.conversation.id': 'conv',
    'gen_ai.response.id': 'resp',
    'gen_ai.agent.name': 'triage',
    'gen_ai.usage.input_tokens': 100,
    'gen_ai.usage.output_tokens': 20,
    'gen_ai.usage.cache_read.input_tokens': 64,
    'gen_ai.usage.cache_creation.input_tokens': 8,
    'gen_ai.usage.reasoning.output_tokens': 12,
    'llm.invocation_parameters': JSON.stringify({
      model: 'm',
      seed: 7,
      temperature: 0.9,
      response_format: { type: 'json_schema', json_schema: { name: 'n', schema: { type: 'object', properties: {} } } },
    }),
  });
  assert.deepEqual(
    read.parameters?.map(({ name, value, from }) => `${name}=${value} ${from}`),
    [
      'temperature=0.2 gen_ai.request.temperature',
      'stop_sequences=["a","b"] gen_ai.request.stop_sequences',
      'seed=7 llm.invocation_parameters',
    ],
  );
  assert.deepEqual(
    read.inputs.map(({ part, json }) => [part, json]),
    [['outputSchema', '{"type":"object","properties":{}}']],
  );
  assert.deepEqual([read.conversationId, read.responseId, read.agent], ['conv', 'resp', 'triage']);
  assert.deepEqual(read.tokens, { input: 100, output: 20, total: 120, cachedInput: 64, cacheWrite: 8, reasoning: 12 });
  assert.equal(read.factKeys?.['tokens.cachedInput'], 'gen_ai.usage.cache_read.input_tokens');
  assert.equal(read.factKeys['model'], 'gen_ai.request.model');
});

test('a tool span names its tool and the call it answers', () => {
  const read = call({
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': 'get_weather',
    'gen_ai.tool.call.id': 'c1',
    'gen_ai.tool.call.arguments': '{}',
  });
  assert.deepEqual(read.tool, { name: 'get_weather', callId: 'c1' });
  assert.deepEqual(read.dialects, ['OTel GenAI']);
});

test('a part that the request marks for the cache says so', () => {
  const messages = [
    { role: 'system', content: [{ type: 'text', text: 'long rules', cache_control: { type: 'ephemeral' } }] },
    { role: 'user', content: 'hi' },
  ];
  assert.deepEqual(
    inputsOf(messages).map(({ text, cacheMark }) => [text, cacheMark === true]),
    [
      ['long rules', true],
      ['hi', false],
    ],
  );
});
