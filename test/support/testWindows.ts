import { fork, type ChildProcess, type Serializable } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Channel } from '../../src/protocol/channel.ts';
import type { EngineEvents, EngineMethods, EngineStatus, ReceiverState } from '../../src/protocol/engineApi.ts';
import { portTransport } from '../../src/protocol/portTransport.ts';

const PROGRAM = fileURLToPath(new URL('windowProcess.ts', import.meta.url));

const timers = {
  set: (callback: () => void, ms: number): unknown => setTimeout(callback, ms),
  clear: (handle: unknown): void => clearTimeout(handle as NodeJS.Timeout),
};

/** A window as far as the engine knows: a process with the engine's worker. Kill it in an `after`. */
export class ProcessWindow {
  readonly process: ChildProcess;
  readonly channel: Channel<EngineMethods, object, EngineEvents, object>;
  readonly request: Channel<EngineMethods, object, EngineEvents, object>['request'];

  constructor(storage: string) {
    this.process = fork(PROGRAM, [storage], { serialization: 'advanced', execArgv: ['--no-warnings'] });
    const port = {
      postMessage: (message: unknown): void => {
        if (this.process.connected) this.process.send(message as Serializable);
      },
      on: (event: 'message', listener: (message: unknown) => void): unknown => this.process.on(event, listener),
    };
    this.channel = new Channel<EngineMethods, object, EngineEvents, object>(
      portTransport(port, () => this.process.kill('SIGKILL')),
      {},
      timers,
    );
    this.request = this.channel.request.bind(this.channel);
  }

  /** Starts the receiver on free ports, or on `ports`. */
  receive(ports: { httpPort: number; grpcPort: number } = { httpPort: 0, grpcPort: 0 }): Promise<ReceiverState> {
    return this.request('receiver/start', { ...ports, maxBodyBytes: 64 * 1024 * 1024, allowedHosts: [] });
  }

  /** Resolves once nothing more of what earlier owners wrote is to come. */
  async readBack(): Promise<void> {
    const isThere = ({ journal }: EngineStatus): boolean => journal.state !== 'replaying';
    const changed = this.next('status/changed', isThere);
    if (!isThere(await this.request('engine/status', {}))) await changed;
  }

  /** The next event of a kind that `fits`, from now on. */
  next<K extends keyof EngineEvents>(
    event: K,
    fits: (payload: EngineEvents[K]) => boolean = () => true,
  ): Promise<EngineEvents[K]> {
    return new Promise((resolve) => {
      const stop = this.channel.on(event, (payload) => {
        if (!fits(payload)) return;
        stop();
        resolve(payload);
      });
    });
  }

  /** As a crash or `kill -9` ends a window. */
  async kill(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const exit = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await exit;
    this.channel.dispose();
  }
}
