import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { SpanJson, TraceJson } from '../../src/cli/traceJson.ts';
import { logsRequest, spanIdAt, TRACE_ID, traceFromText, tracesRequest } from '../support/otlpBytes.ts';
import { startOwner, type OwnerRig } from './support/ownerRig.ts';
import { linesOf, runSpanline, startSpanline } from './support/runSpanline.ts';

const OTHER = 'b'.repeat(32);
const HOSTILE = 'c'.repeat(32);
const ESCAPES = 'evil\u001b]0;title\u0007\u001b[31m\u202e name\nline';

let owner: OwnerRig;
before(async () => {
  owner = await startOwner();
  owner.store.ingestTraces(
    traceFromText(
      'POST /triage gateway 0..900 server http.route=/triage\n  predict model 70..850 model.name=clf error:no\n    load model 80..90',
    ),
  );
  owner.store.ingestLogs(
    logsRequest([{ traceId: TRACE_ID, spanId: spanIdAt(2), timeNs: 1767225600_100_000_000n, body: 'a line' }], {
      service: 'model',
    }),
  );
  owner.store.ingestTraces(traceFromText('GET /fast worker 0..5 server', { traceId: OTHER, startMs: 1767225700000 }));
});
after(() => owner.stop());

const run = (...args: string[]) => runSpanline(args, { storage: owner.storage });

describe('spanline traces', () => {
  test('lists traces newest first, in columns', async () => {
    const { code, out, err } = await run('traces');
    assert.equal(code, 0, err);
    const [head, fast, slow, end] = out.split('\n');
    assert.match(head!, /^TRACE +START +DURATION +SPANS +ERRORS +SERVICES +NAME$/);
    assert.match(fast!, /^b{32} {2}\d\d:\d\d:\d\d\.000 +≥ 5 ms +1 +0 +worker +GET \/fast$/);
    assert.match(slow!, new RegExp(`^${TRACE_ID}.* ≥ 900 ms +3 +1 +gateway, model +POST /triage$`));
    assert.equal(end, '');
    assert.equal(head!.indexOf('NAME'), fast!.indexOf('GET'));
    assert.equal(head!.indexOf('SERVICES'), slow!.indexOf('gateway'));
  });

  test('takes a filter and a limit', async () => {
    assert.match((await run('traces', 'errors', 'dur>100ms')).out, /\n0af7[^\n]*\n$/);
    const limited = await run('traces', '-n', '1');
    assert.equal(limited.out.split('\n').length, 3);
    assert.match(limited.err, /^1 more; --limit N shows more of them\n$/);
    assert.match((await run('traces', '--', '-errors')).out, /\nb{32}[^\n]*\n$/);
  });

  test('writes a trace a line as JSON, times as text', async () => {
    const { out } = await run('traces', '--json');
    const [fast, slow] = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as TraceJson);
    assert.equal(fast?.traceId, OTHER);
    assert.deepEqual([slow?.name, slow?.start, slow?.durationNs], ['POST /triage', '1767225600000000000', '900000000']);
  });

  test('says that nothing matches with an exit code of its own', async () => {
    const { code, out, err } = await run('traces', 'name:nothing');
    assert.deepEqual([code, out, err], [3, '', 'None of the 2 traces matches.\n']);
  });
});

describe('spanline trace', () => {
  test('draws the spans under their parents', async () => {
    const { code, out, err } = await run('trace', TRACE_ID.slice(0, 6));
    assert.equal(code, 0, err);
    const lines = out.split('\n');
    assert.match(lines[0]!, /^POST \/triage {2}gateway, model · ≥ 900 ms · 3 spans · 1 error · 20\d\d-\d\d-\d\d \d\d:/);
    assert.equal(lines[1], TRACE_ID);
    assert.match(lines[3]!, /^POST \/triage +gateway +█{32} +900 ms$/);
    assert.match(lines[4]!, /^ {2}✗ predict {2}clf +model +█{28} +780 ms$/);
    assert.match(lines[5]!, /^ {4}load +model +█ +10 ms$/);
    assert.match((await run('trace', TRACE_ID, '-n', '1')).out, /\n… 2 more spans; --limit N shows more of them\n$/);
  });

  test('writes every field of every span as JSON', async () => {
    const { out } = await run('trace', TRACE_ID, '--json');
    const trace = JSON.parse(out) as TraceJson & { readonly spans: readonly SpanJson[]; readonly logs: unknown[] };
    assert.equal(trace.spanCount, 3);
    const [root, predict, load] = trace.spans;
    assert.deepEqual([root?.depth, predict?.depth, load?.depth], [0, 1, 2]);
    assert.deepEqual(predict?.attributes, [{ key: 'model.name', value: { type: 'string', value: 'clf' } }]);
    assert.deepEqual([predict.offsetNs, predict.durationNs, predict.selfNs], ['70000000', '780000000', '770000000']);
    assert.deepEqual([predict.start, predict.end], ['1767225600070000000', '1767225600850000000']);
    assert.deepEqual(
      predict.logs.map(({ body, offsetNs }) => [body, offsetNs]),
      [[{ type: 'string', value: 'a line' }, '30000000']],
    );
  });

  test('long values are whole', async () => {
    const traceId = 'd'.repeat(32);
    const prompt = 'word '.repeat(100_000);
    const span = { traceId, spanId: spanIdAt(1), name: 'x', startNs: 1n, endNs: 2n, attributes: { prompt } };
    owner.store.ingestTraces(tracesRequest([span], { service: 's' }));
    const trace = JSON.parse((await run('trace', traceId, '--json')).out) as { spans: SpanJson[] };
    assert.deepEqual(trace.spans[0]?.attributes, [{ key: 'prompt', value: { type: 'string', value: prompt } }]);
  });

  test('an id that is none, or many, or nobody’s is told', async () => {
    assert.deepEqual((await run('trace', 'xyz')).code, 2);
    assert.match((await run('trace', '0a')).err, /at least 4 digits/);
    assert.match((await run('trace')).err, /id is missing/);
    const unknown = await run('trace', '9999');
    assert.deepEqual([unknown.code, unknown.err], [3, 'spanline trace: no trace’s id begins with 9999\n']);
    owner.store.ingestTraces(traceFromText('A a 0..1', { traceId: `eeee${'1'.repeat(28)}` }));
    owner.store.ingestTraces(traceFromText('B a 0..1', { traceId: `eeee${'2'.repeat(28)}` }));
    const many = await run('trace', 'eeee');
    assert.equal(many.code, 1);
    assert.match(many.err, /2 traces begin with eeee; give more of the id:\n {4}eeee1+ {2}A\n {4}eeee2+ {2}B\n/);
  });
});

test('text of spans reaches a terminal without control characters', async () => {
  const span = {
    traceId: HOSTILE,
    spanId: spanIdAt(1),
    name: ESCAPES,
    startNs: 1n,
    endNs: 2n,
    attributes: { 'http.route': ESCAPES },
  };
  owner.store.ingestTraces(tracesRequest([span], { service: ESCAPES }));
  for (const args of [
    ['traces', 'trace:cccc'],
    ['trace', HOSTILE],
  ]) {
    const { out, err } = await run(...args);
    assert.doesNotMatch(out + err, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    assert.match(out, /evil‹U\+001B›\]0;title‹U\+0007›/);
  }
});

test('spanline stats tells what is held', async () => {
  const { out } = await run('stats');
  assert.match(out, /^Receiver +stopped\n/);
  assert.match(out, /\nLog records +1\n/);
  const json = JSON.parse((await run('stats', '--json')).out) as { logs: number; storage: string };
  assert.deepEqual([json.logs, json.storage], [1, owner.storage]);
});

describe('spanline tail', () => {
  test('writes what arrives, once, and as JSON again when it has settled', async () => {
    const people = startSpanline(['tail', 'tailed'], { storage: owner.storage });
    const json = startSpanline(['tail', '--json', 'tailed'], { storage: owner.storage });
    const ends = [people, json].map((child) => new Promise((resolve) => child.once('close', resolve)));
    await Promise.all([people, json].map((child) => new Promise((resolve) => child.stderr.once('data', resolve))));
    const shown = linesOf(people);
    const objects = linesOf(json);
    owner.engine.ingest('traces', traceFromText('other s 0..5', { traceId: 'f'.repeat(32) }));
    owner.engine.ingest('traces', traceFromText('tailed s 0..5', { traceId: `f${'1'.repeat(31)}` }));
    assert.match((await shown.next()).value as string, /^TRACE/);
    assert.match((await shown.next()).value as string, /^f1{31}.* ≥ 5 ms .*tailed$/);
    const first = JSON.parse((await objects.next()).value as string) as TraceJson;
    assert.deepEqual([first.name, first.assembling], ['tailed', true]);
    owner.advance(40_000);
    const second = JSON.parse((await objects.next()).value as string) as TraceJson;
    assert.deepEqual([second.traceId, second.assembling], [first.traceId, false]);
    people.kill('SIGTERM');
    json.kill('SIGINT');
    assert.deepEqual(await Promise.all(ends), [0, 0]);
    assert.equal((await shown.next()).done, true);
  });

  test('ends with a word when the owner goes', async () => {
    const gone = await startOwner();
    const child = startSpanline(['tail'], { storage: gone.storage });
    let err = '';
    const waiting = new Promise<void>((resolve) => {
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        err += text;
        if (err.includes('Waiting')) resolve();
      });
    });
    const ended = new Promise((resolve) => child.once('close', resolve));
    await waiting;
    await gone.stop();
    assert.equal(await ended, 1);
    assert.match(err, /The Spanline that held the traces is gone/);
  });
});

test('without an owner each command says how to start one', async () => {
  for (const args of [['traces'], ['trace', 'abcd'], ['tail'], ['stats'], ['open', 'x'], ['export', '-o', 'x.json']]) {
    const { code, err } = await runSpanline(args);
    assert.equal(code, 1, args.join(' '));
    assert.match(err, /no Spanline is running\. Start one: .*\n {4}spanline serve\n$/);
  }
});

test('an owner of another version is named', async () => {
  const older = await startOwner({ version: '0.0.1' });
  try {
    const { code, err } = await runSpanline(['stats', '--storage', older.storage]);
    assert.equal(code, 1);
    assert.match(err, /has another version \(1 0\.0\.1\)/);
  } finally {
    await older.stop();
  }
});
