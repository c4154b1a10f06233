import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { TraceLogPage } from '../../src/protocol/aroundApi.ts';
import { logsRequest, spanIdAt, START_MS, traceFromText, TRACE_ID } from '../support/otlpBytes.ts';
import { startTestEngine, type TestEngine } from '../support/testEngine.ts';

const TRACE = `
POST /triage    gateway   0..900  server
  predict       model     90..850 event:first_token@300 exception@700
`;
const at = (ms: number): bigint => BigInt(START_MS + ms) * 1_000_000n;

let engine: TestEngine;
let viewId: number;
before(async () => {
  engine = await startTestEngine({ receiver: false });
  engine.engine.ingest('traces', traceFromText(TRACE));
  const record = (ms: number, ordinal: number, severityNumber: number, body: string) => ({
    traceId: TRACE_ID,
    ...(ordinal > 0 && { spanId: spanIdAt(ordinal) }),
    timeNs: at(ms),
    severityNumber,
    body,
  });
  engine.engine.ingest(
    'logs',
    logsRequest([
      record(800, 2, 13, 'slow answer'),
      record(100, 1, 9, 'ticket taken'),
      { ...record(100, 2, 5, 'loading'), attributes: { 'code.file.path': '/app/predict.py', 'code.line.number': 3 } },
      record(5, 0, 9, 'of the trace alone'),
      { ...record(50, 1, 9, 'of another'), traceId: 'f'.repeat(32) },
    ]),
  );
  ({ viewId } = await engine.request('view/open', { traceId: TRACE_ID }));
});
after(() => engine.stop());

function page(change: { severity?: number; text?: string; from?: number; count?: number } = {}): Promise<TraceLogPage> {
  return engine.request('logs/page', { viewId, severity: 0, text: '', from: 0, count: 100, ...change });
}

function lines({ rows }: TraceLogPage): string[] {
  return rows.map((row) => `${row.offsetNs / 1e6} ${row.severityNumber} ${row.spanName} ${row.kind}: ${row.text}`);
}

describe('logs of an open trace', () => {
  it('has records and events of all spans in order of time, those of one time as they arrived', async () => {
    const all = await page();
    assert.equal(all.total, 6);
    assert.deepEqual(lines(all), [
      '5 9  record: of the trace alone',
      '100 9 POST /triage record: ticket taken',
      '100 5 predict record: loading',
      '300 0 predict event: first_token',
      all.rows[4] ? `700 17 predict event: ${all.rows[4].text}` : '',
      '800 13 predict record: slow answer',
    ]);
    assert.equal(all.rows[4]?.eventName, 'exception');
  });

  it('names the span of a line, its place among that span’s records, and whether it names a source line', async () => {
    const { rows } = await page();
    assert.deepEqual(
      rows.map(({ spanId, logIndex, hasLine }) => [spanId, logIndex, hasLine]),
      [
        ['', -1, false],
        [spanIdAt(1), 0, false],
        [spanIdAt(2), 0, true],
        [spanIdAt(2), -1, false],
        [spanIdAt(2), -1, false],
        [spanIdAt(2), 1, false],
      ],
    );
  });

  it('leaves out what is less severe or lacks the text, and pages the rest', async () => {
    const warnings = await page({ severity: 13 });
    assert.deepEqual([warnings.matched, warnings.total], [2, 6]);
    assert.deepEqual(lines(await page({ text: 'LOADING' })), ['100 5 predict record: loading']);
    assert.equal((await page({ text: 'model' })).matched, 2);
    const second = await page({ from: 1, count: 1 });
    assert.deepEqual([second.from, lines(second)], [1, ['100 9 POST /triage record: ticket taken']]);
  });

  it('has records that come later, though no span changed', async () => {
    const before = (await page()).total;
    engine.engine.ingest(
      'logs',
      logsRequest([{ traceId: TRACE_ID, spanId: spanIdAt(2), timeNs: at(810), severityNumber: 9, body: 'late' }]),
    );
    const after = await page();
    assert.equal(after.total, before + 1);
    assert.equal(after.rows.at(-1)?.text, 'late');
  });
});
