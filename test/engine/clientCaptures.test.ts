import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Capture, readCaptures, readLinesCapture } from '../interop/captures.ts';
import { CAPTURED_LONG_TIMES, type Run, SHAPE_CHECKS } from '../interop/shape.ts';
import { replay } from '../support/replay.ts';
import { type TestEngine, startTestEngine } from '../support/testEngine.ts';

/** Sends what was captured to the port its transport is sent to by default. */
async function replayAll(engine: TestEngine, { record, connections }: Capture, pieceBytes: number): Promise<void> {
  const port = record.transport === 'grpc' ? engine.grpcPort : engine.httpPort;
  const enough = engine.metrics.acceptedRequests + record.requests;
  await replay(port, connections, { pieceBytes, answered: () => engine.metrics.acceptedRequests >= enough });
}

for (const capture of readCaptures()) {
  const { client, version, transport, gzip, maker, sent } = capture.record;
  describe(`${client} ${version} over ${transport}${gzip ? ' with gzip' : ''}, as it was captured`, () => {
    let run: Run;
    before(async () => {
      const engine = await startTestEngine();
      run = { engine, sent, maker, transport, longTimes: CAPTURED_LONG_TIMES };
      await replayAll(engine, capture, 64 * 1024);
    });
    after(() => run.engine.stop());

    for (const { title, check } of SHAPE_CHECKS) it(title, () => check(run));

    it('shows each span once when all of it is sent again, in small pieces', async () => {
      const shown = await spansOf(run.engine);
      await replayAll(run.engine, capture, 997);
      assert.equal(await spansOf(run.engine), shown);
      assert.equal(run.engine.metrics.refusedRequests, 0);
    });
  });
}

describe("the JSON lines of the Collector's file exporter", () => {
  it('are OTLP/JSON requests, a signal each', async () => {
    const { sent, lines } = readLinesCapture();
    const engine = await startTestEngine();
    try {
      for (const line of lines) {
        const signal = line.startsWith('{"resourceLogs"') ? 'logs' : 'traces';
        const { status } = await fetch(`http://127.0.0.1:${engine.httpPort}/v1/${signal}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: line,
        });
        assert.equal(status, 200);
      }
      const run: Run = { engine, sent, maker: 'js', transport: 'http/json', longTimes: CAPTURED_LONG_TIMES };
      for (const { check } of SHAPE_CHECKS) await check(run);
    } finally {
      await engine.stop();
    }
  });
});

async function spansOf(engine: TestEngine): Promise<number> {
  return (await engine.listTraces()).reduce((sum, { spanCount }) => sum + spanCount, 0);
}
