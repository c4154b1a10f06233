import { existsSync } from 'node:fs';
import path from 'node:path';
import type { TraceId } from '../core/model/ids.ts';
import { TraceStore } from '../core/store/traceStore.ts';
import { describeProblem, FileProblem } from '../engine/files/fileProblem.ts';
import { fileChunks, fileSize } from '../engine/files/fileChunks.ts';
import { readTraceFile } from '../engine/files/readTraceFile.ts';
import { breathe } from '../engine/journal/backgroundWork.ts';
import { nodeJournalFiles } from '../engine/journal/journalFiles.ts';
import { isJournalName, timeOf } from '../engine/journal/journalNames.ts';
import { replayFile } from '../engine/journal/replay.ts';
import type { Installation } from './installation.ts';
import { CommandError, EXIT } from './exitCodes.ts';
import { findTrace } from './findTrace.ts';
import type { ParsedArgs } from './options.ts';
import { connectOwner, findOwner, STORAGE_OPTION } from './ownerLink.ts';
import { Progress } from './progress.ts';
import { storageFolders } from './storageFolders.ts';
import { printable, type Terminal } from './terminal.ts';
import { copyOf, copyTrace, type TraceCopy } from './traceCopy.ts';

const MAX_CHOICES = 10;
/** Of one trace and what came with it. */
const MAX_BYTES = 1024 ** 3;
/** Id digits whose bytes are looked for in a request before it is read. */
const FEWEST_DIGITS = 8;

/**
 * The trace that an id or its beginning names: of the running Spanline, of a file (`--file`), or where none runs, of the
 * journal that the last one left, which is only read. An empty `prefix` is the only trace of a file.
 * @throws CommandError when there is none, or several
 */
export async function openTrace(
  terminal: Terminal,
  args: ParsedArgs,
  installation: Installation,
  prefix: string,
): Promise<TraceCopy> {
  const file = args.values.get('file');
  if (file !== undefined) return inFile(terminal, file, prefix);
  const owner = await findOwner(terminal, args, installation.version);
  if (owner.link === undefined && owner.trouble === '') {
    const found = await inJournal(terminal, args, prefix);
    if (found) return found;
  }
  const { channel } = owner.link ?? (await connectOwner(terminal, args, installation.version));
  try {
    return await copyTrace(channel, (await findTrace(channel, prefix)).traceId);
  } finally {
    channel.dispose();
  }
}

async function inFile(terminal: Terminal, file: string, prefix: string): Promise<TraceCopy> {
  const store = newStore();
  try {
    const progress = new Progress(terminal, `Reading ${printable(path.basename(file), 40)}`, await fileSize(file));
    const chunks = fileChunks(file, { onProgress: (bytes) => progress.at(bytes), signal: terminal.ended });
    await readTraceFile(chunks, (signal, body) => {
      if (signal === 'traces') return store.ingestTraces(body);
      return signal === 'logs' ? store.ingestLogs(body) : { accepted: 0, rejected: 0, message: '' };
    });
    progress.end();
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    throw new CommandError(`${printable(file)}: ${printable(describeProblem(error))}`);
  }
  if (store.evictedSpans > 0) terminal.err('The file is larger than what is read at once; its beginning is left out.');
  return theOne(store, prefix, printable(file));
}

/** Newest file first, until the trace is there; undefined when there is no journal. */
async function inJournal(terminal: Terminal, args: ParsedArgs, prefix: string): Promise<TraceCopy | undefined> {
  const given = args.values.get(STORAGE_OPTION.name);
  const folders = (given === undefined ? storageFolders(terminal.env) : [given])
    .map((folder) => path.join(folder, 'journal'))
    .filter((folder) => existsSync(folder));
  for (const folder of folders) {
    const store = newStore();
    await readJournal(terminal, folder, store, prefix);
    if (store.findTraces(prefix, 1).length > 0) return theOne(store, prefix, folder);
  }
  if (folders.length === 0) return undefined;
  throw new CommandError(
    `no Spanline is running, and no trace in its journal begins with ${prefix}`,
    EXIT.nothingFound,
  );
}

async function readJournal(terminal: Terminal, folder: string, store: TraceStore, prefix: string): Promise<void> {
  const files = nodeJournalFiles(folder);
  const names = files
    .list()
    .filter(({ name }) => isJournalName(name))
    .sort((a, b) => timeOf(b.name) - timeOf(a.name));
  const progress = new Progress(
    terminal,
    'Reading the journal',
    names.reduce((sum, { bytes }) => sum + bytes, 0),
  );
  const wanted = prefix.length < FEWEST_DIGITS ? undefined : Buffer.from(prefix.slice(0, prefix.length & ~1), 'hex');
  let done = 0;
  let found = false;
  for (const { name, bytes } of names) {
    const before = done;
    await replayFile(
      name,
      {
        beginHistory: () => undefined,
        endHistory: () => undefined,
        ingestHistory: (signal, body) => {
          if (wanted && !Buffer.from(body.buffer, body.byteOffset, body.length).includes(wanted)) return 'stored';
          const own = new Uint8Array(body);
          if (signal === 'traces') store.ingestTraces(own);
          else if (signal === 'logs') store.ingestLogs(own);
          return 'stored';
        },
      },
      { files, elapsed: () => performance.now(), breathe, stopped: () => terminal.ended.aborted },
      (at) => progress.at(before + at),
    );
    done += bytes;
    // A trace may have begun in the file before.
    if (found) break;
    found = store.findTraces(prefix, 1).length > 0;
  }
  progress.end();
}

function theOne(store: TraceStore, prefix: string, where: string): TraceCopy {
  const traces = prefix === '' ? store.list(MAX_CHOICES + 1) : store.findTraces(prefix, MAX_CHOICES + 1);
  const [first, second] = traces;
  const begins = prefix === '' ? '' : ` whose id begins with ${prefix}`;
  if (!first) throw new CommandError(`there is no trace${begins} in ${where}`, EXIT.nothingFound);
  if (!second) return copyOf(store, first.traceId);
  const choices = traces.slice(0, MAX_CHOICES).map(({ traceId, name }) => `    ${choiceOf(traceId, name)}`);
  throw new CommandError(`several traces${begins} are in ${where}; name one:\n${choices.join('\n')}`);
}

function choiceOf(traceId: TraceId, name: string): string {
  return `${traceId}  ${printable(name, 60)}`;
}

function newStore(): TraceStore {
  return new TraceStore({ now: () => Date.now(), maxBytes: MAX_BYTES, inlineBytes: Infinity });
}
