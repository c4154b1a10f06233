import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALL_TRACES, type Comparison } from '../../../src/protocol/compareApi.ts';
import type { ChangeMarker } from '../../../src/protocol/listApi.ts';
import { differing, verdict } from '../../../webview/why/whyModel.ts';
import {
  againstGroup,
  boundsOf,
  changeQuestion,
  groupQuestion,
  listedQuestion,
  withFilters,
} from '../../../webview/why/whyQuestions.ts';

const OPEN = { fromMs: null, toMs: null, minNs: null, maxNs: null };
const saved: ChangeMarker = { id: 's', kind: 'file', atMs: 5000, toMs: 5000, label: 'a.py' };

test('a group is compared inside what is listed', () => {
  const brush = { ...OPEN, minNs: 10 };
  const question = groupQuestion({ filter: 'errors', brush, group: 'run' }, 'one', ['one', 'two', '']);
  assert.deepEqual(question.a, { ...ALL_TRACES, group: { by: 'run', text: 'one' } });
  assert.equal(question.b, null);
  assert.deepEqual(question.among, { ...ALL_TRACES, filter: 'errors', brush });
  assert.deepEqual(question.groups, ['two', '']);
  assert.deepEqual(boundsOf(question), ['run one', 'of errors', 'of ≥ 10\u00a0ns']);
  const against = againstGroup(question, '');
  assert.deepEqual(against.b, { ...ALL_TRACES, group: { by: 'run', text: '' } });
  assert.equal(againstGroup(against, undefined).b, null);
});

test('the bounds of both sides of a change stay when their filters change', () => {
  const question = changeQuestion({ filter: '', brush: null, group: '' }, saved, 'Saved: a.py');
  assert.deepEqual(question.a.brush, { ...OPEN, fromMs: 5000 });
  assert.deepEqual(question.b?.brush, { ...OPEN, toMs: 5000 });
  const narrowed = withFilters(question, 'x', 'y');
  assert.deepEqual([narrowed.a.filter, narrowed.b?.filter], ['x', 'y']);
  assert.deepEqual(withFilters(narrowed, '', '').b?.brush, { ...OPEN, toMs: 5000 });
  assert.deepEqual(boundsOf(question), ['Saved: a.py']);
});

test('an empty filter against is the rest where the side has no other bounds', () => {
  const question = listedQuestion({ filter: 'errors', brush: null, group: '' });
  assert.equal(withFilters(withFilters(question, 'errors', 'name:x'), 'errors', ' ').b, null);
});

test('a brush that a change is not inside of leaves time open, its durations stay', () => {
  const brush = { ...OPEN, fromMs: 6000, toMs: 9000, maxNs: 7 };
  const outside = changeQuestion({ filter: '', brush, group: '' }, saved, 'x');
  assert.deepEqual(outside.among.brush, { ...OPEN, maxNs: 7 });
  const inside = changeQuestion({ filter: '', brush: { ...brush, fromMs: 1000 }, group: '' }, saved, 'x');
  assert.deepEqual(inside.among.brush, { ...brush, fromMs: 1000 });
});

test('a pause has its length between before and after; one that lasts has none yet', () => {
  const pause: ChangeMarker = { ...saved, kind: 'pause', toMs: 8000 };
  const question = changeQuestion({ filter: '', brush: null, group: '' }, pause, 'x');
  assert.deepEqual([question.a.brush?.fromMs, question.b?.brush?.toMs], [8000, 5000]);
  const lasting = changeQuestion({ filter: '', brush: null, group: '' }, { ...pause, toMs: null }, 'x');
  assert.equal(lasting.a.brush?.fromMs, 5000);
});

test('the attribute that groups are made by is no finding; a side without traces is said as what it is', () => {
  const set = { traces: 0, used: 0, errors: 0, medianNs: 0, p95Ns: 0 };
  const some = { ...set, traces: 3, used: 3 };
  const attribute = { key: 'tenant', chance: 0, kind: 'text', values: [{ text: 'v1', a: 3, b: 0 }] };
  const answer = {
    a: some,
    b: some,
    differenceNs: 0,
    paths: [],
    pathCount: 0,
    attributesOf: 6,
    attributes: [{ ...attribute, presentA: 3, missingA: 0, presentB: 3, missingB: 0 }],
  } as unknown as Comparison;
  const question = groupQuestion({ filter: '', brush: null, group: 'attribute:tenant' }, 'v1', []);
  assert.deepEqual(differing(answer, question), []);
  assert.ok(!verdict(answer, question).includes('tenant'));
  assert.match(verdict(answer, { a: ALL_TRACES }), /tenant is more often “v1”/);
  const change = { a: ALL_TRACES, change: 'x' };
  assert.equal(verdict({ ...answer, a: set }, change), 'No trace began after it yet.');
  assert.equal(verdict({ ...answer, b: set }, change), 'No trace began before it.');
});
