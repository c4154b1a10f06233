import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SpanId, TraceId } from '../../../../src/core/model/ids.ts';
import { TraceStore } from '../../../../src/core/store/traceStore.ts';
import { tracesRequest } from '../../../support/otlpBytes.ts';

const TRACE = 'a'.repeat(32) as TraceId;
const SECOND = 1_000_000_000n;

interface Sent {
  readonly id: number;
  readonly at: bigint;
  readonly pid?: number;
  readonly service?: string;
}

function after(sent: readonly Sent[], seconds: bigint) {
  const store = new TraceStore({ now: () => 1_700_000_000_000, maxBytes: 64 * 1024 * 1024, inlineBytes: 1024 });
  for (const { id, at, pid, service } of sent) {
    const spanId = id.toString(16).padStart(16, '0');
    store.ingestTraces(
      tracesRequest([{ traceId: TRACE, spanId, name: 'x', startNs: at * SECOND, endNs: at * SECOND + 1n }], {
        service: service ?? 'worker',
        ...(pid !== undefined && { resource: { 'process.pid': BigInt(pid), 'host.name': 'box' } }),
      }),
    );
  }
  const handle = store.handleOf({ traceId: TRACE, spanId: '0000000000000001' as SpanId });
  assert.ok(handle !== undefined);
  return store.processAfter(handle, seconds * SECOND);
}

describe('the process after another', () => {
  it('is the first of its service that was heard of later', () => {
    const sent = [
      { id: 1, at: 10n, pid: 7 },
      { id: 2, at: 30n, pid: 9 },
      { id: 3, at: 20n, pid: 8 },
      { id: 4, at: 15n, pid: 6, service: 'other' },
    ];
    assert.deepEqual(after(sent, 10n), { service: 'worker', from: 'pid 7', to: 'pid 8', at: String(20n * SECOND) });
  });

  it('is none that ran beside it', () => {
    const beside = [
      { id: 1, at: 10n, pid: 7 },
      { id: 2, at: 12n, pid: 8 },
      { id: 3, at: 14n, pid: 7 },
    ];
    assert.equal(after(beside, 10n), undefined);
  });

  it('is not known where resources do not tell processes apart', () => {
    assert.equal(
      after(
        [
          { id: 1, at: 10n },
          { id: 2, at: 20n, pid: 8 },
        ],
        10n,
      ),
      undefined,
    );
  });
});
