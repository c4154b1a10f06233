import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ProblemLog } from '../../src/engine/problemLog.ts';

it('problems are newest first, equal ones counted together', () => {
  const log = new ProblemLog();
  log.add({ code: 'tls', message: 'a TLS hello' }, 1);
  log.add({ code: 'malformed', message: 'byte 3' }, 2);
  log.add({ code: 'tls', message: 'a TLS hello' }, 3);
  assert.deepEqual(log.problems, [
    { atMs: 3, count: 2, code: 'tls', message: 'a TLS hello' },
    { atMs: 2, count: 1, code: 'malformed', message: 'byte 3' },
  ]);
});

it('at most 50 problems are kept, the oldest go first', () => {
  const log = new ProblemLog();
  for (let index = 0; index < 60; index++) log.add({ code: 'other', message: String(index) }, index);
  assert.equal(log.problems.length, 50);
  assert.equal(log.problems.at(-1)?.message, '10');
});
