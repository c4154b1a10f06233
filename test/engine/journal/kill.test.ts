import assert from 'node:assert/strict';
import { it } from 'node:test';
import { killRounds } from './killRounds.ts';

it('a process killed while it takes requests and its clock jumps has lost nothing it acknowledged, and has nothing twice', async (t) => {
  const figures = await killRounds(3);
  t.diagnostic(`${figures.acknowledged} requests acknowledged, ${figures.cut} cut, in ${figures.files} files`);
  assert.ok(figures.acknowledged > 0);
  assert.deepEqual([figures.lost, figures.doubled, figures.damagedRecords], [0, 0, 0]);
});
