import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import type { Command } from './command.ts';
import { CommandError, EXIT } from './exitCodes.ts';
import type { Installation } from './installation.ts';
import { integerOption, usage } from './options.ts';
import { startOwnEngine, type Addresses } from './ownEngine.ts';
import type { EngineChannel } from './ownerLink.ts';
import { servePage } from './page/pageHost.ts';
import { PageServer } from './page/pageServer.ts';
import { PageSource } from './page/pageSource.ts';
import { ownStorageFolder } from './storageFolders.ts';
import { colored, printable, type Terminal } from './terminal.ts';

const MAX_PORT = 65_535;
const HTTP_PORT = 4318;
const GRPC_PORT = 4317;
/** As the settings of VS Code begin. */
const KEEP_DAYS = 7;
const MAX_KEEP_DAYS = 3650;

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
    const engine = await startOwnEngine(installation, terminal, { storage, keepDays });
    const { channel } = engine;
    const source = new PageSource(channel, installation, folder === undefined ? undefined : path.resolve(folder));
    let pages: PageServer | undefined;
    try {
      const addresses = await engine.receive({ httpPort, grpcPort });
      pages = await startPages(channel, source, installation, { storage, endpoint: addresses.http, terminal });
      await terminal.out(`${JSON.stringify({ pid: process.pid, ...addresses, page: pages?.url ?? null, storage })}\n`);
      if (terminal.progress !== undefined && !args.flags.has('json')) greet(terminal, addresses, pages?.url);
      const reason = await Promise.race([engine.exited, aborted(terminal.ended)]);
      if (reason !== undefined) throw new CommandError(reason);
      await channel.request('receiver/stop', {});
      return EXIT.ok;
    } finally {
      await pages?.close();
      await source.stop();
      await engine.stop();
    }
  },
};

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
