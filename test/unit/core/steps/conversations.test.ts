import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModelCall, ModelItem } from '../../../../src/core/model/modelCall.ts';
import { Conversations, type ChainLink } from '../../../../src/core/steps/conversations.ts';
import { MessageTable } from '../../../../src/core/steps/messageTable.ts';
import { readStep } from '../../../../src/core/steps/readStep.ts';

/** `s: be kind`, `u: hi`, `a: hello`, `t: 4`; `a: !add({"x":2})` asks for a tool. */
function items(drawing: readonly string[]): ModelItem[] {
  const roles: Readonly<Record<string, string>> = { s: 'system', u: 'user', a: 'assistant', t: 'tool' };
  return drawing.map((line, message) => {
    const role = roles[line[0] ?? ''] ?? '';
    const text = line.slice(3);
    const base = { role, label: 'message', from: 'k', form: 'json' as const, message };
    if (role === 'tool') return { ...base, text, part: 'toolResult' as const };
    const call = /^!(\w+)\((.*)\)$/.exec(text);
    return call
      ? {
          ...base,
          text: text.slice(1),
          part: 'toolCall' as const,
          toolName: call[1] ?? '',
          json: `{"name":"${call[1]}","arguments":${call[2]}}`,
        }
      : { ...base, text };
  });
}

function chain(
  calls: readonly {
    readonly in: readonly string[];
    readonly out?: readonly string[];
    readonly id?: string;
    readonly lane?: string;
  }[],
): ChainLink[] {
  const table = new MessageTable();
  const chains = new Conversations(table);
  return calls.map(({ in: input, out = [], id = '', lane = '' }) => {
    const call: ModelCall = {
      kind: 'llm',
      operation: '',
      model: '',
      modelVersion: '',
      provider: '',
      finishReasons: [],
      usedKeys: [],
      inputs: items(input),
      outputs: items(out),
    };
    const { inputs, outputs } = readStep(call, table);
    return chains.add({ inputs, outputs, conversationId: id, lane });
  });
}

const shown = (links: readonly ChainLink[]) =>
  links.map(({ relation, before, conversation, runs, leftOut }) =>
    [
      relation,
      before,
      conversation,
      runs.map(({ count, asBefore }) => `${count}${asBefore ? '=' : '+'}`).join(' '),
      leftOut,
    ].join(' '),
  );

test('a call continues the one whose messages and answer it begins with', () => {
  const links = chain([
    { in: ['s: be kind', 'u: hi'], out: ['a: hello'] },
    { in: ['s: be kind', 'u: hi', 'a: hello', 'u: more'], out: ['a: !add({"x":2})'] },
    { in: ['s: be kind', 'u: hi', 'a: hello', 'u: more', 'a: !add({"x": 2})', 't: 4'] },
  ]);
  assert.deepEqual(shown(links), ['first -1 0 2+ 0', 'continues 0 0 3= 1+ 0', 'continues 1 0 5= 1+ 0']);
});

test('agents that share a system prompt have conversations of their own, however their calls interleave', () => {
  const links = chain([
    { in: ['s: be kind', 'u: one'], out: ['a: 1'] },
    { in: ['s: be kind', 'u: two'], out: ['a: 2'] },
    { in: ['s: be kind', 'u: one', 'a: 1', 'u: on'] },
    { in: ['s: be kind', 'u: two', 'a: 2', 'u: on'] },
  ]);
  assert.deepEqual(shown(links), [
    'first -1 0 2+ 0',
    'first -1 1 2+ 0',
    'continues 0 0 3= 1+ 0',
    'continues 1 1 3= 1+ 0',
  ]);
});

test('the same prompt again repeats it, and one that goes back to an earlier point branches', () => {
  const links = chain([
    { in: ['u: one', 'u: two'], out: ['a: x'] },
    { in: ['u: one', 'u: two'], out: ['a: y'] },
    { in: ['u: one', 'u: two', 'a: y', 'u: z'] },
    { in: ['u: one', 'u: other'] },
  ]);
  assert.deepEqual(shown(links), [
    'first -1 0 2+ 0',
    'repeats 0 0 2= 0',
    'continues 1 0 3= 1+ 0',
    'branches 2 0 1= 1+ 3',
  ]);
});

test('a summarised history, one cut at its beginning, and one edited in the middle are told from new conversations', () => {
  const start = ['s: be kind', 'u: 1', 'a: 2', 'u: 3', 'a: 4', 'u: 5'];
  const summarised = chain([
    { in: start, out: ['a: 6'] },
    { in: ['s: be kind', 'u: (summary)', 'a: 4', 'u: 5', 'a: 6', 'u: 7'] },
  ]);
  assert.deepEqual(shown(summarised).slice(1), ['rewritten 0 0 1= 1+ 3= 1+ 2']);
  const cut = chain([{ in: start, out: ['a: 6'] }, { in: ['s: be kind', 'u: 5', 'a: 6', 'u: 7'] }]);
  assert.deepEqual(shown(cut).slice(1), ['rewritten 0 0 3= 1+ 3']);
  const edited = chain([
    { in: start, out: ['a: 6'] },
    { in: ['s: be kind', 'u: 1', 'a: 2!', 'u: 3', 'a: 4', 'u: 5', 'a: 6', 'u: 7'] },
  ]);
  assert.deepEqual(shown(edited).slice(1), ['rewritten 0 0 2= 1+ 4= 1+ 0']);
});

test('a summariser between the calls does not break the conversation', () => {
  const links = chain([
    { in: ['s: be kind', 'u: 1', 'a: 2', 'u: 3'], out: ['a: 4'] },
    { in: ['s: summarise', 'u: all of it'], out: ['a: short'] },
    { in: ['s: be kind', 'u: short', 'u: 3', 'a: 4', 'u: 5'] },
  ]);
  assert.deepEqual(shown(links), ['first -1 0 4+ 0', 'first -1 1 2+ 0', 'rewritten 0 0 1= 1+ 2= 1+ 1']);
});

test("the sender's conversation id joins what has nothing in common, and another agent's calls stay apart", () => {
  const links = chain([
    { in: ['u: 1'], id: 'c' },
    { in: ['u: 2'], id: 'c' },
    { in: ['u: 3'], id: 'c', lane: 'other' },
  ]);
  assert.deepEqual(shown(links), ['first -1 0 1+ 0', 'rewritten 0 0 1+ 1', 'first -1 1 1+ 0']);
});

test('white space, reasoning and ids of calls make no message another', () => {
  const links = chain([
    { in: ['u: what  is\n this'], out: ['a: !add({"x":2,"y":1})'] },
    { in: ['u: what is this ', 'a: !add({"y":1,"x":2})', 't: 3'] },
  ]);
  assert.deepEqual(shown(links), ['first -1 0 1+ 0', 'continues 0 0 2= 1+ 0']);
});
