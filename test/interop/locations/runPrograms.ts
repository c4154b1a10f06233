import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../freePort.ts';
import { cleanEnvironment } from '../runProgram.ts';
import { startCollecting, type Collected } from './collect.ts';
import { startDatabaseStub } from './databaseStub.ts';
import { startModelStub } from './modelStub.ts';
import type { LanguagePrograms, Program } from './programTable.ts';

const ANSWER_MS = 180_000;
const PROGRAM_MS = 600_000;
const QUIET_MS = 2_500;

export interface ProgramRun {
  readonly collected: Collected;
  /** By service, and of the stubs. */
  readonly ports: ReadonlyMap<string, number>;
}

/** Runs a language's programs in `root`, calls its servers, and returns what they all sent. */
export async function runPrograms(
  { programs, env = {} }: LanguagePrograms,
  root: string,
  fill: (text: string) => string,
): Promise<ProgramRun> {
  const [collected, models, database] = await Promise.all([startCollecting(), startModelStub(), startDatabaseStub()]);
  const stubPorts = { models: portOf(models.address()), database: portOf(database.address()) };
  const ports = new Map<string, number>();
  for (const { service } of programs) if (!ports.has(service)) ports.set(service, await freePort());
  const whole = (text: string): string =>
    fill(text)
      .replace(/\{port:(\w+)\}/g, (_, service: string) => String(ports.get(service)))
      .replace('{models}', `http://127.0.0.1:${stubPorts.models}`)
      .replace('{database}', `postgres://shop@127.0.0.1:${stubPorts.database}/shop`);
  const start = (program: Program): ChildProcess => {
    const [command = '', ...args] = program.command.map(whole);
    const variables = Object.entries({ ...env, ...program.env }).map(([name, value]) => [name, whole(value)] as const);
    const child = spawn(command, args, {
      cwd: path.join(root, program.folder),
      stdio: ['ignore', 'ignore', 'inherit'],
      timeout: PROGRAM_MS,
      killSignal: 'SIGKILL',
      env: cleanEnvironment({
        OTEL_SERVICE_NAME: program.service,
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${portOf(collected.server.address())}`,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
        OTEL_METRICS_EXPORTER: 'none',
        OTEL_BSP_SCHEDULE_DELAY: '200',
        OTEL_BLRP_SCHEDULE_DELAY: '200',
        PORT: String(ports.get(program.service)),
        ...(Object.fromEntries(variables) as Record<string, string>),
      }),
    });
    return child;
  };
  const servers: ChildProcess[] = [];
  try {
    for (const program of programs) {
      if (program.calls === undefined && program.serves !== true) continue;
      const child = start(program);
      servers.push(child);
      await answers(ports.get(program.service) ?? 0, program, child);
    }
    for (const { service, calls = [] } of programs) {
      for (const { method = 'GET', path: at, body } of calls) {
        const url = `http://127.0.0.1:${ports.get(service)}${at}`;
        const content = body === undefined ? {} : { body: JSON.stringify(body) };
        const answer = await fetch(url, { method, headers: { 'content-type': 'application/json' }, ...content });
        await answer.text();
        console.error(`${service} ${method} ${at}: ${answer.status}`);
      }
    }
    for (const program of programs) {
      if (program.calls !== undefined || program.serves === true) continue;
      const [code] = (await once(start(program), 'close')) as [number | null];
      if (code !== 0) throw new Error(`${program.service}: ${program.command.join(' ')} ended with ${code}`);
    }
    const since = performance.now();
    while (performance.now() - Math.max(since, collected.lastAt) < QUIET_MS) await delay(200);
  } finally {
    for (const child of servers) child.kill('SIGTERM');
    for (const child of servers) if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
    collected.server.close();
    models.close();
    database.close();
  }
  return { collected, ports: new Map([...ports, ...Object.entries(stubPorts)]) };
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function answers(port: number, { service }: Program, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + ANSWER_MS;
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`${service} ended with ${child.exitCode}`);
    const socket = connect({ port, host: '127.0.0.1' });
    const open = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (open) return;
    await delay(200);
  }
  throw new Error(`${service} does not answer on port ${port}`);
}
