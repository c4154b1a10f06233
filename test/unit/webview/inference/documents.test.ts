import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseJson } from '../../../../webview/details/jsonNode.ts';
import { documentsIn } from '../../../../webview/inference/documents.ts';

function read(json: string): unknown {
  const node = parseJson(json);
  return node && documentsIn(node);
}

test('documents have their id, score with the digits sent, content and what is left as metadata', () => {
  assert.deepEqual(read('[{"id":"d1","score":0.9100,"content":"text","metadata":{"page":3}}]'), [
    {
      id: 'd1',
      score: '0.9100',
      content: 'text',
      metadata: { kind: 'object', entries: [['page', { kind: 'scalar', type: 'number', text: '3' }]] },
    },
  ]);
});

test('the names of other libraries are read, and what is no name of theirs stays', () => {
  assert.deepEqual(read('[{"page_content":"a","source":"x.md"},"b"]'), [
    {
      id: '',
      score: '',
      content: 'a',
      metadata: { kind: 'object', entries: [['source', { kind: 'string', text: 'x.md' }]] },
    },
    { id: '', score: '', content: 'b', metadata: undefined },
  ]);
});

test('a structure that is no list of documents is left to the tree', () => {
  assert.equal(read('[1,2]'), undefined);
  assert.equal(read('[{"content":"a"},[]]'), undefined);
});
