import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { format, resolveConfig } from 'prettier';
import { DIALECTS } from '../../../../src/core/inference/dialectTables.ts';
import { PROGRAMS } from '../../../interop/inference/programTable.ts';
import { dialectsPage } from './dialectTable.ts';
import { FIXTURES, fixtureNames, readFixture, toldFixture } from './fixtureCalls.ts';

for (const name of fixtureNames()) {
  test(`${name}: each span is read as is written beside it`, () => {
    assert.equal(toldFixture(name), readFileSync(path.join(FIXTURES, `${name}.txt`), 'utf8'));
    for (const { call } of readFixture(name))
      for (const { json } of [...(call?.inputs ?? []), ...(call?.outputs ?? [])])
        if (json !== undefined) JSON.parse(json);
  });
}

test('every dialect has a fixture, every fixture a dialect, every program its capture', () => {
  const names = fixtureNames();
  const folders = DIALECTS.map(({ id }) => id);
  for (const folder of folders)
    assert.ok(
      names.some((name) => name.startsWith(`${folder}/`)),
      folder,
    );
  for (const name of names) assert.ok(folders.includes(name.split('/')[0] ?? ''), name);
  for (const { fixture } of PROGRAMS) assert.ok(names.includes(fixture), fixture);
});

test('docs/dialects.md says what the fixtures hold', async () => {
  const page = path.resolve(import.meta.dirname, '../../../../docs/dialects.md');
  const made = await format(dialectsPage(), { ...(await resolveConfig(page)), parser: 'markdown' });
  assert.equal(readFileSync(page, 'utf8'), made);
});
