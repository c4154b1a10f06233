import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SpanId } from '../../../../src/core/model/ids.ts';
import type { ModelCall, ModelItem } from '../../../../src/core/model/modelCall.ts';
import { cachedPrefix } from '../../../../src/core/steps/cachedPrefix.ts';
import { compareArguments } from '../../../../src/core/steps/compareArguments.ts';
import { MessageTable } from '../../../../src/core/steps/messageTable.ts';
import { readStep } from '../../../../src/core/steps/readStep.ts';
import { distinctCalls, toolWord, type StepSource } from '../../../../src/core/steps/sameCalls.ts';
import { receivedArguments, requestedArguments } from '../../../../src/core/steps/toolArguments.ts';
import { joinTools } from '../../../../src/core/steps/toolJoin.ts';
import { toolSchemas } from '../../../../src/core/steps/toolSchema.ts';

const item = (over: Partial<ModelItem>): ModelItem => ({
  role: '',
  label: '',
  text: '',
  from: 'k',
  form: 'json',
  ...over,
});
const json = (value: unknown, over: Partial<ModelItem> = {}): ModelItem =>
  item({ text: JSON.stringify(value), json: JSON.stringify(value), ...over });

test('definitions of tools are read in the forms of the providers', () => {
  const parameters = { type: 'object' };
  const forms: unknown[] = [
    { type: 'function', function: { name: 'a', parameters } },
    { type: 'function', name: 'a', parameters },
    { name: 'a', input_schema: parameters },
    { name: 'a', inputSchema: parameters },
    { toolSpec: { name: 'a', inputSchema: { json: parameters } } },
    { functionDeclarations: [{ name: 'a', parameters }] },
    [{ name: 'a', parameters: JSON.stringify(parameters) }],
  ];
  for (const form of forms)
    assert.deepEqual(toolSchemas(json(form)), [{ name: 'a', parameters }], JSON.stringify(form));
  assert.deepEqual(toolSchemas(json(parameters, { toolName: 'a' })), [{ name: 'a', parameters }]);
  assert.deepEqual(toolSchemas(item({ text: 'no JSON' })), []);
});

test('arguments are found in what libraries wrap them in', () => {
  assert.deepEqual(requestedArguments(json({ id: '1', name: 'a', arguments: '{"x":1}' })), { x: 1 });
  assert.deepEqual(requestedArguments(json({ name: 'a' })), {});
  assert.deepEqual(requestedArguments(item({ text: 'a({"x": 1})' })), { x: 1 });
  assert.deepEqual(requestedArguments(json({ city: 'Paris', name: 'x', input: 1 }, {})), 1);
  for (const value of [{ x: 1 }, { input: { x: 1 } }, { args: [], kwargs: { x: 1 } }, { input: '{"x":1}' }]) {
    assert.deepEqual(receivedArguments([json(value)]), { x: 1 }, JSON.stringify(value));
  }
  assert.deepEqual(receivedArguments([item({ text: "{'x': 1}" })]), { x: 1 });
  assert.deepEqual(receivedArguments([item({ label: 'x', text: '1' }), item({ label: 'y', text: '[2]' })]), {
    x: '1',
    y: [2],
  });
  assert.equal(receivedArguments([]), undefined);
});

test('what differs between asked and received is told by its path, what only the tool has last', () => {
  assert.deepEqual(
    compareArguments({ a: 1, b: { c: [1, 2] }, d: '3' }, { d: 3, b: { c: [1, 5, 6] }, a: 1.0, runtime: {} }),
    [
      { path: 'b.c[1]', asked: '2', received: '5' },
      { path: 'b.c[2]', asked: '', received: '6' },
      { path: 'd', asked: '"3"', received: '3' },
      { path: 'runtime', asked: '', received: '{}' },
    ],
  );
  assert.deepEqual(compareArguments({ a: 3.2 }, { a: 3.2 }), []);
});

const request = (name: string, callId: string, argumentsKey: number) => ({
  name,
  callId,
  text: '',
  argumentsKey,
  argumentsJson: '',
});

test('requests are joined to spans by id, else by name and arguments, else by name in order; never to an earlier span', () => {
  const asked = [
    { request: request('look', 'c1', 1), atNs: 0 },
    { request: request('look', '', 2), atNs: 0 },
    { request: request('look', '', 3), atNs: 0 },
    { request: request('late', '', 4), atNs: 1e9 },
  ];
  const run = [
    { name: 'mcp__shop__look', callId: '', argumentsKey: 3, atNs: 1e6 },
    { name: 'look', callId: '', argumentsKey: 99, atNs: 2e6 },
    { name: 'look', callId: 'c1', argumentsKey: 1, atNs: 3e6 },
    { name: 'late', callId: '', argumentsKey: 4, atNs: 4e6 },
  ];
  assert.deepEqual([...joinTools(asked, run)], [2, 1, 0, -1]);
});

test('ids that small models repeat name the last request before the span', () => {
  const asked = [0, 10, 20].map((ms) => ({ request: request('a', 'call_0', ms), atNs: ms * 1e6 }));
  const run = [2, 12, 22].map((ms) => ({ name: 'a', callId: 'call_0', argumentsKey: 0, atNs: ms * 1e6 }));
  assert.deepEqual([...joinTools(asked, run)], [0, 1, 2]);
});

test('names of tools are told from what instrumentations put in front', () => {
  assert.deepEqual(
    ['mcp__my_shop__find_order', 'tools/call find_order', 'shop.find_order', 'Find_Order'].map(toolWord),
    Array(4).fill('find_order'),
  );
});

const call = (over: Partial<ModelCall>): ModelCall => ({
  kind: 'llm',
  operation: '',
  model: '',
  modelVersion: '',
  provider: '',
  inputs: [],
  outputs: [],
  finishReasons: [],
  usedKeys: [],
  ...over,
});

/** Sources as `[parent, call]`, in preorder; answers `source+also` of each distinct call. */
function distinct(drawing: readonly (readonly [number, Partial<ModelCall>, boolean?])[]): string[] {
  const table = new MessageTable();
  const sources = drawing.map(([parent, of, error = false], at): StepSource => ({
    spanId: `${at}` as SpanId,
    parent,
    offsetNs: at,
    durationNs: 1,
    unfinished: false,
    error,
    service: '',
    name: '',
    reading: readStep(call(of), table),
  }));
  return distinctCalls(sources).map(({ source, also }) => [source, ...also].join('+'));
}

const says = (text: string): Partial<ModelCall> => ({ inputs: [item({ role: 'user', text, message: 0 })] });

test('a call that a framework and its client recorded is one, told by the span that says most', () => {
  assert.deepEqual(
    distinct([
      [-1, {}],
      [0, { ...says('hi'), model: 'm' }],
    ]),
    ['1+0'],
  );
  assert.deepEqual(
    distinct([
      [-1, says('hi')],
      [0, { kind: 'chain' }],
      [1, { model: 'm' }],
    ]),
    ['0+2'],
  );
});

test('tries inside one call are each a call, and what is around them is none', () => {
  assert.deepEqual(
    distinct([
      [-1, says('hi')],
      [0, says('hi'), true],
      [0, says('hi')],
    ]),
    ['1', '2'],
  );
});

test("a tool's MCP client and server are one call; another tool inside is another", () => {
  const tool = (name: string): Partial<ModelCall> => ({ kind: 'tool', tool: { name, callId: '' } });
  assert.deepEqual(
    distinct([
      [-1, tool('find')],
      [0, tool('mcp__shop__find')],
      [1, tool('')],
    ]),
    ['0+1+2'],
  );
  assert.deepEqual(
    distinct([
      [-1, tool('outer')],
      [0, tool('inner')],
    ]),
    ['0', '1'],
  );
});

test('an agent is a call only when nothing in it was recorded, or it failed and nothing in it did', () => {
  assert.deepEqual(
    distinct([
      [-1, { kind: 'agent' }],
      [0, says('hi')],
      [-1, { kind: 'agent' }],
    ]),
    ['1', '2'],
  );
  assert.deepEqual(
    distinct([
      [-1, { kind: 'agent' }, true],
      [0, says('hi')],
    ]),
    ['0', '1'],
  );
  assert.deepEqual(
    distinct([
      [-1, { kind: 'agent' }, true],
      [0, says('hi'), true],
    ]),
    ['1'],
  );
});

test('the cached prefix ends where lengths say, exactly at a mark, at all or at none', () => {
  const table = new MessageTable();
  const texts = ['s'.repeat(400), 'u'.repeat(400), 'v'.repeat(200)];
  const { inputs } = readStep(
    call({ inputs: texts.map((text, message) => item({ role: 'user', text, message })) }),
    table,
  );
  const at = (cachedInput: number | undefined, input = 100) => {
    const found = cachedPrefix(inputs, 0, { input, ...(cachedInput === undefined ? {} : { cachedInput }) }, table);
    return found && [found.messages, found.isAll, found.exact, found.tokens, found.ofTokens];
  };
  assert.equal(at(undefined), undefined);
  assert.deepEqual(at(0), [0, false, true, 0, 100]);
  assert.deepEqual(at(85), [2, false, false, 85, 100]);
  assert.deepEqual(at(60), [1, false, false, 60, 100]);
  assert.deepEqual(at(99), [3, true, true, 99, 100]);
  // Anthropic's own count of input tokens leaves those of the cache out.
  assert.deepEqual(at(85, 15), [2, false, false, 85, 100]);

  const read = readStep(
    call({
      inputs: texts.map((text, message) =>
        item({ role: 'user', text, message, ...(message === 0 ? { cacheMark: true as const } : {}) }),
      ),
    }),
    table,
  );
  const near = cachedPrefix(read.inputs, 0, { input: 100, cachedInput: 45 }, table);
  assert.deepEqual([near?.messages, near?.exact, near?.marked], [1, true, 1]);
  const far = cachedPrefix(read.inputs, 0, { input: 100, cachedInput: 85 }, table);
  assert.deepEqual([far?.messages, far?.exact], [2, false]);
});
