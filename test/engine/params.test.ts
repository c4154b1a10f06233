import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Params } from '../../src/engine/params.ts';
import { ProtocolError } from '../../src/protocol/errors.ts';

function refuses(read: () => unknown): void {
  assert.throws(read, (error) => error instanceof ProtocolError && error.code === 'invalid');
}

describe('request parameters', () => {
  it('must be an object', () => {
    for (const params of [undefined, null, 5, 'x', []]) refuses(() => new Params('m', params));
  });

  it('take whole numbers in their range only', () => {
    const params = (n: unknown): Params => new Params('m', { n });
    assert.equal(params(5).integer('n', 0, 5), 5);
    for (const bad of [6, -1, 1.5, Number.NaN, '5', 5n, undefined, null]) refuses(() => params(bad).integer('n', 0, 5));
  });

  it('take ids in any case and refuse zeros and other lengths', () => {
    const params = (traceId: unknown): Params => new Params('m', { traceId });
    assert.equal(params('ABCDEF00'.repeat(4)).traceId('traceId'), 'abcdef00'.repeat(4));
    for (const bad of ['0'.repeat(32), 'a'.repeat(31), 'g'.repeat(32), '', 7, null])
      refuses(() => params(bad).traceId('traceId'));
    assert.equal(new Params('m', { anchor: '' }).spanIdOrEmpty('anchor'), '');
    refuses(() => new Params('m', { anchor: 'x' }).spanIdOrEmpty('anchor'));
  });

  it('take text up to 64 Ki characters, booleans, listed words and lists of text', () => {
    assert.equal(new Params('m', { t: 'x' }).text('t'), 'x');
    refuses(() => new Params('m', { t: 'x'.repeat(64 * 1024 + 1) }).text('t'));
    assert.equal(new Params('m', { b: false }).boolean('b'), false);
    refuses(() => new Params('m', { b: 0 }).boolean('b'));
    assert.equal(new Params('m', { w: 'up' }).oneOf('w', ['up', 'down']), 'up');
    refuses(() => new Params('m', { w: 'toString' }).oneOf('w', ['up', 'down']));
    assert.deepEqual(new Params('m', { l: ['a'] }).texts('l', 2), ['a']);
    for (const bad of [['a', 'b', 'c'], [1], 'a']) refuses(() => new Params('m', { l: bad }).texts('l', 2));
  });

  it('do not repeat what a sender wrote in the message of the error', () => {
    assert.throws(
      () => new Params('m', { b: '<img src=x>' }).boolean('b'),
      (error: Error) => !error.message.includes('img'),
    );
  });
});
