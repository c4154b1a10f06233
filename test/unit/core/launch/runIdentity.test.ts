import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { newRunId, runNameOf } from '../../../../src/core/launch/runIdentity.ts';

describe('a run', () => {
  test('has an id that sorts by time and needs no encoding', () => {
    const ids = [newRunId(1_000_000, 0), newRunId(2_000_000, 0.99999999), newRunId(2_001_000, 0.5)];
    assert.deepEqual(ids, [...ids].sort());
    for (const id of ids) assert.match(id, /^\d{8}T\d{6}-[\da-z]{4}$/);
  });

  test('is called by its program and what it runs, without options and what may be secret', () => {
    for (const [line, name] of [
      ['/usr/bin/python3 /srv/app.py --key sk-1', 'python3 app.py'],
      ['C:\\tools\\node.exe server.js', 'node server.js'],
      ['npm run dev', 'npm run dev'],
      ['env TOKEN=abc ./serve', 'env'],
      ['psql me:pass@host', 'psql'],
      ['uvicorn app:app --reload', 'uvicorn app:app'],
    ] as const) {
      assert.equal(runNameOf(line.split(' ')), name);
    }
  });
});
