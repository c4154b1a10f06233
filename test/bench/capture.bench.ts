// What it costs a service that it was run with tracing: a FastAPI and an Express service whose requests take a millisecond
// of work, without OpenTelemetry, with it, and with it and instrument/. All run at once and are asked in turns, so that
// whatever else the machine does meets all. The budget is on the processor's time of a request, which is what bounds
// requests per second; those and p95 are printed beside.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { launchEnvironment } from '../../src/core/launch/launchEnvironment.ts';
import { freePort } from '../interop/freePort.ts';
import { ask } from '../interop/reload/load.ts';
import { nodeModules, PROGRAMS, pythonOfTests } from '../interop/reload/programs.ts';
import { cleanEnvironment } from '../interop/runProgram.ts';
import { startTestEngine } from '../support/testEngine.ts';

const ROUNDS = 9;
const BURST = 400;
const CONNECTIONS = 4;
/** Exporters send at most this much later; their work counts. */
const EXPORTED_MS = 450;
const BUDGET = 1.05;
const INSTRUMENT = path.resolve(import.meta.dirname, '../../instrument');
const KINDS = ['plain', 'otel', 'captured'] as const;
type Kind = (typeof KINDS)[number];

interface Burst {
  readonly cpuMs: number;
  readonly perSecond: number;
  readonly p95Ms: number;
}

const children: ChildProcess[] = [];
const engine = await startTestEngine();
const folder = await mkdtemp(path.join(os.tmpdir(), 'spanline-bench-'));
try {
  const python = await pythonOfTests();
  await cp(path.join(PROGRAMS, 'busyService.cjs'), path.join(folder, 'busyService.cjs'));
  await symlink(await nodeModules(), path.join(folder, 'node_modules'), 'junction');
  await compare('FastAPI', (port) => [
    ...[python, '-m', 'uvicorn', 'busyService:app', '--app-dir', PROGRAMS],
    ...['--no-access-log', '--port', String(port)],
  ]);
  await compare('Express', () => [process.execPath, path.join(folder, 'busyService.cjs')]);
} finally {
  for (const child of children) child.kill('SIGKILL');
  await engine.stop();
  await rm(folder, { recursive: true, force: true });
}

async function compare(name: string, command: (port: number) => readonly string[]): Promise<void> {
  const urls = new Map<Kind, string>();
  for (const kind of KINDS) urls.set(kind, await start(kind, command));
  const bursts = new Map<Kind, Burst[]>(KINDS.map((kind) => [kind, []]));
  // The first round warms up.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [kind, url] of urls) {
      const burst = await measure(url);
      if (round > 0) bursts.get(kind)?.push(burst);
    }
  }
  const of = (kind: Kind, figure: keyof Burst): number => median((bursts.get(kind) ?? []).map((each) => each[figure]));
  /** Of each round, so that what changes between rounds does not count. */
  const ratio = (a: Kind, b: Kind, figure: keyof Burst): number =>
    median((bursts.get(a) ?? []).map((each, round) => each[figure] / (bursts.get(b)?.[round]?.[figure] ?? NaN)));
  const cost = ratio('captured', 'otel', 'cpuMs');
  const all = (figure: keyof Burst): string => KINDS.map((kind) => of(kind, figure).toPrecision(3)).join(', ');
  print({
    name: `${name}, capture: processor’s time of a request, against the same with OpenTelemetry alone`,
    ratio: cost,
    budget: `${BUDGET}×`,
    ok: cost <= BUDGET,
    detail: `ms without OpenTelemetry, with it, captured: ${all('cpuMs')}`,
  });
  print({
    name: `${name}, capture: requests per second`,
    ratio: ratio('captured', 'otel', 'perSecond'),
    detail: all('perSecond'),
  });
  print({ name: `${name}, capture: p95`, ratio: ratio('captured', 'otel', 'p95Ms'), detail: `ms ${all('p95Ms')}` });
  print({
    name: `${name}, OpenTelemetry alone: processor’s time of a request, against none`,
    ratio: ratio('otel', 'plain', 'cpuMs'),
  });
  for (const child of children.splice(0)) {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
}

/** Resolves to the address of a service once it answers. */
async function start(kind: Kind, command: (port: number) => readonly string[]): Promise<string> {
  const port = await freePort();
  const own = { PORT: String(port), PYTHONDONTWRITEBYTECODE: '1', ...(kind === 'plain' ? {} : { OTEL: '1' }) };
  const environment = cleanEnvironment(own);
  const { set } = launchEnvironment({
    platform: process.platform === 'win32' ? 'windows' : 'posix',
    environment,
    endpoint: `http://127.0.0.1:${String(engine.httpPort)}`,
    runId: '20261121T170421-c90i',
    runName: 'bench',
    pythonFolder: kind === 'captured' ? path.join(INSTRUMENT, 'python') : undefined,
    nodeFile: kind === 'captured' ? path.join(INSTRUMENT, 'node/register.cjs') : undefined,
  });
  const [program = '', ...args] = command(port);
  const child = spawn(program, args, { env: { ...environment, ...set }, stdio: 'ignore' });
  children.push(child);
  const url = `http://127.0.0.1:${String(port)}`;
  while ((await ask(`${url}/cpu`)) === undefined) {
    if (child.exitCode !== null) throw new Error(`${program} ended with ${String(child.exitCode)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return url;
}

async function measure(url: string): Promise<Burst> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const before = await cpuOf(url);
  const took: number[] = [];
  const began = performance.now();
  const side = async (): Promise<void> => {
    while (took.length < BURST) {
      const asked = performance.now();
      if ((await ask(`${url}/work`, agent)) === undefined) throw new Error('not answered');
      took.push(performance.now() - asked);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, side));
  const seconds = (performance.now() - began) / 1000;
  agent.destroy();
  await new Promise((resolve) => setTimeout(resolve, EXPORTED_MS));
  const cpuMs = ((await cpuOf(url)) - before) * (1000 / took.length);
  took.sort((a, b) => a - b);
  return { cpuMs, perSecond: took.length / seconds, p95Ms: took[Math.floor(took.length * 0.95)] ?? NaN };
}

/** Seconds of the processor that the service has taken. */
async function cpuOf(url: string): Promise<number> {
  return (JSON.parse((await ask(`${url}/cpu`)) ?? '') as { seconds: number }).seconds;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

function print(figure: {
  readonly name: string;
  readonly ratio: number;
  readonly budget?: string;
  readonly ok?: boolean;
  readonly detail?: string;
}): void {
  console.log(JSON.stringify(figure));
}
