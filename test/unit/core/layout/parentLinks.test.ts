import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { linkParents } from '../../../../src/core/layout/parentLinks.ts';
import type { TraceColumns } from '../../../../src/core/store/storeReader.ts';
import { columnsOf } from '../../../support/columnsOf.ts';

const SEED = 7;
/** More than are known at once, so that some parents came too early and others come too late to be near. */
const SPANS = 150_000;

/** Numbers that look like chance and are the same in every run (xorshift32). */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** Spans with ids by lot; `parentOf` answers an index, -1 for a root, and -2 - n for the missing parent n. */
function drawn(parentOf: (index: number, draw: () => number) => number, hi?: (lo: number) => number): TraceColumns {
  const draw = dice(99);
  const columns = columnsOf(Array.from({ length: SPANS }, () => ({ id: 1 })));
  const { idHi, idLo, parentHi, parentLo } = columns;
  for (let index = 0; index < SPANS; index++) {
    idLo[index] = draw();
    idHi[index] = hi?.(idLo[index]!) ?? draw();
  }
  for (let index = 0; index < SPANS; index++) {
    const parent = parentOf(index, draw);
    parentHi[index] = parent >= 0 ? idHi[parent]! : parent === -1 ? 0 : -1 - parent;
    parentLo[index] = parent >= 0 ? idLo[parent]! : parent === -1 ? 0 : 5;
  }
  return columns;
}

function assertLinked(columns: TraceColumns): void {
  const { count, idHi, idLo, parentHi, parentLo } = columns;
  const name = (hi: number, lo: number): number => hi * 2 ** 20 + lo / 2 ** 12;
  const byId = new Map(Array.from({ length: count }, (_, index) => [name(idHi[index]!, idLo[index]!), index]));
  const { parent, orphans } = linkParents(columns, SEED);
  const orphanIndexes: number[] = [];
  const missing: string[] = [];
  for (let index = 0; index < count; index++) {
    const [hi, lo] = [parentHi[index]!, parentLo[index]!];
    const found = hi === 0 && lo === 0 ? count : byId.get(name(hi, lo));
    assert.equal(parent[index], found ?? count);
    if (found !== undefined) continue;
    orphanIndexes.push(index);
    missing.push(`${hi} ${lo}`);
  }
  assert.deepEqual([...orphans.index], orphanIndexes);
  const different = [...new Set(missing)];
  assert.equal(orphans.missingCount, different.length);
  assert.deepEqual(
    different,
    Array.from(orphans.missingHi, (hi, number) => `${hi} ${orphans.missingLo[number]!}`),
  );
  const numberOf = new Map(different.map((id, number) => [id, number]));
  assert.deepEqual(
    [...orphans.missing],
    missing.map((id) => numberOf.get(id)),
  );
}

describe('parents are found', () => {
  it('among the neighbours, before and behind', () => {
    assertLinked(drawn((index, draw) => Math.min(SPANS - 1, Math.max(-1, index - 700 + (draw() % 1500)))));
  });

  it('anywhere else in the trace', () => {
    assertLinked(drawn((_, draw) => (draw() % (SPANS + 1)) - 1));
  });

  it('or missing, each by one number, in order of arrival', () => {
    assertLinked(drawn((index, draw) => (draw() % 3 === 0 ? -2 - (draw() % 1000) : index - 1)));
    assertLinked(drawn((index) => -2 - index));
  });

  it('when all ids fall together in the table of neighbours', () => {
    assertLinked(
      drawn(
        (index) => index - 1,
        (lo) => ~lo >>> 0,
      ),
    );
  });

  it('in a trace without spans: there are none', () => {
    const { parent, orphans } = linkParents(columnsOf([]), SEED);
    assert.equal(parent.length, 0);
    assert.equal(orphans.index.length, 0);
  });
});
