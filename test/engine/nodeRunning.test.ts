import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { after, before, describe, it } from 'node:test';
import type { TraceSummary } from '../../src/core/model/trace.ts';
import { type TestEngine, arrivedTrace, tracesWhen } from '../interop/arrivals.ts';
import { startTestEngine } from '../support/testEngine.ts';

const REGISTER = path.resolve(import.meta.dirname, '../../instrument/node/register.cjs');
const PROGRAM = path.resolve(import.meta.dirname, '../fixtures/launch/hangs.cjs');

describe('a Node program with instrument/node', () => {
  let engine: TestEngine;
  before(async () => {
    engine = await startTestEngine();
  });
  after(() => engine.stop());

  function start(service: string, more: Readonly<Record<string, string>> = {}): ChildProcess {
    return spawn(process.execPath, ['--require', REGISTER, PROGRAM], {
      stdio: ['pipe', 'inherit', 'inherit'],
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        OTEL_RESOURCE_ATTRIBUTES: `spanline.run.id=r1,service.name=${service}`,
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${String(engine.httpPort)}`,
        ...more,
      },
    });
  }

  async function traceOf(service: string, fits: (trace: TraceSummary) => boolean): Promise<TraceSummary> {
    const ready = (trace: TraceSummary): boolean => trace.services.includes(service) && fits(trace);
    return (await tracesWhen(engine, (all) => all.some(ready))).find(ready) ?? assert.fail();
  }

  it('shows calls while they run, under their parents, and then as they ended', async () => {
    const child = start('hangs');
    const running = await traceOf('hangs', ({ spanCount }) => spanCount === 2);
    const before = await arrivedTrace(engine, running.traceId);
    assert.deepEqual(before.map(({ details: { name, end } }) => [name, end]).sort(), [
      ['model call', ''],
      ['request', ''],
    ]);
    const parent = before.find(({ details }) => details.name === 'request')?.details;
    const call = before.find(({ details }) => details.name === 'model call');
    assert.equal(parent?.parentSpanId, '');
    assert.equal(call?.details.parentSpanId, parent.spanId);
    const lines = readFileSync(PROGRAM, 'utf8').split('\n');
    const line = lines.findIndex((each) => each.includes("'model call'")) + 1;
    assert.equal(call.attributes['code.line.number'], BigInt(line));
    child.stdin?.end();
    assert.deepEqual(await once(child, 'exit'), [0, null]);
    const whole = await traceOf('hangs', ({ spanCount }) => spanCount === 3);
    const after = await arrivedTrace(engine, whole.traceId);
    assert.ok(after.every(({ details }) => details.end !== ''));
  });

  it('shows what was running when the process was killed as ended with it', async () => {
    const child = start('killed');
    const running = await traceOf('killed', ({ spanCount }) => spanCount === 2);
    assert.equal(running.errorCount, 0);
    child.kill('SIGKILL');
    await traceOf('killed', ({ errorCount }) => errorCount === 2);
    for (const { details, attributes } of await arrivedTrace(engine, running.traceId)) {
      assert.notEqual(details.end, '', details.name);
      assert.deepEqual(details.status, { code: 2, message: 'The process ended while this was running.' });
      assert.equal(attributes['spanline.process_gone'], true);
      assert.equal(details.parentSpanId === '', details.name === 'request');
    }
  });
});
