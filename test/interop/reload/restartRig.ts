import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../freePort.ts';
import { cleanEnvironment } from '../runProgram.ts';
import { ask, RETRY_MS } from './load.ts';
import { place, type Service } from './programs.ts';

const MAIN = path.resolve(import.meta.dirname, '../../../src/cli/main.ts');
/** Spans that do not come within this time, since the last one came, are lost. */
const LOST_AFTER_MS = 3_000;
/** What a service may take to start. */
const START_MS = 60_000;

interface Listed {
  readonly traceId: string;
  readonly spanCount: number;
  readonly errorCount: number;
}

/** A Spanline that receives (`spanline serve`), and programs run with tracing (`spanline run`), in processes of their own. */
export class RestartRig {
  readonly folder: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #children = new Set<ChildProcess>();

  private constructor(folder: string) {
    this.folder = folder;
    this.#env = cleanEnvironment({ SPANLINE_STORAGE: path.join(folder, 'storage'), PYTHONDONTWRITEBYTECODE: '1' });
  }

  static async start(): Promise<RestartRig> {
    const rig = new RestartRig(await mkdtemp(path.join(os.tmpdir(), 'spanline-restarts-')));
    const serving = rig.#spanline(['serve', '--http', '0', '--grpc', '0', '--json'], 'pipe');
    if (serving.stdout === null) throw new Error('nothing to read');
    await once(createInterface(serving.stdout), 'line');
    return rig;
  }

  /** Starts a service in a folder of its own; resolves once it answers. `command` after `spanline run -q --`. */
  async service(
    service: Service,
    command: (file: string, port: number) => readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<RunningService> {
    const folder = await this.place(service);
    const port = await freePort();
    const child = this.#spanline(['run', '-q', '--', ...command(service.file, port)], QUIET, {
      cwd: folder,
      env: { PORT: String(port), ...env },
    });
    const url = `http://127.0.0.1:${String(port)}`;
    for (const end = performance.now() + START_MS; (await ask(`${url}/work`)) === undefined;) {
      if (child.exitCode !== null) throw new Error(`${service.file} ended with ${String(child.exitCode)}`);
      if (performance.now() > end) throw new Error(`${service.file} does not answer`);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
    return { service, folder, url, child };
  }

  /** A program in a folder of its own, which goes with the rig. */
  async place(service: Service): Promise<string> {
    const folder = await mkdtemp(path.join(this.folder, 'program-'));
    await place(service, folder);
    return folder;
  }

  /** Runs a program to its end; resolves to the lines that it printed. */
  async output(command: readonly string[], cwd: string): Promise<readonly string[]> {
    return this.#printed(this.#spanline(['run', '-q', '--', ...command], 'pipe', { cwd }));
  }

  /** Of the traces with these ids, those that have not arrived with so many spans; waits while spans still come. */
  async missing(ids: ReadonlySet<string>, spans: number): Promise<readonly string[]> {
    let lost: readonly string[] = [];
    let came = -1;
    for (let last = performance.now(); performance.now() - last < LOST_AFTER_MS;) {
      const listed = await this.traces();
      const counts = new Map(listed.map(({ traceId, spanCount }) => [traceId, spanCount]));
      lost = [...ids].filter((id) => (counts.get(id) ?? 0) < spans);
      if (lost.length === 0) break;
      const total = listed.reduce((sum, { spanCount }) => sum + spanCount, 0);
      if (total !== came) last = performance.now();
      came = total;
    }
    return lost;
  }

  async traces(filter: readonly string[] = []): Promise<readonly Listed[]> {
    const lines = await this.#printed(this.#spanline(['traces', '--json', '--limit', '100000', ...filter], 'pipe'));
    return lines.map((line) => JSON.parse(line) as Listed);
  }

  async stop(): Promise<void> {
    for (const child of this.#children) {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    await rm(this.folder, { recursive: true, force: true });
  }

  async #printed(child: ChildProcess): Promise<readonly string[]> {
    if (child.stdout === null) throw new Error('nothing to read');
    const lines: string[] = [];
    for await (const line of createInterface(child.stdout)) lines.push(line);
    return lines;
  }

  #spanline(
    args: readonly string[],
    output: 'pipe' | 'inherit' | 'ignore',
    { cwd, env }: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
  ): ChildProcess {
    const child = spawn(process.execPath, [MAIN, ...args], {
      cwd,
      env: { ...this.#env, ...env },
      stdio: ['ignore', output, output === 'pipe' ? QUIET : output],
    });
    this.#children.add(child);
    child.once('exit', () => this.#children.delete(child));
    return child;
  }
}

/** What services say of their restarts is no news, unless somebody looks into it. */
const QUIET = process.env['SPANLINE_RESTARTS_DEBUG'] === undefined ? 'ignore' : 'inherit';

export interface RunningService {
  readonly service: Service;
  readonly folder: string;
  readonly url: string;
  /** `spanline run`, which hands signals on. */
  readonly child: ChildProcess;
}
