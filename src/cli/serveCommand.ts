import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { Worker } from 'node:worker_threads';
import { DEFAULT_NOISE_RULES } from '../core/noise/noiseRule.ts';
import { claimFolder, StorageUnusableError } from '../engine/hub/storageFolder.ts';
import { Channel } from '../protocol/channel.ts';
import type { EngineEvents, EngineMethods, ReceiverState } from '../protocol/engineApi.ts';
import { portTransport } from '../protocol/portTransport.ts';
import type { Command } from './command.ts';
import { CommandError, EXIT } from './exitCodes.ts';
import type { Installation } from './installation.ts';
import { integerOption, usage } from './options.ts';
import { timers, type EngineChannel } from './ownerLink.ts';
import { servePage } from './page/pageHost.ts';
import { PageServer } from './page/pageServer.ts';
import { PageSource } from './page/pageSource.ts';
import { ownStorageFolder } from './storageFolders.ts';
import { colored, printable, type Terminal } from './terminal.ts';
import { workerFile } from './workerFile.ts';

const MAX_PORT = 65_535;
const HTTP_PORT = 4318;
const GRPC_PORT = 4317;
const MAX_BODY_BYTES = 64 * 1024 * 1024;
/** As the settings of VS Code begin. */
const KEEP_DAYS = 7;
const MAX_KEEP_DAYS = 3650;
const JOURNAL_BYTES = 2 * 1024 ** 3;

export const serveCommand: Command = {
  name: 'serve',
  operands: '',
  summary: 'receive traces and show them in a browser, without VS Code',
  details: [
    'Ready, it writes one line of JSON with its addresses to standard output, and goes on until Ctrl+C or SIGTERM.',
    'The page’s address is a file that only you can read; open it in a browser.',
  ],
  options: [
    { name: 'http', value: 'PORT', help: `port for OTLP/HTTP (default ${HTTP_PORT}; 0 for a free one)` },
    { name: 'grpc', value: 'PORT', help: `port for OTLP/gRPC (default ${GRPC_PORT}; 0 for a free one)` },
    { name: 'storage', value: 'DIR', help: 'the folder to keep traces in' },
    { name: 'keep-days', value: 'N', help: `days that traces are kept on disk (default ${KEEP_DAYS}; 0 keeps none)` },
    { name: 'source', value: 'DIR', help: 'the folder with your services’ source, to find the lines of spans in' },
    { name: 'json', help: 'nothing but the line of JSON, also where a person looks at it' },
  ],
  run: async ({ args, terminal, installation }) => {
    if (args.rest.length > 0) throw usage(`serve takes no ${printable(args.rest[0] ?? '', 40)}`);
    const httpPort = integerOption(args, 'http', 0, MAX_PORT) ?? HTTP_PORT;
    const grpcPort = integerOption(args, 'grpc', 0, MAX_PORT) ?? GRPC_PORT;
    const keepDays = integerOption(args, 'keep-days', 0, MAX_KEEP_DAYS) ?? KEEP_DAYS;
    const storage = args.values.get('storage') ?? ownStorageFolder(terminal.env);
    const folder = args.values.get('source');
    if (folder !== undefined && !existsSync(folder))
      throw usage(`--source ${printable(folder, 100)}: there is no such folder`);
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
    const source = new PageSource(channel, installation, folder === undefined ? undefined : path.resolve(folder));
    let pages: PageServer | undefined;
    try {
      // Before anything is changed: it would be changed in the process that holds the store.
      const { role } = await channel.request('engine/status', {});
      if (role === 'client')
        throw new CommandError(
          `another Spanline holds the store in ${storage}; end it, or name another folder by --storage`,
        );
      await channel.request('noise/rules', { rules: DEFAULT_NOISE_RULES });
      const state = await channel.request('receiver/start', {
        httpPort,
        grpcPort,
        maxBodyBytes: MAX_BODY_BYTES,
        allowedHosts: [],
      });
      const addresses = addressesOf(state);
      pages = await startPages(channel, source, installation, { storage, endpoint: addresses.http, terminal });
      await terminal.out(`${JSON.stringify({ pid: process.pid, ...addresses, page: pages?.url ?? null, storage })}\n`);
      if (terminal.progress !== undefined && !args.flags.has('json')) greet(terminal, addresses, pages?.url);
      const reason = await Promise.race([exited, aborted(terminal.ended)]);
      if (reason !== undefined) throw new CommandError(reason);
      await channel.request('receiver/stop', {});
      return EXIT.ok;
    } finally {
      await pages?.close();
      await source.stop();
      channel.dispose();
      await worker.terminate();
    }
  },
};

interface Addresses {
  readonly http: string;
  readonly grpc: string;
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

/** The panel for browsers; undefined, and said, where its files were not built. */
async function startPages(
  engine: EngineChannel,
  source: PageSource,
  { dist, version }: Installation,
  { storage, endpoint, terminal }: { readonly storage: string; readonly endpoint: string; readonly terminal: Terminal },
): Promise<PageServer | undefined> {
  try {
    return await PageServer.start({
      dist,
      version,
      storage,
      endpoint,
      onPage: (link) => servePage(link, { engine, source, endpoint }),
      log: (message) => terminal.err(`page: ${printable(message)}`),
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    terminal.err(`There is no page for a browser: ${printable(reason)}. In a checkout, npm run build makes its files.`);
    return undefined;
  }
}

function greet(terminal: Terminal, { http, grpc }: Addresses, page: string | undefined): void {
  if (page !== undefined) terminal.err(`Open in a browser: ${colored(terminal, 'cyan', page)}`);
  terminal.err(
    `Receiving OTLP on ${colored(terminal, 'cyan', http)} and gRPC ${colored(terminal, 'cyan', grpc)}; Ctrl+C ends.`,
  );
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
