import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sideText } from '../../../../src/core/inference/callText.ts';
import type { ModelCall, ModelItem } from '../../../../src/core/model/modelCall.ts';

const item = (text: string, more: Partial<ModelItem> = {}): ModelItem => ({
  role: 'user',
  label: 'message',
  text,
  from: 'gen_ai.input.messages',
  form: 'text',
  ...more,
});

const call = (inputs: readonly ModelItem[]): ModelCall => ({
  kind: 'llm',
  operation: 'chat',
  model: 'm',
  modelVersion: '',
  provider: '',
  inputs,
  outputs: [],
  finishReasons: [],
  usedKeys: [],
});

describe('one side of a call as text', () => {
  it('has every item below a line with its role and key, structures in lines', () => {
    const text = sideText(
      call([item('Hello\nthere'), item('{"a":1}', { role: '', label: 'features', json: '{"a":1}', from: 'features' })]),
      'inputs',
    );
    assert.equal(text, '[user] gen_ai.input.messages\nHello\nthere\n\n[features] features\n{\n  "a": 1\n}');
  });

  it('is empty for a side without items', () => {
    assert.equal(sideText(call([]), 'outputs'), '');
  });

  it('says where only the beginning is here, unless the whole is given', () => {
    const cut = item('begin', { cut: { ref: 'r', totalBytes: 99_999 } });
    assert.match(sideText(call([cut]), 'inputs'), /begin…$/);
    assert.match(
      sideText(call([cut]), 'inputs', () => 'begin to end'),
      /\nbegin to end$/,
    );
  });

  it('says what is only a guess, and how to have whole what was shortened', () => {
    const text = sideText(
      call([item('x', { guess: true, shortened: { by: 'limit', cure: 'raise the limit' } })]),
      'inputs',
    );
    assert.match(text, /\(looks like it\) \(raise the limit\)\n/);
  });

  it('leaves text alone that only begins like a structure', () => {
    assert.match(sideText(call([item('{oops')]), 'inputs'), /\n\{oops$/);
  });
});
