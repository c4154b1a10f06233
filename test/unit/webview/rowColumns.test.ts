import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  askedColumns,
  attributeColumn,
  fittingColumns,
  readRowColumns,
  toggledColumn,
  type RowColumn,
} from '../../../webview/waterfall/rowColumns.ts';

const keys = (columns: readonly RowColumn[]): string[] => columns.map(({ key }) => key);

void test('columns are added at the end and taken away, eight at most', () => {
  let columns: readonly RowColumn[] = [];
  for (const key of ['start', '@a', 'self', 'start']) columns = toggledColumn(columns, key);
  assert.deepEqual(keys(columns), ['@a', 'self']);
  for (let at = 0; at < 20; at++) columns = toggledColumn(columns, `@more ${at}`);
  assert.equal(columns.length, 8);
});

void test('only attributes and tokens are asked of the engine, once and in order', () => {
  const columns = ['@x', 'start', 'tokens', '@y', 'service'].map((key) => ({ key, widthPx: 80 }));
  assert.deepEqual(askedColumns(columns), ['x', '#tokens', 'y']);
});

void test('a key is taken as it was typed, without the space around it', () => {
  assert.equal(attributeColumn('  http.route '), '@http.route');
  assert.equal(attributeColumn('  '), undefined);
  assert.equal(attributeColumn('x'.repeat(300)), undefined);
});

void test('columns that leave the bars no room are not shown', () => {
  const columns = ['start', 'self', 'share'].map((key) => ({ key, widthPx: 100 }));
  assert.deepEqual(keys(fittingColumns(columns, 500, 160)), ['start', 'self', 'share']);
  assert.deepEqual(keys(fittingColumns(columns, 360, 160)), ['start', 'self']);
  assert.deepEqual(keys(fittingColumns(columns, 100, 160)), []);
});

void test('columns of another version, or of nobody, are read as far as they are known', () => {
  assert.deepEqual(readRowColumns('x'), []);
  assert.deepEqual(
    readRowColumns([
      { key: 'self', widthPx: 1e9 },
      { key: 'self', widthPx: 80 },
      { key: 'no such' },
      { key: '@' },
      null,
      { key: '@a', widthPx: 'wide' },
    ]),
    [
      { key: 'self', widthPx: 600 },
      { key: '@a', widthPx: 84 },
    ],
  );
});
