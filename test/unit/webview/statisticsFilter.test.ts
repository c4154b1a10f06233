import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFilter } from '../../../src/core/query/parseFilter.ts';
import type { StatisticsRow } from '../../../src/protocol/aroundApi.ts';
import { filterOfRow } from '../../../webview/around/statisticsFilter.ts';

const row = (value: string, special: StatisticsRow['special'] = ''): StatisticsRow =>
  ({ value, special }) as StatisticsRow;

test('a line of the statistics reads in the filter language', () => {
  assert.equal(filterOfRow({ by: 'name', key: '' }, row('POST /triage')), 'name="POST /triage"');
  assert.equal(filterOfRow({ by: 'service', key: '' }, row('retrieval')), 'service="retrieval"');
  assert.equal(filterOfRow({ by: 'attribute', key: 'db.rows' }, row('20')), '"db.rows"="20"');
  assert.equal(filterOfRow({ by: 'attribute', key: 'db.rows' }, row('', 'absent')), 'any(not has:"db.rows")');
  assert.equal(filterOfRow({ by: 'process', key: '' }, row('4711')), undefined);
  assert.equal(filterOfRow({ by: 'name', key: '' }, row('', 'others')), undefined);
});

test('whatever a sender named its spans, the filter can be read and says nothing else', () => {
  for (const name of ['a" or status:error or name="', '\\', '\\"', ') any(', 'x\ny']) {
    const filter = filterOfRow({ by: 'name', key: '' }, row(name));
    assert.ok(filter !== undefined);
    parseFilter(filter);
    assert.equal(filter, `name="${name.replace(/[\\"]/g, '\\$&')}"`);
  }
});
