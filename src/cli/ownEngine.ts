import process from 'node:process';
import { Worker } from 'node:worker_threads';
import { DEFAULT_NOISE_RULES } from '../core/noise/noiseRule.ts';
import { claimFolder, StorageUnusableError } from '../engine/hub/storageFolder.ts';
import { Channel } from '../protocol/channel.ts';
import type { EngineEvents, EngineMethods, ReceiverOptions, ReceiverState } from '../protocol/engineApi.ts';
import { portTransport } from '../protocol/portTransport.ts';
import { CommandError } from './exitCodes.ts';
import type { Installation } from './installation.ts';
import { timers, type EngineChannel } from './ownerLink.ts';
import { printable, type Terminal } from './terminal.ts';
import { workerFile } from './workerFile.ts';

const MAX_BODY_BYTES = 64 * 1024 * 1024;
const JOURNAL_BYTES = 2 * 1024 ** 3;

/** Values for `OTEL_EXPORTER_OTLP_ENDPOINT`. */
export interface Addresses {
  readonly http: string;
  readonly grpc: string;
}

interface Ports {
  readonly httpPort: number;
  readonly grpcPort: number;
}

/** What a receiver runs by that is started here, as the settings of VS Code begin. */
export function receiverOptions(ports: Ports): ReceiverOptions {
  return { ...ports, maxBodyBytes: MAX_BODY_BYTES, allowedHosts: [] };
}

/** An engine in this process that owns a storage folder. */
export interface OwnEngine {
  readonly channel: EngineChannel;
  /** Resolves, with the reason, when the engine ended by itself. */
  readonly exited: Promise<string>;
  /** Listens on loopback; 0 for a free port. @throws CommandError when another holds the store, or a port is taken. */
  readonly receive: (ports: Ports) => Promise<Addresses>;
  readonly stop: () => Promise<void>;
}

/** Starts one; nothing is received yet. @throws CommandError when the folder cannot be used. */
export async function startOwnEngine(
  installation: Installation,
  terminal: Terminal,
  { storage, keepDays }: { readonly storage: string; readonly keepDays: number },
): Promise<OwnEngine> {
  try {
    await claimFolder(storage);
  } catch (error) {
    if (error instanceof StorageUnusableError) throw new CommandError(error.message);
    throw error;
  }
  const worker = new Worker(workerFile(installation, process.argv[1] ?? '', 'engine'), {
    workerData: { storage, version: installation.version, journal: { keepDays, maxBytes: JOURNAL_BYTES } },
  });
  const exited = new Promise<string>((resolve) => {
    worker.once('error', (error) => resolve(`the engine ended: ${error.stack ?? error.message}`));
    worker.once('exit', (code) => resolve(`the engine ended with exit code ${code}`));
  });
  const channel: EngineChannel = new Channel<EngineMethods, object, EngineEvents, object>(
    portTransport(worker, () => undefined),
    {},
    timers,
  );
  channel.on('log', ({ level, message }) => {
    if (level === 'error' || level === 'warn') terminal.err(`${level}: ${printable(message)}`);
  });
  return {
    channel,
    exited,
    receive: async (ports) => {
      // Before anything is changed: it would be changed in the process that holds the store.
      const { role } = await channel.request('engine/status', {});
      if (role === 'client')
        throw new CommandError(
          `another Spanline holds the store in ${storage}; end it, or name another folder by --storage`,
        );
      await channel.request('noise/rules', { rules: DEFAULT_NOISE_RULES });
      return addressesOf(await channel.request('receiver/start', receiverOptions(ports)));
    },
    stop: async () => {
      channel.dispose();
      await worker.terminate();
    },
  };
}

/** @throws CommandError when the receiver does not listen. */
function addressesOf(state: ReceiverState): Addresses {
  switch (state.kind) {
    case 'listening':
      return { http: `http://localhost:${state.httpPort}`, grpc: `http://localhost:${state.grpcPort}` };
    case 'portTaken': {
      const taken = state.holders.map(({ port, description, kind }) => {
        const holder = description !== '' ? description : kind === 'spanline' ? 'another Spanline' : 'another program';
        return `port ${port} is taken by ${printable(holder, 100)}`;
      });
      throw new CommandError(`${taken.join(', ')}. Stop it, or name other ports: --http 14318 --grpc 14317`);
    }
    case 'failed':
      throw new CommandError(`the receiver could not start: ${printable(state.message)}`);
    case 'starting':
    case 'stopped':
      throw new CommandError(`the receiver is ${state.kind}`);
  }
}
