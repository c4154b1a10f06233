import fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { HandleIndex } from '../../../../src/core/store/handleIndex.ts';
import { capacityFor, HandleLists } from '../../../../src/core/store/handleLists.ts';
import { ServiceLists } from '../../../../src/core/store/serviceLists.ts';
import { NOT_INTERNED, StringTable } from '../../../../src/core/store/stringTable.ts';
import { TraceTable } from '../../../../src/core/store/traceTable.ts';
import { TupleTable } from '../../../../src/core/store/tupleTable.ts';

const LIMITS = { numRuns: 200, endOnFailure: true };

function viewOf(text: string): DataView {
  const bytes = new TextEncoder().encode(text);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

test('a handle index holds what was added and not removed, whatever the hashes', () => {
  // Few different low bits, so that runs of slots form, wrap around and are closed again.
  const hash = fc.oneof(fc.integer({ min: 1020, max: 1030 }), fc.integer({ min: -3, max: 3 }));
  const step = fc.record({ add: fc.boolean(), hash, pick: fc.nat(1000) });
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 200 }), (steps) => {
      const index = new HandleIndex();
      const held: { hash: number; handle: number }[] = [];
      for (const [handle, { add, hash, pick }] of steps.entries()) {
        if (add || held.length === 0) {
          index.add(hash, handle);
          held.push({ hash, handle });
        } else {
          const [gone] = held.splice(pick % held.length, 1);
          assert.ok(gone);
          index.remove(slotOf(index, gone.hash, gone.handle));
        }
        for (const one of held) assert.ok(slotOf(index, one.hash, one.handle) >= 0);
        assert.equal(index.count, held.length);
      }
      index.shrink();
      for (const one of held) assert.ok(slotOf(index, one.hash, one.handle) >= 0);
    }),
    LIMITS,
  );
});

function slotOf(index: HandleIndex, hash: number, handle: number): number {
  let slot = index.first(hash);
  while (slot >= 0 && index.handleAt(slot) !== handle) slot = index.next(hash, slot);
  return slot;
}

test('a handle index grows over thousands and shrinks again', () => {
  const index = new HandleIndex();
  const { byteLength } = index;
  for (let i = 0; i < 50_000; i++) index.add(Math.imul(i, 0x9e3779b1), i);
  for (let i = 0; i < 50_000; i++) assert.equal(slotOf(index, Math.imul(i, 0x9e3779b1), i) >= 0, true);
  for (let i = 0; i < 50_000; i++) index.remove(slotOf(index, Math.imul(i, 0x9e3779b1), i));
  index.shrink();
  assert.equal(index.count, 0);
  assert.equal(index.byteLength, byteLength);
});

test('handle lists grow side by side without touching each other, and use freed room again', () => {
  const lists = new HandleLists();
  const open = Array.from({ length: 10 }, () => ({ offset: lists.allocate(capacityFor(1)), count: 0 }));
  for (let round = 0; round < 300; round++) {
    for (const [number, list] of open.entries()) {
      if (list.count === capacityFor(Math.max(1, list.count))) list.offset = lists.grow(list.offset, list.count);
      lists.handles[list.offset + list.count++] = number * 1000 + round;
    }
  }
  for (const [number, list] of open.entries()) {
    for (let round = 0; round < 300; round++) assert.equal(lists.handles[list.offset + round], number * 1000 + round);
  }
  const { byteLength } = lists;
  for (const list of open) lists.release(list.offset, 512);
  for (let i = 0; i < 10; i++) lists.allocate(512);
  assert.equal(lists.byteLength, byteLength);
});

describe('a string table', () => {
  const text = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.constantFrom('a', 'ab', 'abc', 'abcd', 'abcde', 'abcdefgh', 'Abcdefgh', 'abcdefgH'),
  );

  test('numbers equal texts alike, and forgets what came after a mark as if it had never come', () => {
    fc.assert(
      fc.property(
        fc.array(text, { maxLength: 80 }),
        fc.array(text, { maxLength: 80 }),
        fc.array(text, { maxLength: 80 }),
        (kept, undone, after) => {
          const table = new StringTable(1000);
          const fresh = new StringTable(1000);
          const add = (target: StringTable, one: string): number =>
            target.intern(viewOf(one), 0, viewOf(one).byteLength);
          for (const one of kept) assert.equal(add(table, one), add(fresh, one));
          const mark = table.mark();
          for (const one of undone) add(table, one);
          table.rollback(mark);
          for (const one of after) {
            const index = add(table, one);
            assert.equal(index, add(fresh, one));
            assert.equal(table.text(index), new TextDecoder().decode(viewOf(one)));
            assert.equal(table.find(viewOf(one), 0, viewOf(one).byteLength), index);
          }
          assert.equal(table.count, fresh.count);
          assert.equal(table.find(viewOf('never added anywhere'), 0, 20), NOT_INTERNED);
        },
      ),
      LIMITS,
    );
  });

  test('takes no more than it may, and nothing long', () => {
    const table = new StringTable(3);
    const add = (one: string): number => table.intern(viewOf(one), 0, one.length);
    assert.deepEqual(['a', 'b', 'c', 'd', 'a'].map(add), [0, 1, 2, NOT_INTERNED, 0]);
    assert.equal(new StringTable(3).intern(viewOf('x'.repeat(257)), 0, 257), NOT_INTERNED);
  });
});

test('a tuple table numbers equal tuples alike and forgets what came after a count', () => {
  const tuple = fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3)).map((words) => Uint32Array.from(words));
  fc.assert(
    fc.property(
      fc.array(tuple, { maxLength: 60 }),
      fc.array(tuple, { maxLength: 60 }),
      fc.array(tuple, { maxLength: 60 }),
      (kept, undone, after) => {
        const table = new TupleTable(3, 1000);
        const fresh = new TupleTable(3, 1000);
        for (const one of kept) assert.equal(table.intern(one), fresh.intern(one));
        const { count } = table;
        for (const one of undone) table.intern(one);
        table.rollback(count);
        for (const one of after) {
          const index = table.intern(one);
          assert.equal(index, fresh.intern(one));
          assert.deepEqual([table.get(index, 0), table.get(index, 1), table.get(index, 2)], [...one]);
        }
      },
    ),
    LIMITS,
  );
});

test('service lists are shared while short, keep their order, and end at 4096', () => {
  const lists = new ServiceLists();
  const of = (...names: string[]): readonly string[] =>
    names.reduce((list, name) => lists.with(list, name), lists.empty);
  assert.equal(of('a', 'b'), of('a', 'b', 'a'));
  assert.notEqual(of('a', 'b'), of('b', 'a'));
  const many = of(...Array.from({ length: 5000 }, (_, i) => `s${String(i)}`));
  assert.equal(many.length, 4096);
  assert.equal(lists.indexOf(many, 's4095'), 4095);
  assert.equal(lists.indexOf(many, 's4096'), -1);
  assert.deepEqual(of('s0', 's1'), ['s0', 's1']);
  for (let i = 0; i < 10_000; i++) of('x', `once ${String(i)}`);
  assert.deepEqual(of('x', 'y'), ['x', 'y']);
});

test('the lists of traces give back what a long one took, and keep the others', () => {
  const traces = new TraceTable(7);
  const slots = [1, 2, 3].map((id) => traces.create(id, id, id, id));
  const lengths = [5, 100_000, 1000];
  for (const [i, slot] of slots.entries()) {
    for (let handle = 0; handle < (lengths[i] ?? 0); handle++) traces.append(slot, handle * 3 + i);
  }
  const [short, long, middle] = slots;
  assert.ok(short !== undefined && long !== undefined && middle !== undefined);
  traces.truncate(long, 0);
  traces.remove(long);
  traces.compactLists();
  assert.ok(traces.byteLength < 100_000, `${String(traces.byteLength)} bytes`);
  traces.append(short, 777);
  for (let position = 0; position < 5; position++) assert.equal(traces.handleAt(short, position), position * 3);
  assert.equal(traces.handleAt(short, 5), 777);
  for (let position = 0; position < 1000; position++) assert.equal(traces.handleAt(middle, position), position * 3 + 2);
});

test('a trace table of few traces behind many is as small as one that had few, and finds them', () => {
  const traces = new TraceTable(7);
  for (let id = 1; id <= 5000; id++) traces.append(traces.create(id, 0, 0, id), id);
  const revision = 40;
  traces.revision[4999] = 3;
  traces.revision[10] = revision;
  for (let slot = 0; slot < 4990; slot++) {
    if (slot === 4) continue;
    traces.truncate(slot, 0);
    traces.remove(slot);
  }
  assert.ok(traces.isSparse);
  const moved = traces.compact();
  traces.compactLists();
  assert.equal(traces.isSparse, false);
  assert.ok(traces.byteLength < 50_000, `${String(traces.byteLength)} bytes`);
  assert.equal(traces.count, 11);
  assert.equal(traces.end, 11);
  for (const old of [4, ...Array.from({ length: 10 }, (_, i) => 4990 + i)]) {
    const slot = traces.find(old + 1, 0, 0, old + 1);
    assert.equal(slot, moved[old]);
    assert.ok(slot < 11 && traces.isHeld(slot));
    assert.equal(traces.handleAt(slot, 0), old + 1);
  }
  assert.equal(traces.find(1, 0, 0, 1), -1);
  assert.equal(traces.revision[moved[4999] ?? 0], 3, 'a trace keeps its revision');
  const fresh = traces.create(9, 9, 9, 9);
  assert.equal(fresh, 11);
  assert.equal(traces.revision[fresh], revision, 'a new one starts where no former one of its slot had been');
});
