import { Worker } from 'node:worker_threads';
import type * as vscode from 'vscode';
import { Channel, type EventMap, type MethodMap, type RequestOptions } from '../protocol/channel.ts';
import { ProtocolError } from '../protocol/errors.ts';
import { portTransport } from '../protocol/portTransport.ts';

type Params<M, K extends keyof M> = M[K] extends readonly [infer P, unknown] ? P : never;
type Result<M, K extends keyof M> = M[K] extends readonly [unknown, infer R] ? R : never;

interface WorkerOptions {
  /** For the log: `engine`, `code index`. */
  readonly name: string;
  /** Absolute path of the bundle. */
  readonly file: string;
  readonly log: vscode.LogOutputChannel;
  /** What the worker finds as `workerData`, asked for at each start. */
  readonly data?: () => object;
}

/**
 * `restarted` when it is not the first start; `moved` when the worker lives and what answers behind it is another one
 * ({@link RestartableWorker.tellMoved}).
 */
type StartListener = (restarted: boolean, moved: boolean) => void;

/** A worker that died this often within {@link DEATH_WINDOW_MS} is left alone until a command restarts it. */
const MAX_DEATHS = 3;
const DEATH_WINDOW_MS = 60_000;

/**
 * A worker with a typed channel, started on first use and started again when it dies, unless it died {@link MAX_DEATHS}
 * times in {@link DEATH_WINDOW_MS}: one that dies at once must not spin. Listeners survive a restart.
 */
export class RestartableWorker<Methods extends MethodMap, Events extends EventMap> {
  readonly #options: WorkerOptions;
  readonly #listeners = new Map<string, Set<(payload: never) => void>>();
  readonly #startListeners = new Set<StartListener>();
  readonly #deathListeners = new Set<() => void>();
  #channel: Channel<Methods, object, Events, object> | undefined;
  #deaths: number[] = [];
  #startedBefore = false;
  #disposed = false;

  constructor(options: WorkerOptions) {
    this.#options = options;
  }

  /** False until the first request: asking must not start a worker that has nothing to tell. */
  get running(): boolean {
    return this.#channel !== undefined;
  }

  /** Calls the worker, starting it when it is not there. Rejects with ProtocolError only. */
  request<K extends keyof Methods & string>(
    method: K,
    params: Params<Methods, K>,
    options?: RequestOptions,
  ): Promise<Result<Methods, K>> {
    const channel = this.#ensure();
    if (!channel) {
      const message = `the ${this.#options.name} stopped ${MAX_DEATHS} times within a minute; see the log, then restart it by command`;
      return Promise.reject(new ProtocolError('disposed', message));
    }
    return channel.request(method, params, options);
  }

  on<K extends keyof Events & string>(event: K, listener: (payload: Events[K]) => void): void {
    const set = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, set);
    set.add(listener);
    this.#channel?.on(event, listener);
  }

  /** Called after each start, before any other request. */
  onStart(listener: StartListener): void {
    this.#startListeners.add(listener);
  }

  /** The worker lives, and what it held does not: start listeners are called as after a restart. */
  tellMoved(): void {
    this.#tellStarted(true, true);
  }

  /** Called when the worker died and will not be started again by itself. */
  onGaveUp(listener: () => void): void {
    this.#deathListeners.add(listener);
  }

  /** Ends the worker and starts a new one, forgetting earlier deaths. */
  restart(): void {
    this.#deaths = [];
    this.#channel?.dispose();
    this.#channel = undefined;
    this.#ensure();
  }

  dispose(): void {
    this.#disposed = true;
    this.#channel?.dispose();
    this.#channel = undefined;
    this.#listeners.clear();
  }

  #ensure(): Channel<Methods, object, Events, object> | undefined {
    if (this.#channel || this.#disposed) return this.#channel;
    if (this.#deaths.length >= MAX_DEATHS) return undefined;
    const { name, file, log, data } = this.#options;
    const worker = new Worker(file, { name: `spanline ${name}`, stdout: true, stderr: true, workerData: data?.() });
    worker.stdout.on('data', (data: Buffer) => log.info(`${name}: ${data.toString().trimEnd()}`));
    worker.stderr.on('data', (data: Buffer) => log.warn(`${name}: ${data.toString().trimEnd()}`));
    const transport = portTransport(worker, () => void worker.terminate());
    const channel = new Channel<Methods, object, Events, object>(
      transport,
      {},
      {
        set: (callback, ms) => setTimeout(callback, ms),
        clear: (handle) => clearTimeout(handle as NodeJS.Timeout),
      },
    );
    this.#channel = channel;
    for (const [event, set] of this.#listeners) {
      for (const listener of set) channel.on(event as keyof Events & string, listener as (payload: unknown) => void);
    }
    worker.on('error', (error) => log.error(`${name}: ${error.stack ?? error.message}`));
    worker.on('exit', (code) => {
      if (this.#channel !== channel) return;
      this.#channel = undefined;
      channel.dispose();
      log.error(`${name} ended with code ${code}`);
      this.#afterDeath();
    });
    const restarted = this.#startedBefore;
    this.#startedBefore = true;
    this.#tellStarted(restarted, false);
    return channel;
  }

  #tellStarted(restarted: boolean, moved: boolean): void {
    const { name, log } = this.#options;
    for (const listener of this.#startListeners) {
      // A listener's mistake must not turn a request into a throw: requests reject with ProtocolError only.
      try {
        listener(restarted, moved);
      } catch (error) {
        log.error(`${name}: ${String(error)}`);
      }
    }
  }

  #afterDeath(): void {
    const now = Date.now();
    this.#deaths = [...this.#deaths.filter((at) => now - at < DEATH_WINDOW_MS), now];
    if (this.#deaths.length < MAX_DEATHS) this.#ensure();
    else for (const listener of this.#deathListeners) listener();
  }
}
