import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { TraceId } from '../../../src/core/model/ids.ts';
import { TraceStore } from '../../../src/core/store/traceStore.ts';
import { exportedParts, type AskPart } from '../../../src/engine/files/exportedParts.ts';
import { exportTargetOf } from '../../../src/engine/files/exportFormat.ts';
import { fileChunks } from '../../../src/engine/files/fileChunks.ts';
import { FileProblem } from '../../../src/engine/files/fileProblem.ts';
import { readTraceFile } from '../../../src/engine/files/readTraceFile.ts';
import { writeTraceFile } from '../../../src/engine/files/writeTraceFile.ts';
import { decodeOtlp } from '../../support/otlpProto.ts';
import { logsRequest, spanIdAt, traceFromText } from '../../support/otlpBytes.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'spanline-files-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const IDS = ['a', 'b', 'c'].map((digit) => digit.repeat(32) as TraceId);

function newStore(): TraceStore {
  return new TraceStore({ now: () => 0, maxBytes: 64 * 1024 * 1024 });
}

const store = newStore();
for (const traceId of IDS) {
  store.ingestTraces(
    traceFromText('POST /x gateway 0..90 server a=1\n  call model 10..80 "note=a b" error:no', { traceId }),
  );
  store.ingestLogs(logsRequest([{ traceId, spanId: spanIdAt(2), timeNs: 7n, body: 'said' }], { service: 'model' }));
}
// In small parts, so that there are several of each kind.
const ask: AskPart = ({ traceIds, signal, from }) =>
  signal === 'traces' ? store.exportSpans(traceIds, from, 100) : store.exportLogs(traceIds, from, 10);

function everything(from: TraceStore): unknown {
  return IDS.flatMap((traceId) => [1, 2].map((id) => ({ traceId, spanId: spanIdAt(id) }))).map((ref) => [
    from.details(ref),
    from.logs(ref),
  ]);
}

async function write(name: string, signal?: AbortSignal): Promise<Awaited<ReturnType<typeof writeTraceFile>>> {
  return writeTraceFile(path.join(folder, name), exportTargetOf(name)!, exportedParts(ask, IDS), signal);
}

describe('written trace files', () => {
  for (const name of ['t.json', 't.jsonl', 't.ndjson.gz', 't.JSON.gz']) {
    test(`${name} holds everything, and is read again`, async () => {
      assert.deepEqual(await write(name), { spans: 6, logRecords: 3, leftOut: 0 });
      const copy = newStore();
      const report = await readTraceFile(fileChunks(path.join(folder, name)), (signal, body) =>
        signal === 'traces' ? copy.ingestTraces(body) : copy.ingestLogs(body),
      );
      assert.deepEqual([report.spans, report.logRecords, report.problemCount], [6, 3, 0]);
      assert.deepEqual(everything(copy), everything(store));
    });
  }

  test('a JSON document is one that others read', async () => {
    await write('whole.json');
    const whole = JSON.parse(readFileSync(path.join(folder, 'whole.json'), 'utf8')) as Record<string, unknown[]>;
    assert.deepEqual(Object.keys(whole), ['resourceSpans', 'resourceLogs']);
    assert.ok(whole['resourceSpans']!.length > 3);
    await writeTraceFile(path.join(folder, 'none.json'), exportTargetOf('none.json')!, exportedParts(ask, []));
    assert.deepEqual(JSON.parse(readFileSync(path.join(folder, 'none.json'), 'utf8')), { resourceSpans: [] });
  });

  test('a protobuf file is one request of spans; log records that find no place are counted', async () => {
    assert.deepEqual(await write('t.binpb.gz'), { spans: 6, logRecords: 0, leftOut: 3 });
    const bytes = gunzipSync(readFileSync(path.join(folder, 't.binpb.gz')));
    const { resourceSpans } = decodeOtlp('ExportTraceServiceRequest', bytes) as { resourceSpans: unknown[] };
    assert.ok(resourceSpans.length > 3);
  });

  test('the suffix names the format', () => {
    assert.deepEqual(exportTargetOf('a.b.PB'), { format: 'protobuf', gzip: false });
    assert.deepEqual(exportTargetOf('/x.d/a.jsonl.gz'), { format: 'jsonLines', gzip: true });
    for (const name of ['a', 'a.gz', 'a.txt', '.json.d/a']) assert.equal(exportTargetOf(name), undefined, name);
  });

  test('an export that fails or is cancelled leaves what was there', async () => {
    const file = path.join(folder, 'kept.json');
    writeFileSync(file, 'before');
    await assert.rejects(write('kept.json', AbortSignal.abort(new FileProblem('stop'))), { message: 'stop' });
    const failing = writeTraceFile(
      file,
      exportTargetOf(file)!,
      exportedParts(() => Promise.reject(new Error('gone')), IDS),
    );
    await assert.rejects(failing, { message: 'gone' });
    assert.equal(readFileSync(file, 'utf8'), 'before');
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.includes('partial')),
      [],
    );
    await assert.rejects(write('missing/t.json'), /its folder does not exist/);
  });
});
