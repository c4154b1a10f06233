import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import vm from 'node:vm';
import { callSnippet } from '../../../../src/core/inference/snippets/callSnippet.ts';
import {
  javaScriptLiteral,
  jsonText,
  pythonLiteral,
  RefusedValue,
  shellWord,
} from '../../../../src/core/inference/snippets/literals.ts';
import type { ModelCall, ModelItem } from '../../../../src/core/model/modelCall.ts';

const HOSTILE = [
  `'; rm -rf / #`,
  '"; import os; os.system("id") #',
  '$(id) `id` ${process.env.HOME} %s {x}',
  '\'\'\' """ \\',
  '\\u0022 \\" \\n real\nnewline\ttab',
  '\u202e\u2028\u2029 bidi',
  '😀 ünïcode \ud800',
  '</script><!-- -->',
  '!history ~ * ?',
];

function item(part: Partial<ModelItem>): ModelItem {
  return { role: 'user', label: 'message', text: 'x', from: 'k', form: 'text', ...part };
}

function call(inputs: readonly ModelItem[]): ModelCall {
  return {
    kind: 'llm',
    operation: 'chat',
    model: 'gpt"; x',
    modelVersion: '',
    provider: 'openai',
    inputs,
    outputs: [],
    finishReasons: [],
    usedKeys: [],
    parameters: [
      { name: 'temperature', value: '0.5', from: 'k' },
      { name: 'api_key', value: 'sk-secret', from: 'k' },
    ],
  };
}

test('a literal of each language is the value and nothing else, whatever it holds', () => {
  for (const text of HOSTILE) {
    const value = { text, list: [text, 1.5, true, null], [text]: text, __proto__x: 1 };
    assert.deepEqual(vm.runInNewContext(`JSON.stringify(${javaScriptLiteral(value)})`), JSON.stringify(value));
    assert.deepEqual(JSON.parse(jsonText(value)), value);
    assert.match(javaScriptLiteral(text) + pythonLiteral(text) + jsonText(text), /^[\x20-\x7e]*$/);
    assert.equal(
      execFileSync('sh', ['-c', `printf %s ${shellWord(text.replace('\ud800', ''))}`], { encoding: 'utf8' }),
      text.replace('\ud800', ''),
    );
  }
  assert.equal(pythonLiteral('a"b\\c\n\u202e😀'), '"a\\"b\\\\c\\n\\u202e\\U0001f600"');
  const own = JSON.parse('{"__proto__": 1}') as { readonly [key: string]: number };
  assert.equal(vm.runInNewContext(`JSON.stringify(${javaScriptLiteral(own)})`), '{"__proto__":1}');
});

test('control characters are refused where a terminal or an editor would act on them', () => {
  for (const kind of ['curl', 'python', 'javascript'] as const) {
    assert.throws(() => callSnippet(call([item({ text: 'a\u001b[2Jb' })]), kind), RefusedValue);
  }
  assert.match(callSnippet(call([item({ text: 'a\u001bb' })]), 'json') ?? '', /\\u001b/);
});

test('a snippet carries messages, tools and parameters, and keys come from the environment', () => {
  const inputs = [
    item({ part: 'toolDefinition', role: '', json: '{"type":"function","function":{"name":"look"}}' }),
    item({ role: 'system', text: 'Be kind.' }),
    item({
      role: 'assistant',
      part: 'toolCall',
      toolName: 'look',
      toolCallId: 'c1',
      json: '{"name":"look","arguments":{"q":1}}',
      message: 1,
    }),
    item({ role: 'tool', part: 'toolResult', toolCallId: 'c1', text: 'found', message: 2 }),
  ];
  for (const kind of ['curl', 'python', 'javascript'] as const) {
    const text = callSnippet(call(inputs), kind) ?? '';
    assert.match(text, /Be kind\./);
    assert.match(text, /tool_call_id/);
    assert.match(text, /0\.5/);
    assert.match(text, /OPENAI_API_KEY/);
    assert.doesNotMatch(text, /sk-secret/);
  }
  const curl = callSnippet(call(inputs), 'curl') ?? '';
  const body = JSON.parse(
    execFileSync('sh', ['-c', curl.replace(/^curl[\s\S]*--data-raw/m, 'printf %s')], { encoding: 'utf8' }),
  ) as {
    readonly messages: readonly { readonly role: string }[];
  };
  assert.deepEqual(
    body.messages.map(({ role }) => role),
    ['system', 'assistant', 'tool'],
  );
});

test('a call without messages has no snippet but a fixture, and what is not whole is said', () => {
  const features = call([item({ role: '', part: 'features', json: '{"tenure":3.2}' })]);
  assert.equal(callSnippet(features, 'python'), null);
  assert.match(callSnippet(features, 'fixture') ?? '', /"tenure": 3\.2/);
  const cut = call([item({ shortened: { by: 'limit', cure: '' } }), item({ part: 'image', text: 'data:x' })]);
  assert.match(
    callSnippet(cut, 'python') ?? '',
    /# Not in it: what the SDK shortened\.\n# Not in it: a part of the kind image\./,
  );
});
