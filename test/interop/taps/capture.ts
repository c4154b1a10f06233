// npm run capture:taps [-- FIXTURE…]: runs real programs that call models, with the environment that `spanline run` gives
// them, and writes what they send to test/fixtures/inference/tracedCalls. Environments are made in .cache/taps; those of
// torch and llama.cpp are large, see README.md.
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { runVisibly } from '../../../scripts/setup.mjs';
import { launchEnvironment } from '../../../src/core/launch/launchEnvironment.ts';
import { freePort } from '../freePort.ts';
import { neutralise } from '../inference/neutralise.ts';
import { type Collected, startCollecting } from '../locations/collect.ts';
import { cleanEnvironment } from '../runProgram.ts';
import { endedSpans, neutralTaps } from './neutralTaps.ts';
import { PROGRAMS, type TappedProgram } from './programTable.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const CACHE = path.join(ROOT, '.cache/taps');
const FIXTURES = path.join(ROOT, 'test/fixtures/inference/tracedCalls');
const PROGRAM_MS = 600_000;
/** What the SDK is installed to for programs that have none, as the extension does in its own storage. */
const SDK = 'opentelemetry';

const wanted = process.argv.slice(2);
for (const program of PROGRAMS) {
  if (wanted.length > 0 && !wanted.includes(program.fixture)) continue;
  const collected = await startCollecting();
  try {
    await run(program, collected);
  } finally {
    collected.server.close();
    collected.server.closeAllConnections();
  }
  const sent = neutralTaps(neutralise({ traces: { resourceSpans: endedSpans(collected.spans) } }));
  await mkdir(FIXTURES, { recursive: true });
  const file = path.join(FIXTURES, `${program.fixture}.json`);
  await writeFile(file, `${JSON.stringify(sent, null, 1)}\n`);
  console.log(path.relative(process.cwd(), file));
}

async function run(program: TappedProgram, collected: Collected): Promise<void> {
  const [bin, sdk] = [await environment(program.environment), await sdkFolder()];
  const port = await freePort();
  const given = cleanEnvironment({
    PORT: String(port),
    PYTHONDONTWRITEBYTECODE: '1',
    OTEL_SERVICE_NAME: program.fixture,
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
    ...(program.instrumented === true ? {} : { SPANLINE_PYTHON_PACKAGES: sdk }),
    // Nothing is fetched or told.
    HF_HUB_OFFLINE: '1',
    ANONYMIZED_TELEMETRY: 'False',
  });
  const { set } = launchEnvironment({
    platform: 'posix',
    environment: given,
    endpoint: `http://127.0.0.1:${(collected.server.address() as AddressInfo).port}`,
    runId: 'capture',
    runName: program.file,
    pythonFolder: path.join(ROOT, 'instrument/python'),
    nodeFile: undefined,
  });
  const python = path.join(bin, 'python');
  const command = [...(program.instrumented === true ? [path.join(bin, 'opentelemetry-instrument')] : []), python];
  const child = spawn(
    command[0] ?? '',
    [...command.slice(1), path.join(import.meta.dirname, 'programs', program.file)],
    {
      cwd: path.join(import.meta.dirname, 'programs'),
      stdio: ['ignore', 'ignore', 'inherit'],
      timeout: PROGRAM_MS,
      killSignal: 'SIGKILL',
      env: { ...given, ...set },
    },
  );
  const ended = once(child, 'exit') as Promise<[number | null, string | null]>;
  if (program.calls === undefined) {
    const [code] = await ended;
    if (code !== 0) throw new Error(`${program.file} ended with ${code}`);
    return;
  }
  try {
    await answers(port, child);
    for (const { path: at, body, status } of program.calls) {
      const answer = await fetch(`http://127.0.0.1:${port}${at}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      const text = await answer.text();
      if (answer.status !== status) throw new Error(`${program.file} ${at}: ${answer.status} ${text}`);
    }
  } finally {
    // What it has not sent yet it sends now.
    child.kill('SIGTERM');
    await ended;
  }
}

async function answers(port: number, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the service ended with ${child.exitCode}`);
    const socket = connect({ port, host: '127.0.0.1' });
    const open = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (open) return;
    await delay(100);
  }
}

/** The `bin` of an environment; made anew when its list of packages changes. */
async function environment(name: string): Promise<string> {
  const folder = path.join(CACHE, name);
  const python = path.join(folder, 'bin/python');
  await made(name, async (list) => {
    await runVisibly('python3', ['-m', 'venv', folder], process.env, CACHE);
    await runVisibly(python, ['-m', 'pip', 'install', '-q', '--no-deps', '-r', list], process.env, CACHE);
  });
  return path.join(folder, 'bin');
}

async function sdkFolder(): Promise<string> {
  const folder = path.join(CACHE, SDK, 'site-packages');
  await made(SDK, async (list) => {
    const install = ['-m', 'pip', 'install', '-q', '--no-deps', '--target', folder, '-r', list];
    await runVisibly('python3', install, process.env, CACHE);
  });
  return folder;
}

async function made(name: string, make: (list: string) => Promise<void>): Promise<void> {
  const list = path.join(import.meta.dirname, 'requirements', `${name}.txt`);
  const record = path.join(CACHE, name, 'spanline-packages.sha256');
  const hash = createHash('sha256').update(readFileSync(list)).digest('hex');
  if (existsSync(record) && readFileSync(record, 'utf8') === hash) return;
  await rm(path.join(CACHE, name), { recursive: true, force: true });
  await mkdir(CACHE, { recursive: true });
  await make(list);
  await writeFile(record, hash);
}
