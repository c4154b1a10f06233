import { Channel, type Timers, type Transport } from '../../protocol/channel.ts';
import type { EngineEvents, EngineMethods, EngineRole, ReceiverOptions } from '../../protocol/engineApi.ts';
import type { PortLike } from '../../protocol/portTransport.ts';
import type { Engine } from '../engine.ts';
import type { ConnectOptions } from '../engineClient.ts';
import type { LogLevel } from '../receiver/intake.ts';
import { BEAT_MS, elect, type Election } from './election.ts';
import { HostPipe } from './hostPipe.ts';
import type { WsLink } from './wsLink.ts';

/** Where an engine that owns its store may write. */
export interface StoragePlace {
  readonly folder: string;
}

/** What an engine tells the member that runs it. */
export interface EngineHooks {
  /** The receiver runs by these options (with the ports it has), or was stopped. */
  readonly onReceiver: (options: ReceiverOptions | undefined) => void;
}

export interface StoreMemberOptions {
  /** The window's host. */
  readonly host: PortLike;
  /** Shared by the windows of a user; without it the engine is this window's alone. */
  readonly storage: string | undefined;
  /** The product's; windows of different versions do not share a store. */
  readonly version: string;
  /** Makes an engine, whose `dispose` gives up the place; without one it keeps everything in memory. Never rejects. */
  readonly createEngine: (place: StoragePlace | undefined, hooks: EngineHooks) => Promise<Engine>;
  readonly timers: Timers;
}

/** What the engine is told of settings: known to one that takes over before it receives anything. */
const SETTINGS = [
  'engine/limits',
  'engine/redact',
  'journal/limits',
] as const satisfies readonly (keyof EngineMethods)[];

type Owner = Extract<Election, { kind: 'owner' }>;

/**
 * One window's part in the store: it runs the engine that owns it, or passes its host's messages to the window that does,
 * and takes over when that one goes. The host notices `engine/moved` only.
 */
export class StoreMember {
  readonly #options: StoreMemberOptions;
  readonly #pipe: HostPipe;
  /** What the receiver last ran by, whoever's it was: who takes over receives on the same ports. */
  #receiver: ReceiverOptions | undefined;
  #engine: Engine | undefined;
  /** Ends the present role. */
  #leave: (() => Promise<void>) | undefined;
  /** Clients that came while the engine was being made. */
  #early: WsLink[] = [];
  #joinedBefore = false;
  #disposed = false;

  constructor(options: StoreMemberOptions) {
    this.#options = options;
    this.#pipe = new HostPipe(options.host, SETTINGS);
    void this.#join();
  }

  /** A line for this window's log, and every client's when this one is the owner. */
  log(level: LogLevel, message: string): void {
    if (this.#engine) this.#engine.log(level, message);
    else this.#pipe.toHost({ k: 'v', n: 'log', p: { level, message } });
  }

  /** Leaves the store; another window takes over. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    await this.#leave?.();
    this.#leave = undefined;
  }

  /** Never rejects. */
  async #join(): Promise<void> {
    const { storage, version } = this.#options;
    if (storage === undefined) {
      await this.#serveAlone('no folder was given to keep traces in');
      return;
    }
    this.#early = [];
    const election = await elect({
      storage,
      version,
      onClient: (link) => this.#admit(link),
      log: (message) => this.log('debug', message),
    });
    if (this.#disposed) {
      if (election.kind === 'owner') await election.hub.close();
      if (election.kind === 'client') election.link.dispose();
      return;
    }
    switch (election.kind) {
      case 'owner':
        await this.#own(storage, election);
        return;
      case 'client':
        this.#follow(election.link);
        return;
      case 'alone':
        this.log('warn', `This window keeps its traces to itself, in memory: ${election.reason}`);
        await this.#serveAlone(election.reason);
    }
  }

  async #own(storage: string, { lock, hub }: Owner): Promise<void> {
    const engine = await this.#options.createEngine(
      { folder: storage },
      {
        onReceiver: (options) => {
          this.#receiver = options;
          hub.say({ receiver: options ?? null });
        },
      },
    );
    if (this.#disposed) {
      await hub.close();
      await engine.dispose();
      return;
    }
    this.#engine = engine;
    const disconnect = this.#serveHost(engine, 'owner', '');
    const beating = setInterval(() => {
      lock.beat().then(
        (held) => {
          if (!held) void this.#rejoin('another window holds the traces now');
        },
        (error: unknown) => this.log('warn', `The owner's mark could not be renewed: ${String(error)}`),
      );
    }, BEAT_MS);
    // Idle workers are ended by their host, but tests and the command end by having nothing to do.
    beating.unref();
    this.#leave = async () => {
      clearInterval(beating);
      this.#engine = undefined;
      disconnect();
      // What is written is whole before another window reads it.
      await engine.dispose();
      await hub.close();
    };
    engine.log('info', `This window holds the traces (owner ${lock.generation} of ${storage}).`);
    for (const link of this.#early.splice(0)) this.#admit(link);
    await this.#resume(engine);
  }

  /** A client of the engine this member owns. */
  #admit(link: WsLink): void {
    if (!this.#engine) {
      this.#early.push(link);
      return;
    }
    link.say({ receiver: this.#receiver ?? null });
    const end = serve(this.#engine, link, this.#options.timers, { role: 'client', roleReason: '' });
    link.onClose(end);
  }

  #follow(link: WsLink): void {
    this.#announce('client');
    link.onMessage((message) => this.#pipe.toHost(message));
    link.onWord(({ receiver }) => {
      if (receiver !== undefined) this.#receiver = (receiver ?? undefined) as ReceiverOptions | undefined;
    });
    this.#leave = () => {
      link.dispose();
      return Promise.resolve();
    };
    this.log('info', 'Another window of Spanline holds the traces; this one shows them.');
    this.#pipe.attach((message) => link.post(message));
    link.onClose((reason) => void this.#rejoin(`the window that held the traces is gone (${reason})`));
  }

  async #serveAlone(reason: string): Promise<void> {
    const engine = await this.#options.createEngine(undefined, {
      onReceiver: (options) => {
        this.#receiver = options;
      },
    });
    if (this.#disposed) {
      await engine.dispose();
      return;
    }
    this.#engine = engine;
    const disconnect = this.#serveHost(engine, 'alone', reason);
    this.#leave = async () => {
      this.#engine = undefined;
      disconnect();
      await engine.dispose();
    };
    await this.#resume(engine);
  }

  /** Goes on where the engine before was: by the same settings, on the same ports. */
  async #resume(engine: Engine): Promise<void> {
    const connection = engine.connect(() => undefined);
    for (const method of SETTINGS) {
      const params = this.#pipe.remembered.get(method);
      // The host has been told of what is wrong with them by the engine it gave them to.
      if (params !== undefined) await attempt(() => connection.handlers[method](params as never, { cancelled: false }));
    }
    connection.dispose();
    if (this.#receiver) await engine.resumeReceiver(this.#receiver);
  }

  /** Serves this window's host from an engine of this thread; the result ends that. */
  #serveHost(engine: Engine, role: EngineRole, roleReason: string): () => void {
    this.#announce(role);
    let deliver: ((message: unknown) => void) | undefined;
    const transport: Transport = {
      post: (message) => this.#pipe.toHost(message),
      onMessage: (listener) => {
        deliver = listener;
      },
      dispose: () => undefined,
    };
    const end = serve(engine, transport, this.#options.timers, { role, roleReason });
    this.#pipe.attach((message) => deliver?.(message));
    return end;
  }

  /** Before anything of the new engine reaches the host. */
  #announce(role: EngineRole): void {
    if (this.#joinedBefore) this.#pipe.toHost({ k: 'v', n: 'engine/moved', p: { role } });
    this.#joinedBefore = true;
  }

  async #rejoin(reason: string): Promise<void> {
    if (this.#disposed) return;
    const leave = this.#leave;
    if (!leave) return;
    this.#leave = undefined;
    this.#pipe.detach(reason);
    this.log('info', `Looking for the owner of the traces: ${reason}.`);
    await leave();
    await this.#join();
  }
}

async function attempt(act: () => unknown): Promise<void> {
  try {
    await act();
  } catch {
    // See there.
  }
}

/** Serves one client over `transport`, whatever it is; the result ends that. */
function serve(engine: Engine, transport: Transport, timers: Timers, options: ConnectOptions): () => void {
  const connection = engine.connect((event, payload) => channel.emit(event, payload), options);
  const channel = new Channel<object, EngineMethods, object, EngineEvents>(transport, connection.handlers, timers);
  connection.greet();
  return () => {
    connection.dispose();
    channel.dispose();
  };
}
