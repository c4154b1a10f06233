import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { eventually } from '../support/eventually.ts';
import type { TraceSummary } from '../../src/core/model/trace.ts';
import { startTestEngine } from '../support/testEngine.ts';
import { INSTRUMENT, PROGRAMS, python, runFile, skip } from './capturePython.ts';
import { type TestEngine, arrivedTrace, tracesWhen } from './arrivals.ts';
import { freePort } from './freePort.ts';
import { cleanEnvironment } from './runProgram.ts';

const environment = (env: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv =>
  cleanEnvironment({
    PYTHONPATH: INSTRUMENT,
    PYTHONDONTWRITEBYTECODE: '1',
    SPANLINE_CAPTURE_DEBUG: '',
    OTEL_EXPORTER_OTLP_TIMEOUT: '2',
    OTEL_BSP_SCHEDULE_DELAY: '60000',
    ...env,
  });

/** The line, 1-based, that holds a text in one of the programs. */
async function lineOf(program: string, needle: string): Promise<number> {
  const lines = (await readFile(path.join(PROGRAMS, program), 'utf8')).split('\n');
  const line = lines.findIndex((each) => each.includes(needle)) + 1;
  assert.ok(line > 0, needle);
  return line;
}

async function answering(port: number, child: ChildProcess): Promise<void> {
  await eventually(async () => {
    assert.equal(child.exitCode, null);
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.destroy();
  });
}

describe('a Python program with instrument/python', { skip }, () => {
  let engine: TestEngine;
  before(async () => {
    engine = await startTestEngine();
  });
  after(() => engine.stop());

  it('says the line of the handler and of each span, and loses nothing when it is told to end', async () => {
    const port = await freePort();
    const child = spawn(python, [path.join(PROGRAMS, 'service.py')], {
      cwd: PROGRAMS,
      stdio: 'ignore',
      env: environment({
        PORT: String(port),
        OTEL_SERVICE_NAME: 'service',
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${String(engine.httpPort)}`,
      }),
    });
    await answering(port, child);
    const answer = await fetch(`http://127.0.0.1:${String(port)}/orders/7`);
    assert.deepEqual(await answer.json(), { order: 7 });
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    assert.deepEqual(await ended, [null, 'SIGTERM']);
    const [trace] = await tracesWhen(engine, (traces) => traces.some(({ spanCount }) => spanCount === 2));
    assert.ok(trace);
    const spans = await arrivedTrace(engine, trace.traceId);
    const place = (name: string): readonly unknown[] => {
      const span = spans.find(({ details }) => details.name === name);
      return ['code.file.path', 'code.line.number', 'code.function.name'].map((key) => span?.attributes[key]);
    };
    const file = path.join(PROGRAMS, 'service.py');
    assert.deepEqual(place('GET /orders/{order}'), [
      file,
      BigInt(await lineOf('service.py', 'def read_order')),
      'read_order',
    ]);
    assert.deepEqual(place('load'), [file, BigInt(await lineOf('service.py', '"load"')), 'read_order']);
  });

  it('sends what a forked child ended', async () => {
    const { stdout } = await runFile(python, ['forks.py'], {
      cwd: PROGRAMS,
      timeout: 60_000,
      env: environment({
        OTEL_SERVICE_NAME: 'forks',
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${String(engine.httpPort)}`,
      }),
    });
    assert.equal(stdout, '0');
    await tracesWhen(engine, (traces) => traces.some(({ services }) => services.includes('forks')));
  });

  for (const [when, title] of [
    ['sending', 'sends its last spans'],
    ['starting', 'starts a thread'],
  ] as const) {
    it(`sends what had ended when a signal comes while it ${title}`, async () => {
      const child = spawn(python, ['ends.py', when], {
        cwd: PROGRAMS,
        stdio: ['ignore', 'ignore', 'inherit'],
        timeout: 30_000,
        killSignal: 'SIGKILL',
        env: environment({
          OTEL_SERVICE_NAME: when,
          OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${String(engine.httpPort)}`,
        }),
      });
      assert.deepEqual(await once(child, 'exit'), [null, 'SIGTERM']);
      await tracesWhen(engine, (traces) => traces.some(({ services }) => services.includes(when)));
    });
  }

  it('ends a child of multiprocessing that waits for a lock, with what it ended', async () => {
    const { stdout } = await runFile(python, ['unseen.py'], {
      cwd: PROGRAMS,
      timeout: 60_000,
      env: environment({
        OTEL_SERVICE_NAME: 'unseen',
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${String(engine.httpPort)}`,
      }),
    });
    assert.equal(stdout, '-15');
    await tracesWhen(engine, (traces) => traces.some(({ services }) => services.includes('unseen')));
  });

  it('shows calls while they run, under their parents, and then as they ended', async () => {
    const child = spawn(python, ['hangs.py'], {
      cwd: PROGRAMS,
      stdio: ['pipe', 'ignore', 'inherit'],
      env: environment({
        OTEL_SERVICE_NAME: 'hangs',
        OTEL_RESOURCE_ATTRIBUTES: 'spanline.run.id=r1',
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${String(engine.httpPort)}`,
      }),
    });
    const ofHangs = async (count: number): Promise<TraceSummary> => {
      const ready = (trace: TraceSummary): boolean => trace.services.includes('hangs') && trace.spanCount === count;
      const traces = await tracesWhen(engine, (all) => all.some(ready));
      return traces.find(ready) ?? assert.fail();
    };
    const running = await ofHangs(2);
    const before = await arrivedTrace(engine, running.traceId);
    assert.deepEqual(before.map(({ details: { name, end } }) => [name, end]).sort(), [
      ['model call', ''],
      ['request', ''],
    ]);
    const parent = before.find(({ details }) => details.name === 'request')?.details.spanId;
    const call = before.find(({ details }) => details.name === 'model call');
    assert.equal(call?.details.parentSpanId, parent);
    assert.equal(call?.attributes['code.line.number'], BigInt(await lineOf('hangs.py', '"model call"')));
    child.stdin.end('\n');
    assert.deepEqual(await once(child, 'exit'), [0, null]);
    const whole = await ofHangs(3);
    const after = await arrivedTrace(engine, whole.traceId);
    assert.ok(after.every(({ details }) => details.end !== ''));
  });

  it('is captured behind opentelemetry-instrument too, with the programs it starts', async () => {
    const instrument = path.join(path.dirname(python), 'opentelemetry-instrument');
    const program = path.join(PROGRAMS, 'wrapped.py');
    const { stdout } = await runFile(instrument, [python, program], { timeout: 60_000, env: environment() });
    assert.deepEqual(stdout.trim().split(/\r?\n/), ['True True', 'True True']);
  });

  it('shows what was running when the process was killed as ended with it', async () => {
    const child = spawn(python, ['hangs.py'], {
      cwd: PROGRAMS,
      stdio: ['pipe', 'ignore', 'inherit'],
      env: environment({
        OTEL_SERVICE_NAME: 'killed',
        OTEL_RESOURCE_ATTRIBUTES: 'spanline.run.id=r2',
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${String(engine.httpPort)}`,
      }),
    });
    const killed = ({ services, spanCount }: TraceSummary): boolean => services.includes('killed') && spanCount === 2;
    const [trace] = (await tracesWhen(engine, (all) => all.some(killed))).filter(killed);
    assert.equal(trace?.errorCount, 0);
    child.kill('SIGKILL');
    const failed = (each: TraceSummary): boolean => killed(each) && each.errorCount === 2;
    await tracesWhen(engine, (all) => all.some(failed));
    for (const { details, attributes } of await arrivedTrace(engine, trace.traceId)) {
      assert.notEqual(details.end, '', details.name);
      assert.deepEqual(details.status, { code: 2, message: 'The process ended while this was running.' });
      assert.equal(attributes['spanline.process_gone'], true);
      assert.equal(attributes['logfire.span_type'], undefined);
      assert.equal(details.parentSpanId === '', details.name === 'request');
    }
  });

  it('passes over the decorators and context managers of the program', async () => {
    const { stdout: output } = await runFile(python, ['helpers.py'], {
      cwd: PROGRAMS,
      timeout: 60_000,
      env: environment(),
    });
    const at = async (needle: string, name: string): Promise<unknown> => [
      'helpers.py',
      await lineOf('helpers.py', needle),
      name,
    ];
    assert.deepEqual(JSON.parse(output), {
      'by a decorator of the program': await at('def decorated', 'decorated'),
      'by the decorator of the API': await at('def by_the_api', 'by_the_api'),
      'by a context manager': await at('with step("', 'main'),
      'in a method': await at('"in a method"', nameOf(output, 'Model.predict', 'predict')),
      'in a task': await at('"in a task"', 'waits'),
      'in a thread': await at('"in a thread"', nameOf(output, 'main.<locals>.<lambda>', '<lambda>')),
      'says it itself': ['', 7, null],
      serves: ['', null, null],
    });
  });
});

/** Qualified names are known from Python 3.11 on. */
function nameOf(output: string, qualified: string, plain: string): string {
  return output.includes(`"${qualified}"`) ? qualified : plain;
}

describe('a Python program that has nothing to do with tracing', { skip }, () => {
  /** What it prints, and behind it what it complains of. */
  const run = async (args: readonly string[], PYTHONPATH: string): Promise<string> => {
    const { stdout, stderr } = await runFile(python, args, { timeout: 60_000, env: environment({ PYTHONPATH }) });
    return stdout + stderr;
  };

  it('is left alone: no SDK is imported, and three small modules of ours', async () => {
    const modules = await run(
      ['-c', 'import sys; print(sorted(m for m in sys.modules if m.startswith(("opentelemetry", "_spanline"))))'],
      INSTRUMENT,
    );
    assert.equal(modules.trim(), "['_spanline', '_spanline.begin', '_spanline.imports']");
  });

  it('runs its own sitecustomize, also one that fails', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'spanline-python-'));
    try {
      await writeFile(path.join(folder, 'sitecustomize.py'), 'import builtins\nbuiltins.own = __name__\n');
      const both = [INSTRUMENT, folder].join(path.delimiter);
      assert.equal((await run(['-c', 'print(own)'], both)).trim(), 'sitecustomize');
      await writeFile(path.join(folder, 'sitecustomize.py'), 'raise ImportError("as without us")\n');
      assert.match(await run(['-c', 'print(1)'], both), /^1\n[^]*ImportError: as without us/);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('is not disturbed by an SDK that is none of those known', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'spanline-python-'));
    try {
      await mkdir(path.join(folder, 'opentelemetry/sdk/trace'), { recursive: true });
      for (const part of ['', 'sdk', 'sdk/trace']) {
        await writeFile(
          path.join(folder, 'opentelemetry', part, '__init__.py'),
          part === 'sdk/trace' ? 'made = 1\n' : '',
        );
      }
      const both = [INSTRUMENT, folder].join(path.delimiter);
      const output = await run(['-c', 'from opentelemetry.sdk.trace import made; print(made)'], both);
      assert.equal(output.trim(), '1');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('has no file of ours in a traceback, where a debugger would open it', async () => {
    const names = await run(
      [
        '-c',
        'import sys; print([m.begin.__code__.co_filename for n, m in sys.modules.items() if n == "_spanline.begin"])',
      ],
      INSTRUMENT,
    );
    assert.equal(names.trim(), "['<_spanline.begin>']");
  });
});
