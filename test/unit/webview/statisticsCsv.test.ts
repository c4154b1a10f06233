import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StatisticsRow } from '../../../src/protocol/aroundApi.ts';
import { statisticsCsv } from '../../../webview/around/statisticsCsv.ts';

const ROW: StatisticsRow = {
  group: 2,
  value: 'search',
  special: '',
  service: 0,
  count: 3,
  errors: 1,
  totalNs: 1_500_000,
  selfNs: 1e6,
  p50Ns: 1e6,
  p95Ns: 2e6,
  maxNs: 2e6,
};

test('a table is copied with a head line and times in milliseconds', () => {
  assert.equal(
    statisticsCsv('Name', [ROW, { ...ROW, value: '', special: 'absent' }]),
    'Name,count,errors,total ms,self ms,p50 ms,p95 ms,max ms\r\nsearch,3,1,1.5,1,1,2,2\r\n(none),3,1,1.5,1,1,2,2\r\n',
  );
});

test('what a spreadsheet would run is text, quotes and commas are quoted', () => {
  const lines = statisticsCsv(
    'Name',
    ['=HYPERLINK("x")', '+1', '-1', 'a,"b"', '@x'].map((value) => ({ ...ROW, value })),
  ).split('\r\n');
  assert.deepEqual(
    lines.slice(1, -1).map((line) => line.replace(',3,1,1.5,1,1,2,2', '')),
    ['"\'=HYPERLINK(""x"")"', "'+1", '-1', '"a,""b"""', "'@x"],
  );
});
