import assert from 'node:assert/strict';
import { once } from 'node:events';
import path from 'node:path';
import { eventually } from '../../support/eventually.ts';
import { type Answer, ask, startLoad } from './load.ts';
import { EXPRESS, FASTAPI, pythonOfTests, saveVersion, type Service } from './programs.ts';
import type { RestartRig, RunningService } from './restartRig.ts';

/** What a scenario found: how many requests were answered, and the traces of those whose spans did not all arrive. */
export interface Found {
  readonly answered: number;
  readonly processes: number;
  readonly lost: readonly string[];
}

const CONNECTIONS = 8;
/** Answers between two saves, so that a restart comes under load. */
const ANSWERS_BETWEEN = 200;

/** Saves the service's file `saves` times while it is asked, then ends it by SIGTERM. */
export async function saveUnderLoad(rig: RestartRig, running: RunningService, saves: number): Promise<Found> {
  const load = startLoad(`${running.url}/work`, CONNECTIONS);
  for (let version = 1; version <= saves; version++) {
    await saveVersion(running.service, running.folder, version);
    await whileItRuns(
      running,
      load.next((answer) => answer.version === version),
    );
    const from = load.answers.length;
    await whileItRuns(
      running,
      load.next(() => load.answers.length >= from + ANSWERS_BETWEEN),
    );
  }
  return endUnderLoad(rig, running, 'SIGTERM', load);
}

/** Sends the launch a signal while the service is asked. */
export async function endUnderLoad(
  rig: RestartRig,
  running: RunningService,
  signal: NodeJS.Signals,
  load = startLoad(`${running.url}/work`, CONNECTIONS),
): Promise<Found> {
  await whileItRuns(
    running,
    load.next(() => load.answers.length >= ANSWERS_BETWEEN),
  );
  const ended = once(running.child, 'exit');
  running.child.kill(signal);
  await ended;
  await load.stop();
  const lost = await rig.missing(new Set(load.answers.map(({ trace }) => trace)), running.service.spans);
  return {
    answered: load.answers.length,
    processes: new Set(load.answers.map(({ pid }) => pid)).size,
    lost,
  };
}

/** Ends a service of several workers while all of them are asked. */
export function endWorkers(rig: RestartRig, running: RunningService): Promise<Found> {
  return endUnderLoad(rig, running, 'SIGTERM', startLoad(`${running.url}/work`, CONNECTIONS, false));
}

/** Rejects when the service ends before what is waited for. */
async function whileItRuns({ service, child }: RunningService, wanted: Promise<unknown>): Promise<void> {
  const gone = new AbortController();
  const ended = once(child, 'exit', { signal: gone.signal }).then(
    () => {
      throw new Error(`${service.file} ended`);
    },
    () => undefined,
  );
  try {
    await Promise.race([wanted, ended]);
  } finally {
    gone.abort();
  }
}

/** Runs a program that prints the traces of which it ended the only span, one a line. */
export async function endByItself(rig: RestartRig, program: Service, args: readonly string[]): Promise<Found> {
  const command = program.language === 'node' ? process.execPath : await pythonOfTests();
  const folder = await rig.place(program);
  const printed = await rig.output([command, path.join(folder, program.file), ...args], folder);
  return { answered: printed.length, processes: 1, lost: await rig.missing(new Set(printed), program.spans) };
}

/** Kills a service while it serves what never ends; throws unless request and call say that they ended with it. */
export async function killWhileItHangs(rig: RestartRig, running: RunningService): Promise<Found> {
  const { pid } = JSON.parse((await ask(`${running.url}/work`)) ?? '') as Answer;
  const hung = ask(`${running.url}/hang`);
  const announced = ['name="model call"'];
  await eventually(async () => assert.equal((await rig.traces(announced)).length, 1, 'announced'));
  process.kill(pid, 'SIGKILL');
  await hung;
  const gone = ['message="The process ended while this was running."', 'kind=server'];
  await eventually(async () => assert.equal((await rig.traces(gone)).length, 1, 'ended'));
  await eventually(async () =>
    assert.equal((await rig.traces([...announced, ...gone.slice(0, 1)])).length, 1, 'ended'),
  );
  return { answered: 1, processes: 1, lost: [] };
}

/** The services as people start them while they write them. */
export async function startReloading(rig: RestartRig, language: 'python' | 'node'): Promise<RunningService> {
  if (language === 'node') return rig.service(EXPRESS, (file) => [process.execPath, '--watch', file]);
  return uvicorn(rig, ['--reload']);
}

export async function gunicorn(rig: RestartRig, more: readonly string[]): Promise<RunningService> {
  const python = await pythonOfTests();
  return rig.service(FASTAPI, (_file, port) => [
    ...[python, '-m', 'gunicorn', 'service:app', '--workers', '2', '--worker-class', 'uvicorn.workers.UvicornWorker'],
    ...['--bind', `127.0.0.1:${String(port)}`, ...more],
  ]);
}

export async function uvicorn(rig: RestartRig, more: readonly string[]): Promise<RunningService> {
  const python = await pythonOfTests();
  return rig.service(FASTAPI, (_file, port) => [
    ...[python, '-m', 'uvicorn', 'service:app', '--port', String(port), '--no-access-log'],
    ...more,
  ]);
}
