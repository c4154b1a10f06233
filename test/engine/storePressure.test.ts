import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TraceStore } from '../../src/core/store/traceStore.ts';
import { StorePressure } from '../../src/engine/storePressure.ts';

const MIB = 1024 * 1024;

describe('the pressure of a store', () => {
  it('is none without a limit, and within one', () => {
    const store = { heldBytes: 9 * MIB, setMaxBytes: () => assert.fail('evicted') };
    const pressure = new StorePressure(store);
    assert.equal(pressure.check(), undefined);
    pressure.setMaxStoreBytes(8 * MIB);
    assert.equal(pressure.check(), undefined);
  });

  it('is there when more than a segment and two bodies over the limit cannot be dropped', () => {
    const asked: number[] = [];
    const store = { heldBytes: 11 * MIB, setMaxBytes: (bytes: number) => void asked.push(bytes) };
    const pressure = new StorePressure(store);
    pressure.setMaxStoreBytes(8 * MIB);
    pressure.setMaxBodyBytes(MIB);
    assert.equal(pressure.check(), undefined);
    store.heldBytes++;
    assert.match(pressure.check() ?? '', /over its limit \(spanline\.store\.maxMiB\)/);
    assert.deepEqual(asked, [8 * MIB]);
  });

  it('is gone when the store could drop', () => {
    const store = {
      heldBytes: 100 * MIB,
      setMaxBytes: (bytes: number): void => {
        store.heldBytes = bytes;
      },
    };
    const pressure = new StorePressure(store);
    pressure.setMaxStoreBytes(8 * MIB);
    assert.equal(pressure.check(), undefined);
    assert.equal(store.heldBytes, 8 * MIB);
  });

  it('never comes from one body that is larger than the whole store', () => {
    const store = new TraceStore({ now: () => 0, maxBytes: MIB });
    const pressure = new StorePressure(store);
    pressure.setMaxStoreBytes(MIB);
    pressure.setMaxBodyBytes(4 * MIB);
    // A span without ids would not be kept; these ids are 0x01 bytes, the name fills the body.
    const name = new Uint8Array(4 * MIB - 100).fill(0x61);
    const span = message(2, [
      bytes(1, new Uint8Array(16).fill(1)),
      bytes(2, new Uint8Array(8).fill(1)),
      bytes(5, name),
    ]);
    const body = message(1, [message(2, [span])]);
    assert.equal(store.ingestTraces(body).accepted, 1);
    assert.ok(store.heldBytes > 3 * MIB);
    assert.equal(pressure.check(), undefined);
  });
});

function bytes(field: number, payload: Uint8Array): Uint8Array {
  const length: number[] = [];
  for (let rest = payload.length; ; rest >>>= 7) {
    length.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    if (rest <= 0x7f) break;
  }
  return Uint8Array.from(Buffer.concat([Uint8Array.from([(field << 3) | 2, ...length]), payload]));
}

function message(field: number, parts: readonly Uint8Array[]): Uint8Array {
  return bytes(field, Buffer.concat(parts));
}
