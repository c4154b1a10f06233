import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { buildDisplayTree } from '../../../../src/core/layout/displayTree.ts';
import { MAX_SELF_SEGMENTS, selfSegments } from '../../../../src/core/layout/selfSegments.ts';
import { columnsFromText, columnsOf } from '../../../support/columnsOf.ts';

function segmentsOfFirst(columns: ReturnType<typeof columnsOf>): number[] {
  const out: number[] = [];
  selfSegments(buildDisplayTree(columns, 1), 0, out);
  return out;
}

describe('self segments', () => {
  it('are the stretches where no child runs', () => {
    const columns = columnsFromText(`
      a · ==========
      b a  ==
      c a   ==
      d a        =====
    `);
    assert.deepEqual(segmentsOfFirst(columns), [0, 10, 40, 70]);
  });

  it('are the whole span without children and nothing for a span of no length', () => {
    assert.deepEqual(segmentsOfFirst(columnsOf([{ id: 1, start: 5, duration: 10 }])), [5, 15]);
    assert.deepEqual(segmentsOfFirst(columnsOf([{ id: 1, start: 5, duration: 0 }])), []);
  });

  it('are joined over the smallest gaps when there are too many', () => {
    const children = Array.from({ length: 40 }, (_, index) => ({
      id: index + 2,
      parent: 1,
      start: index * 100 + 10,
      duration: index + 1,
    }));
    const segments = segmentsOfFirst(columnsOf([{ id: 1, duration: 4000 }, ...children]));
    assert.equal(segments.length, MAX_SELF_SEGMENTS * 2);
    // 41 stretches, 40 gaps of 1..40 ns: the nine smallest are joined over, from the left.
    assert.deepEqual(segments.slice(0, 4), [0, 910, 920, 1010]);
    assert.deepEqual(segments.slice(-2), [3950, 4000]);
  });

  it('add up to the self time while there are few', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ start: fc.nat({ max: 90 }), duration: fc.nat({ max: 60 }) }), { maxLength: 31 }),
        (children) => {
          const columns = columnsOf([
            { id: 1, start: 20, duration: 60 },
            ...children.map((child, index) => ({ ...child, id: index + 2, parent: 1 })),
          ]);
          const tree = buildDisplayTree(columns, 1);
          const position = tree.positionOf[0]!;
          const out: number[] = [];
          selfSegments(tree, position, out);
          let sum = 0;
          for (let pair = 0; pair < out.length; pair += 2) {
            assert.ok(out[pair]! < out[pair + 1]!);
            if (pair > 0) assert.ok(out[pair]! > out[pair - 1]!);
            sum += out[pair + 1]! - out[pair]!;
          }
          assert.equal(sum, tree.selfNs[position]);
        },
      ),
    );
  });
});
