import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StepLayout } from '../../../webview/steps/stepLayout.ts';

/** All rows as `place.item@unit+units`, written out one by one. */
function written(total: number, opened: ReadonlyMap<number, readonly number[]>): string[] {
  const rows: string[] = [];
  let unit = 0;
  for (let place = 0; place < total; place++) {
    rows.push(`${place}.-1@${unit++}+1 #${rows.length}`);
    opened.get(place)?.forEach((units, item) => {
      rows.push(`${place}.${item}@${unit}+${units} #${rows.length}`);
      unit += units;
    });
  }
  return rows;
}

const shown = ({
  place,
  item,
  unit,
  units,
  row,
}: {
  place: number;
  item: number;
  unit: number;
  units: number;
  row: number;
}) => `${place}.${item}@${unit}+${units} #${row}`;

const OPENED = new Map([
  [0, [1]],
  [3, [1, 4, 1]],
  [4, [2]],
  [9, [1, 1]],
]);
const layout = new StepLayout(10, Array.from(OPENED, ([place, units]) => ({ place, units })).toReversed());

test('rows stand below each other, those that are open with what is inside them', () => {
  assert.deepEqual(layout.between(0, layout.units).map(shown), written(10, OPENED));
  assert.deepEqual([layout.rows, layout.units], [17, 21]);
});

test('every unit belongs to the row that is there, also inside a block', () => {
  const rows = layout.between(0, layout.units);
  for (let unit = 0; unit < layout.units; unit++) {
    const here = rows.find((row) => row.unit <= unit && unit < row.unit + row.units);
    assert.deepEqual(layout.at(unit), here);
  }
  assert.equal(layout.at(-1), undefined);
  assert.equal(layout.at(layout.units), undefined);
});

test('next and previous go through all rows', () => {
  const rows = layout.between(0, layout.units);
  rows.forEach((row, at) => {
    assert.deepEqual(layout.next(row), rows[at + 1]);
    assert.deepEqual(layout.previous(row), rows[at - 1]);
  });
});

test('what is open beyond the end, or empty, takes no room', () => {
  const short = new StepLayout(2, [
    { place: 5, units: [1] },
    { place: -1, units: [1] },
    { place: 1, units: [] },
  ]);
  assert.deepEqual([short.rows, short.units], [2, 2]);
  assert.deepEqual(short.inside(1, 3), short.step(1));
});
