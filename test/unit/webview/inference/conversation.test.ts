import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModelItem } from '../../../../src/core/model/modelCall.ts';
import { conversationOf, toolJoins } from '../../../../webview/inference/conversation.ts';

function item(part: Partial<ModelItem>): ModelItem {
  return { role: '', label: 'message', text: 'x', from: 'k', form: 'text', ...part };
}

function drawn(items: readonly ModelItem[]): readonly string[] {
  return conversationOf(items).map(({ kind, items: of }) => `${kind} ${of.map(({ index }) => index).join(',')}`);
}

test('parts of one message are one block, by the number of the message', () => {
  assert.deepEqual(
    drawn([
      item({ role: 'system', message: 0 }),
      item({ role: 'user', message: 1 }),
      item({ role: 'user', message: 1, part: 'image' }),
      item({ role: 'user', message: 2 }),
    ]),
    ['message 0', 'message 1,2', 'message 3'],
  );
});

test('without a number neighbours of one role and one place are one message', () => {
  assert.deepEqual(
    drawn([
      item({ role: 'assistant', from: 'm[0]' }),
      item({ role: 'assistant', from: 'm[0]', part: 'toolCall' }),
      item({ role: 'assistant', from: 'm[1]' }),
      item({ role: 'tool', from: 'm[1]' }),
    ]),
    ['message 0,1', 'message 2', 'message 3'],
  );
});

test('definitions of tools are one list, and plain values stand alone', () => {
  assert.deepEqual(
    drawn([
      item({ part: 'toolDefinition' }),
      item({ part: 'toolDefinition' }),
      item({ label: 'features', part: 'features' }),
      item({ label: 'features', part: 'features' }),
    ]),
    ['tools 0,1', 'value 2', 'value 3'],
  );
});

test('a call finds its result by id on either side, the first of an id counts and an empty id joins nothing', () => {
  const call = item({ part: 'toolCall', toolCallId: 'a' });
  const result = item({ part: 'toolResult', toolCallId: 'a', text: 'first' });
  const joins = toolJoins(
    [
      call,
      result,
      item({ part: 'toolResult', toolCallId: 'a', text: 'second' }),
      item({ part: 'toolCall', toolCallId: '' }),
    ],
    [item({ part: 'toolCall', toolCallId: 'b' })],
  );
  assert.equal(joins.resultOf.get('a'), result);
  assert.deepEqual([...joins.callOf.keys()], ['a', 'b']);
  assert.equal(joins.resultOf.get('b'), undefined);
});
