import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BodySlab } from '../../../src/engine/receiver/bodySlab.ts';
import { MemoryBudget } from '../../../src/engine/receiver/memoryBudget.ts';

const MIB = 1024 * 1024;

describe('a body being received', () => {
  for (const declared of [8 * MIB, undefined]) {
    const what = declared === undefined ? 'of unknown length' : 'of a declared length';
    it(`${what} holds no more than its bytes so far can justify`, () => {
      const memory = new MemoryBudget(256 * MIB);
      const slabs = Array.from({ length: 2048 }, () => new BodySlab(memory, 32 * MIB, declared));
      for (const slab of slabs) assert.equal(slab.append(Uint8Array.of(1)), 'ok');
      assert.ok(memory.used <= 2048 * 4096, String(memory.used));
      const [slab] = slabs;
      const before = memory.used;
      assert.equal(slab?.append(new Uint8Array(100_000)), 'ok');
      assert.ok(memory.used - before <= 16 * 100_001, String(memory.used - before));
    });

    it(`${what} comes together from pieces of any size, and gives everything back`, () => {
      const memory = new MemoryBudget(8 * MIB);
      const body = Uint8Array.from({ length: 8 * MIB }, (_, i) => i % 251);
      const slab = new BodySlab(memory, 8 * MIB, declared);
      let at = 0;
      for (let size = 1; at < body.byteLength; size = size * 3 + 1) {
        assert.equal(slab.append(body.subarray(at, at + size)), 'ok');
        at += size;
      }
      assert.equal(memory.used, 8 * MIB);
      assert.equal(slab.append(Uint8Array.of(1)), 'tooLarge');
      assert.ok(Buffer.from(slab.take()).equals(body));
      slab.release();
      slab.release();
      assert.equal(memory.used, 0);
    });
  }

  it('is asked to wait when the budget is spent, and holds nothing more then', () => {
    const memory = new MemoryBudget(10_000);
    const slab = new BodySlab(memory, MIB, undefined);
    assert.equal(slab.append(new Uint8Array(3000)), 'ok');
    const held = memory.used;
    assert.equal(slab.append(new Uint8Array(9000)), 'busy');
    assert.equal(memory.used, held);
  });
});
