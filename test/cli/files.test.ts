import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { logsRequest, spanIdAt, TRACE_ID, traceFromText } from '../support/otlpBytes.ts';
import { startOwner, type OwnerRig } from './support/ownerRig.ts';
import { runSpanline } from './support/runSpanline.ts';

const OTHER = 'b'.repeat(32);
const folder = mkdtempSync(path.join(tmpdir(), 'spanline-cli-'));
const at = (name: string) => path.join(folder, name);
let full: OwnerRig;
let empty: OwnerRig;
before(async () => {
  [full, empty] = await Promise.all([startOwner(), startOwner()]);
  full.store.ingestTraces(traceFromText('POST /a gateway 0..9 server error:no\n  call db 1..2'));
  full.store.ingestTraces(traceFromText('GET /b gateway 0..5', { traceId: OTHER }));
  full.store.ingestLogs(
    logsRequest([{ traceId: TRACE_ID, spanId: spanIdAt(1), timeNs: 1n, body: 'x' }], { service: 'g' }),
  );
});
after(async () => {
  await Promise.all([full.stop(), empty.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

const exportTo = (...args: string[]) => runSpanline(['export', ...args], { storage: full.storage });
const open = (...args: string[]) => runSpanline(['open', ...args], { storage: empty.storage });

describe('spanline export and open', () => {
  test('a file that was exported is opened again, whole', async () => {
    for (const name of ['a.json', 'a.jsonl.gz', 'a.pb']) {
      const { code, out, err } = await exportTo('-o', at(name), 'service:gateway');
      assert.equal(code, 0, err);
      assert.equal(out, '');
      assert.match(
        err,
        name === 'a.pb'
          ? /Wrote 3 spans and 0 log.*\n1 log records are left out/
          : /Wrote 3 spans and 1 log records of 2 traces/,
      );
    }
    const { code, out, err } = await open(at('a.json'), at('a.jsonl.gz'), at('a.pb'));
    assert.equal(code, 0, err);
    const [json, lines, protobuf] = out.split('\n');
    assert.equal(json, `${at('a.json')}: 3 spans, 1 log record of 2 traces (OTLP JSON)`);
    assert.equal(lines, `${at('a.jsonl.gz')}: 3 spans, 1 log record of 2 traces (OTLP JSON)`);
    assert.equal(protobuf, `${at('a.pb')}: 3 spans of 2 traces (OTLP protobuf)`);
    for (const [traceId, id] of [
      [TRACE_ID, 1],
      [TRACE_ID, 2],
      [OTHER, 1],
    ] as const) {
      const ref = { traceId: traceId as typeof TRACE_ID, spanId: spanIdAt(id) };
      // The log record came in twice: it has no id of its own.
      assert.deepEqual({ ...empty.store.details(ref), logCount: 0 }, { ...full.store.details(ref), logCount: 0 });
    }
  });

  test('standard output and standard input take part', async () => {
    const exported = await exportTo('errors', '-o', '-', '--format', 'jsonl');
    assert.equal(exported.code, 0, exported.err);
    assert.equal(exported.out.split('\n').length, 3);
    const opened = await runSpanline(['open', '-', '--json'], { storage: empty.storage, input: exported.out });
    const { file, spans, traceIds, problems } = JSON.parse(opened.out) as Record<string, unknown>;
    assert.deepEqual({ file, spans, traceIds, problems }, { file: '-', spans: 2, traceIds: [TRACE_ID], problems: [] });
  });

  test('nothing that matches is no file', async () => {
    const { code, err } = await exportTo('name:nothing', '-o', at('none.json'));
    assert.deepEqual([code, err], [3, 'None of the 2 traces matches.\n']);
    assert.ok(!readdirSync(folder).includes('none.json'));
  });

  test('what is wrong with a file is told with its place, and the next one is read', async () => {
    writeFileSync(
      at('bad.jsonl'),
      `${readFileSync(at('a.json'), 'utf8').replaceAll('\n', '')}\n{"resourceSpans":[{"scopeSpans":7}]}\n`,
    );
    writeFileSync(at('text.txt'), 'hello');
    const { code, out, err } = await open(at('bad.jsonl'), at('missing.json'), at('text.txt'), at('a.pb'));
    assert.equal(code, 1);
    assert.match(out, /bad\.jsonl: 3 spans.*\n.*a\.pb: 3 spans/);
    assert.match(err, /bad\.jsonl: line 2, byte \d+: not valid OTLP JSON: scopeSpans: expected an array/);
    assert.match(err, /missing\.json: there is no such file/);
    assert.match(err, /text\.txt: this is no trace file that Spanline reads/);
  });

  test('wrong arguments are told before anything is asked', async () => {
    for (const [args, words] of [
      [['export'], /where to\? -o FILE/],
      [['export', '-o', 'x.txt'], /x\.txt says no format: name it \.json/],
      [['export', '-o', '-'], /standard output has no name/],
      [['export', '-o', 'x', '--format', 'xml'], /there is no format xml/],
      [['open'], /a file is missing/],
    ] as const) {
      const { code, err } = await runSpanline(args);
      assert.equal(code, 2, err);
      assert.match(err, words);
    }
    const unwritable = await exportTo('-o', at('missing/x.json'));
    assert.equal(unwritable.code, 1);
    assert.match(unwritable.err, /x\.json: its folder does not exist/);
  });
});
