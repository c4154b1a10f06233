import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeExportResponse, encodeStatus, type OtlpSignal } from '../../../../src/core/otlp/responses.ts';
import { decodeOtlp } from '../../../support/otlpProto.ts';

const SIGNALS: readonly { signal: OtlpSignal; type: string; field: string }[] = [
  { signal: 'traces', type: 'ExportTraceServiceResponse', field: 'rejectedSpans' },
  { signal: 'logs', type: 'ExportLogsServiceResponse', field: 'rejectedLogRecords' },
  { signal: 'metrics', type: 'ExportMetricsServiceResponse', field: 'rejectedDataPoints' },
];

for (const { signal, type, field } of SIGNALS) {
  test(`full success of ${signal} is zero bytes in protobuf and {} in JSON`, () => {
    assert.equal(encodeExportResponse(signal, 'protobuf').length, 0);
    assert.equal(encodeExportResponse(signal, 'protobuf', { rejected: 0, message: '' }).length, 0);
    assert.equal(text(encodeExportResponse(signal, 'json', { rejected: 0, message: '' })), '{}');
  });

  test(`partial success of ${signal} names ${field} and the reason in both encodings`, () => {
    const partial = { rejected: 5_000_000_000, message: 'span id is zero — “x” 😀\ud800' };
    const expected = { partialSuccess: { [field]: '5000000000', errorMessage: 'span id is zero — “x” 😀\ufffd' } };
    assert.deepEqual(decodeOtlp(type, encodeExportResponse(signal, 'protobuf', partial)), expected);
    const json: unknown = JSON.parse(text(encodeExportResponse(signal, 'json', partial)).replace('\\ud800', '\ufffd'));
    assert.deepEqual(json, expected);
  });

  test(`a warning on ${signal} without rejects carries only the message`, () => {
    const partial = { rejected: 0, message: 'metrics are not kept' };
    const expected = { partialSuccess: { errorMessage: 'metrics are not kept' } };
    assert.deepEqual(decodeOtlp(type, encodeExportResponse(signal, 'protobuf', partial)), expected);
    assert.deepEqual(JSON.parse(text(encodeExportResponse(signal, 'json', partial))), expected);
  });
}

test('google.rpc.Status carries code and message in both encodings', () => {
  const expected = { code: 3, message: 'expected a span at byte 12' };
  assert.deepEqual(decodeOtlp('RpcStatus', encodeStatus('protobuf', 3, expected.message)), expected);
  assert.deepEqual(JSON.parse(text(encodeStatus('json', 3, expected.message))), expected);
});

test('a message longer than one length byte keeps its length', () => {
  const message = 'é'.repeat(9000);
  assert.deepEqual(decodeOtlp('RpcStatus', encodeStatus('protobuf', 13, message)), { code: 13, message });
});

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
