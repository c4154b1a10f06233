import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import type { TraceSummary } from '../../src/core/model/trace.ts';
import { startTestEngine } from '../support/testEngine.ts';
import { INSTRUMENT, python, skip } from './capturePython.ts';
import { type ArrivedSpan, arrivedTrace, type TestEngine, text, tracesWhen } from './arrivals.ts';
import { cleanEnvironment } from './runProgram.ts';

const FOLDER = path.join(import.meta.dirname, 'capture/pytests');
const FILE = 'test_orders.py';

/** Every test of the program with what stands under it: `name` or `name!` of failed ones, by start, indented. */
const TREES: Readonly<Record<string, readonly string[]>> = {
  'TestOrders::test_total[eur]': ['setup', ' fixture order', '  make order', 'call', ' total', 'teardown'],
  'TestOrders::test_total[usd]': ['setup', ' fixture order', '  make order', 'call!', ' total!', 'teardown'],
  'test_waits[1]': ['setup', ' fixture anyio_backend', 'call', ' awaited', 'teardown'],
  'test_waits[2]': ['setup', ' fixture anyio_backend', 'call', ' awaited', 'teardown'],
  'TestAwaited::test_isolated': ['setup', 'call', ' isolated', 'teardown'],
  test_later: ['setup', 'teardown'],
  test_known: ['setup', 'call', 'teardown'],
};
const RESULTS: Readonly<Record<string, string>> = { 'TestOrders::test_total[usd]': 'fail', test_later: 'skip' };

describe('pytest, run with tracing', { skip }, () => {
  let engine: TestEngine;
  before(async () => {
    engine = await startTestEngine();
  });
  after(() => engine.stop());

  async function lineOf(needle: string): Promise<number> {
    const lines = (await readFile(path.join(FOLDER, FILE), 'utf8')).split('\n');
    return lines.findIndex((line) => line.includes(needle)) + 1;
  }

  /** Runs the tests; resolves to what pytest printed. */
  async function run(service: string, ...args: readonly string[]): Promise<string> {
    const child = spawn(python, ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', ...args, FILE], {
      cwd: FOLDER,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: cleanEnvironment({
        PYTHONPATH: INSTRUMENT,
        PYTHONDONTWRITEBYTECODE: '1',
        OTEL_SERVICE_NAME: service,
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${String(engine.httpPort)}`,
        OTEL_BSP_SCHEDULE_DELAY: '60000',
      }),
    });
    const [output] = await Promise.all([textOf(child.stdout), once(child, 'exit')]);
    return output;
  }

  async function testsOf(service: string): Promise<ReadonlyMap<string, readonly ArrivedSpan[]>> {
    const ofService = (traces: readonly TraceSummary[]): readonly TraceSummary[] =>
      traces.filter(({ services }) => services.includes(service));
    const count = (traces: readonly TraceSummary[]): number =>
      ofService(traces).reduce((sum, { spanCount }) => sum + spanCount, 0);
    const whole = Object.values(TREES).reduce((sum, tree) => sum + tree.length + 1, 0);
    const traces = ofService(await tracesWhen(engine, (all) => count(all) >= whole));
    const tests = new Map<string, readonly ArrivedSpan[]>();
    for (const { traceId, name } of traces) tests.set(name, await arrivedTrace(engine, traceId));
    return tests;
  }

  /** What stands under the test, each span below its parent, by start. */
  function treeOf(spans: readonly ArrivedSpan[], parent: string, depth = 0): readonly string[] {
    return spans
      .filter(({ details }) => details.parentSpanId === parent)
      .sort((a, b) => (a.details.start < b.details.start ? -1 : 1))
      .flatMap(({ details }) => [
        `${' '.repeat(depth)}${details.name}${details.status.code === 2 ? '!' : ''}`,
        ...treeOf(spans, details.spanId, depth + 1),
      ]);
  }

  it('shows each test with its parts, fixtures and the spans of the program under it, and how it came out', async () => {
    const output = await run('plain');
    assert.match(output, /1 failed, 4 passed, 1 skipped, 1 xfailed/);
    assert.doesNotMatch(output, /spanline/);
    const tests = await testsOf('plain');
    assert.deepEqual(
      [...tests.keys()].sort(),
      Object.keys(TREES)
        .map((name) => `${FILE}::${name}`)
        .sort(),
    );
    for (const [name, tree] of Object.entries(TREES)) {
      const id = `${FILE}::${name}`;
      const spans = tests.get(id) ?? assert.fail(id);
      const root = spans.find(({ details }) => details.parentSpanId === '') ?? assert.fail(id);
      assert.deepEqual(treeOf(spans, root.details.spanId), tree, id);
      const { attributes } = root;
      assert.deepEqual(
        [attributes['test.case.name'], attributes['test.case.result.status'], attributes['test.suite.name']],
        [id, RESULTS[name] ?? 'pass', id.slice(0, id.lastIndexOf('::'))],
      );
      assert.equal(attributes['code.file.path'], path.join(FOLDER, FILE));
    }
  });

  it('says of a failed test where it is and what it failed by, from the code of the tests on', async () => {
    const tests = await testsOf('plain');
    const root = tests.get(`${FILE}::TestOrders::test_total[usd]`)?.find(({ details }) => details.parentSpanId === '');
    assert.deepEqual(root?.details.status, { code: 2, message: 'ValueError: no dollars' });
    assert.equal(root.attributes['code.line.number'], BigInt(await lineOf('def test_total')));
    const [event] = root.events;
    assert.equal(event?.name, 'exception');
    assert.match(
      text(event.attributes['exception.stacktrace']),
      /^Traceback \(most recent call last\):\n {2}File ".*test_orders.py", line \d+, in test_total\n[^]*in check\n/,
    );
  });

  it('shows the tests of several workers', async () => {
    assert.match(await run('workers', '-n', '2'), /1 failed, 4 passed, 1 skipped, 1 xfailed/);
    assert.equal((await testsOf('workers')).size, Object.keys(TREES).length);
  });
});
