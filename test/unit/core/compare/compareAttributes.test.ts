import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compareAttributes, type AttributeDifference } from '../../../../src/core/compare/compareAttributes.ts';
import { finish } from '../../../../src/core/statistics/steps.ts';

type Value = number | string | undefined;

function compared(columns: Readonly<Record<string, readonly Value[]>>, countA: number): readonly AttributeDifference[] {
  return finish(
    compareAttributes(
      Object.entries(columns).map(([key, values]) => ({ key, path: 0, service: 's', values })),
      countA,
      () => 1,
    ),
  );
}

function repeat<T>(count: number, make: (n: number) => T): T[] {
  return Array.from({ length: count }, (_, n) => make(n));
}

describe('attributes of two sets', () => {
  it('are ranked by how far their values are apart; what is alike is left out', () => {
    const found = compared(
      {
        same: repeat(40, (n) => (n % 2 === 0 ? 'x' : 'y')),
        shifted: repeat(40, (n) => (n < 20 ? 50 + (n % 10) : 20 + (n % 10))),
        some: repeat(40, (n) => (n < 20 && n % 2 === 0 ? 'v2' : 'v1')),
      },
      20,
    );
    assert.deepEqual(
      found.map(({ column, difference }) => `${column.key} ${difference}`),
      ['shifted 1', 'some 0.5'],
    );
    assert.ok(found.every((each) => each.chance <= 0.05));
  });

  it('say where numbers part, with medians and a picture of both', () => {
    const [found] = compared({ documents: repeat(12, (n) => (n < 2 ? 500 : 20)) }, 2);
    assert.ok(found?.kind === 'numeric');
    assert.deepEqual([found.medianA, found.medianB, found.cut, found.above], [500, 20, 260, true]);
    assert.equal(found.edges.length, found.binsA.length + 1);
    assert.deepEqual([found.binsA.at(-1), found.binsB[0]], [2, 10]);
    assert.ok(found.chance < 0.05);
  });

  it('count a missing value as one that differs, of numbers and of texts', () => {
    const found = compared(
      {
        number: repeat(20, (n) => (n < 10 ? undefined : 5)),
        text: repeat(20, (n) => (n < 10 ? 'v1' : undefined)),
      },
      10,
    );
    assert.deepEqual(
      found.map((each) => [each.column.key, each.difference, each.a.missing, each.b.missing]),
      [
        ['number', 1, 10, 0],
        ['text', 1, 0, 10],
      ],
    );
    const [number] = found;
    assert.ok(number?.kind === 'numeric' && !number.above);
  });

  it('do not take ids for causes', () => {
    assert.deepEqual(compared({ 'request.id': repeat(40, (n) => `id-${n}`) }, 20), []);
  });

  it('put what may be chance last, however large', () => {
    const found = compared(
      {
        chance: ['p', 'q', ...repeat(6, (n) => (n < 3 ? 'p' : 'q'))],
        sure: repeat(8, (n) => (n < 2 ? 'a' : 'b')),
      },
      2,
    );
    assert.equal(found[0]?.column.key, 'sure');
    assert.ok(found.slice(1).every((each) => each.chance > 0.05));
  });

  it('are judged the same way in every run', () => {
    const columns = { noise: repeat(30, (n) => (n * 7919) % 13), more: repeat(30, (n) => `v${(n * 31) % 4}`) };
    assert.deepEqual(compared(columns, 11), compared(columns, 11));
  });
});
