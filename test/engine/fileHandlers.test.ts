import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import type { TraceId } from '../../src/core/model/ids.ts';
import { startTestEngine } from '../support/testEngine.ts';
import { TRACE_ID, traceFromText, tracesRequest } from '../support/otlpBytes.ts';

const OTHER = 'b'.repeat(32) as TraceId;
const folder = mkdtempSync(path.join(tmpdir(), 'spanline-files-'));
const at = (name: string) => path.join(folder, name);
const full = await startTestEngine({ receiver: false });
const empty = await startTestEngine({ receiver: false });
after(async () => {
  await full.stop();
  await empty.stop();
  rmSync(folder, { recursive: true, force: true });
});
full.store.ingestTraces(traceFromText('GET /a gateway 0..250 server error\n  load db 10..20'));
full.store.ingestTraces(traceFromText('GET /b worker 0..5', { traceId: OTHER }));

test('a window writes one trace or all, and another reads them', async () => {
  const one = await full.request('files/export', { job: 1, path: at('one.json'), traceIds: [OTHER] });
  assert.deepEqual(one, { traces: 1, spans: 1, logRecords: 0, leftOut: 0 });
  const all = await full.request('files/export', { job: 1, path: at('all.pb.gz'), traceIds: [] });
  assert.deepEqual([all.traces, all.spans], [2, 3]);
  const opened = await empty.request('files/open', { job: 7, path: at('all.pb.gz') });
  assert.deepEqual([opened.spans, opened.format, opened.problems], [3, 'OTLP protobuf', []]);
  assert.deepEqual(opened.traceIds.toSorted(), [TRACE_ID, OTHER].toSorted());
  assert.equal((await empty.listTraces()).length, 2);
});

test('what is wrong with a file is said', async () => {
  writeFileSync(at('text.txt'), 'hello');
  const open = (name: string) => full.request('files/open', { job: 1, path: at(name) });
  await assert.rejects(open('missing.json'), { code: 'failed', message: 'there is no such file' });
  await assert.rejects(open('text.txt'), { code: 'failed', message: /no trace file that Spanline reads/ });
  const write = (name: string) => full.request('files/export', { job: 1, path: at(name), traceIds: [] });
  await assert.rejects(write('x.txt'), { code: 'invalid', message: /none of \.json/ });
  await assert.rejects(write('missing/x.json'), { code: 'failed', message: 'its folder does not exist' });
});

test('reading can be cancelled by whoever asked; what came before is kept', async () => {
  const span = {
    traceId: 'c'.repeat(32),
    spanId: 'd'.repeat(16),
    startNs: 1n,
    endNs: 2n,
    attributes: { long: 'x'.repeat(1_000_000) },
  };
  const body = tracesRequest([span], { service: 's' });
  writeFileSync(at('long.pb'), Buffer.concat(Array.from({ length: 64 }, () => body)));
  const other = empty.connect();
  const reading = empty.request('files/open', { job: 9, path: at('long.pb') });
  // Another client's job of the same number is another job.
  await other.request('files/cancel', { job: 9 });
  await empty.request('files/cancel', { job: 9 });
  await assert.rejects(reading, { code: 'cancelled' });
  assert.equal((await empty.request('files/open', { job: 9, path: at('long.pb') })).spans, 64);
  other.dispose();
});

test('an export that is cancelled leaves no file', async () => {
  const writing = full.request('files/export', { job: 2, path: at('never.json'), traceIds: [] });
  await full.request('files/cancel', { job: 2 });
  await assert.rejects(writing, { code: 'cancelled' });
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith('never')),
    [],
  );
});
