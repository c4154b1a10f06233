import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { TraceId } from '../../src/core/model/ids.ts';
import { CELL } from '../../src/core/layout/minimap.ts';
import { ProtocolError } from '../../src/protocol/errors.ts';
import { traceFromText } from '../support/otlpBytes.ts';
import { startTestEngine, type TestEngine } from '../support/testEngine.ts';

const TRIAGE = `
POST /triage      gateway    0..900 server
  fetch_features  features  10..60  client
  model_predict   model     70..850 error:boom
`;

let engine: TestEngine;
let traceId: TraceId;
before(async () => {
  engine = await startTestEngine({ receiver: false });
  await engine.request('traces/import', { signal: 'traces', body: traceFromText(TRIAGE) });
  const [trace] = await engine.listTraces();
  assert.ok(trace);
  ({ traceId } = trace);
});
after(() => engine.stop());

test('an open trace is drawn as a thumbnail, in arrays of exactly its size', async () => {
  const { viewId, summary } = await engine.request('view/open', { traceId });
  const map = await engine.request('view/minimap', { viewId, pixels: 90, lanes: 40 });
  assert.deepEqual([map.viewId, map.pixels, map.lanes, map.lengthNs], [viewId, 90, 3, summary.durationNs]);
  assert.equal(map.cells.buffer.byteLength, 270);
  assert.ok(map.cells.subarray(0, 90).every((cell) => cell === map.cells[0]));
  assert.equal(map.cells[180 + 40], CELL.error);
  assert.deepEqual(
    [...map.errors.keys()].filter((column) => map.errors[column] === 1),
    [85],
  );
});

test('the services of an open trace have their shares', async () => {
  const { viewId, services } = await engine.request('view/open', { traceId });
  const shares = await engine.request('view/services', { viewId });
  const of = (name: string): (number | undefined)[] => {
    const at = services.indexOf(name);
    return [shares.spans[at], shares.errors[at], shares.selfNs[at]];
  };
  assert.deepEqual(of('gateway'), [1, 0, 70e6]);
  assert.deepEqual(of('model'), [1, 1, 780e6]);
});

test('sizes beyond reason and views of others are refused', async () => {
  const { viewId } = await engine.request('view/open', { traceId });
  const code = (wanted: string) => (error: unknown) => error instanceof ProtocolError && error.code === wanted;
  for (const size of [
    { pixels: 0, lanes: 1 },
    { pixels: 5000, lanes: 1 },
    { pixels: 10, lanes: 200 },
  ]) {
    await assert.rejects(engine.request('view/minimap', { viewId, ...size }), code('invalid'));
  }
  const other = engine.connect();
  await assert.rejects(other.request('view/minimap', { viewId, pixels: 10, lanes: 4 }), code('notFound'));
  await assert.rejects(other.request('view/services', { viewId }), code('notFound'));
  other.dispose();
});
