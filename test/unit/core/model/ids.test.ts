import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSpanId, parseTraceId, spanIdText, traceIdText } from '../../../../src/core/model/ids.ts';

test('words of ids become hex digits, with leading zeros and whatever their sign', () => {
  assert.equal(spanIdText(0x1, -1), '00000001ffffffff');
  assert.equal(spanIdText(0xdeadbeef, 0xdeadbeef | 0), 'deadbeefdeadbeef');
  assert.equal(traceIdText(0, 0, -2, 0xab), '0000000000000000fffffffe000000ab');
});

test('ids are read in either case, and not when they are zero or of another length', () => {
  assert.equal(parseSpanId('00000001FFFFFFFF'), '00000001ffffffff');
  assert.equal(parseSpanId('0000000000000000'), undefined);
  assert.equal(parseTraceId('0000000000000000fffffffe000000AB'), '0000000000000000fffffffe000000ab');
  assert.equal(parseTraceId('fffffffe000000ab'), undefined);
});
