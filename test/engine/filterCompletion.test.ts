import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { PLAIN_PAGE } from '../../src/protocol/listApi.ts';
import { startTestEngine } from '../support/testEngine.ts';
import { traceFromText } from '../support/otlpBytes.ts';

const engine = await startTestEngine({ receiver: false });
after(() => engine.stop());
await engine.request('traces/import', {
  signal: 'traces',
  body: traceFromText(
    'POST /a gateway 0..9 server http.route=/a\n  predict model 1..5 model.version=v2 "note=two words"\n  predict model 5..8 model.version=v1 exception@6\n  predict model 5..8 model.version=v2',
    { resource: { 'deployment.environment': 'dev' }, scope: 'my.tracer' },
  ),
});

/** Suggestions at `|`, and what the filter becomes with the first. */
async function complete(drawn: string): Promise<{ inserts: string[]; first: string }> {
  const caret = drawn.indexOf('|');
  const filter = drawn.replace('|', '');
  const { from, to, suggestions } = await engine.request('query/complete', { filter, caret });
  const first = suggestions[0]?.insert;
  return {
    inserts: suggestions.map(({ insert }) => insert),
    first: first === undefined ? '' : filter.slice(0, from) + first + filter.slice(to),
  };
}

test('an empty filter is offered fields, words and the data’s keys, most frequent first', async () => {
  const { inserts } = await complete('|');
  assert.equal(inserts[0], 'service:');
  assert.ok(inserts.includes('any('));
  const at = (key: string): number => inserts.indexOf(key);
  assert.ok(at('deployment.environment:') > 0 && at('deployment.environment:') < at('model.version:'));
  assert.ok(at('model.version:') < at('http.route:'));
});

test('what is being written is completed and replaced, wherever the caret stands', async () => {
  assert.equal((await complete('serv| dur>1s')).first, 'service: dur>1s');
  assert.equal((await complete('service:mo|del dur>1s')).first, 'service:model dur>1s');
  assert.equal((await complete('a (not vers|')).first, 'a (not model.version:');
  assert.equal((await complete('root.serv|')).first, 'root.service:');
  assert.equal((await complete('trace.sp|')).first, 'trace.spans>');
  assert.equal((await complete('resource.|')).inserts[0], 'deployment.environment:');
});

test('values come from the data, most frequent first, in quotes where they need them', async () => {
  assert.deepEqual((await complete('service:|')).inserts, ['model', 'gateway']);
  assert.deepEqual((await complete('model.version=|')).inserts, ['v2', 'v1']);
  assert.deepEqual((await complete('version=|')).inserts, ['v2', 'v1']);
  assert.equal((await complete('note:tw|')).first, 'note:"two words"');
  assert.equal((await complete('note:"tw|')).first, 'note:"two words"');
  assert.equal((await complete('note:"tw|o" x')).first, 'note:"two words" x');
  assert.deepEqual((await complete('status:|')).inserts, ['unset', 'ok', 'error']);
  assert.ok((await complete('has:exc|')).inserts.includes('exception'));
  assert.deepEqual(
    (await complete('parent.name:P|')).inserts,
    ['predict', 'POST /a'].map((each) => (each.includes(' ') ? `"${each}"` : each)),
  );
  assert.deepEqual((await complete('dur>1|')).inserts, []);
  assert.deepEqual((await complete('note:"two words"|')).inserts, []);
  assert.ok((await complete('note:"two words" |')).inserts.length > 5);
});

test('a list and a page show what the filter lets through, and say how many', async () => {
  await engine.request('traces/import', {
    signal: 'traces',
    body: traceFromText('job worker 0..5', { traceId: 'c'.repeat(32) }),
  });
  const list = async (filter: string): Promise<unknown> => {
    const { traces, matched, total } = await engine.request('traces/list', { limit: 10, filter });
    return [traces.map(({ name }) => name), matched, total];
  };
  assert.deepEqual(await list('service:model model.version=v1'), [['POST /a'], 1, 2]);
  assert.deepEqual(await list('-has:exception'), [['job'], 1, 2]);
  assert.deepEqual(await list('nothing.of:that'), [[], 0, 2]);
  assert.deepEqual((await engine.request('traces/list', { limit: 10, filter: ' ' })).matched, undefined);
  const query = { filter: 'kind:server', brush: null, sort: 'start', descending: true, group: '' } as const;
  const page = { ...PLAIN_PAGE, query, count: 10 };
  assert.equal((await engine.request('traces/page', page)).rowCount, 1);
  await engine.request('traces/import', {
    signal: 'traces',
    body: traceFromText('GET worker 0..5 server', { traceId: 'd'.repeat(32) }),
  });
  assert.equal((await engine.request('traces/page', page)).rowCount, 2);
});

test('everything wrong with a filter is told with its place', async () => {
  const problem = async (filter: string) => (await engine.request('query/check', { filter })).problem;
  assert.equal(await problem('name~"^a|b" dur>1s'), null);
  assert.deepEqual(await problem('service:x dur>5'), {
    message: 'A duration is a number with ns, us, ms, s, m or h, as in 200ms.',
    start: 14,
    end: 15,
  });
  const regex = await problem('name~"(a" x');
  assert.match(regex?.message ?? '', /no regular expression/);
  assert.deepEqual([regex?.start, regex?.end], [5, 9]);
  await assert.rejects(engine.request('traces/list', { limit: 1, filter: 'a (' }), {
    code: 'invalid',
    message: /^Column 4: /,
  });
});
