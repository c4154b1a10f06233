import { statSync } from 'node:fs';
import path from 'node:path';
import { startCodeIndex } from './codeIndexLink.ts';
import { JSON_OPTION, type Command } from './command.ts';
import { EXIT } from './exitCodes.ts';
import { TRACE_ID_HELP, traceIdPrefix } from './findTrace.ts';
import { locateTrace, type LocatedSpan, type PlaceJson } from './locateTrace.ts';
import { integerOption, usage, type ParsedArgs } from './options.ts';
import { STORAGE_OPTION } from './ownerLink.ts';
import { colored, printable, type Terminal } from './terminal.ts';
import { indexCacheFile } from './storageFolders.ts';
import { openTrace } from './traceSource.ts';

const DEFAULT_PLACES = 3;
const MAX_PLACES = 50;
const MAX_INDENT = 30;
/** The first index of a large workspace. */
const TIMEOUT_MS = 300_000;

export const locateCommand: Command = {
  name: 'locate',
  operands: '[ID]',
  summary: 'say which source lines the spans of a trace come from',
  details: [
    TRACE_ID_HELP,
    'Each span with the places it may come from, best first: file, line, column, function, how sure, and why.',
    'Where no Spanline runs, the journal of the last one is read. With --file the trace is one of a file, as spanline',
    'export and others write them; ID may be left out when it has only one.',
    'exact: the span or a unique literal names it; likely; guess; ? several fit equally well, VS Code would ask.',
  ],
  options: [
    { name: 'workspace', short: 'w', value: 'DIR', help: 'the folder with the services’ source (default: this one)' },
    { name: 'limit', short: 'n', value: 'N', help: `at most N places a span (default ${DEFAULT_PLACES})` },
    { name: 'file', short: 'f', value: 'FILE', help: 'read the trace from a file of traces' },
    { name: 'no-cache', help: 'read all of the source anew; what was read is kept for the next time otherwise' },
    JSON_OPTION,
    STORAGE_OPTION,
  ],
  run: async ({ args, terminal, installation }) => {
    const prefix = args.values.has('file') && args.rest.length === 0 ? '' : traceIdPrefix(args);
    const limit = integerOption(args, 'limit', 1, MAX_PLACES) ?? DEFAULT_PLACES;
    const folder = workspaceFolder(args);
    const copy = await openTrace(terminal, args, installation, prefix);
    const cacheFile = args.flags.has('no-cache') ? undefined : indexCacheFile(terminal.env, folder);
    const index = startCodeIndex(installation, [folder], cacheFile);
    try {
      const spans = locateTrace(copy, (hints) =>
        index.channel.request('source/resolve', { hints }, { timeoutMs: TIMEOUT_MS }),
      );
      if (args.flags.has('json')) await writeJson(terminal, { traceId: copy.traceId, workspace: folder }, spans);
      else await writeText(terminal, spans, limit);
      await index.saved();
    } finally {
      await index.stop();
    }
    return EXIT.ok;
  },
};

/** The absolute path of `--workspace`. @throws CommandError (usage) when it is no folder */
function workspaceFolder(args: ParsedArgs): string {
  const folder = path.resolve(args.values.get('workspace') ?? '.');
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return folder;
  throw usage(`--workspace ${printable(folder, 200)} is no folder`);
}

async function writeJson(terminal: Terminal, head: object, spans: AsyncIterable<LocatedSpan>): Promise<void> {
  await terminal.out(`${JSON.stringify(head).slice(0, -1)},"spans":[`);
  let first = true;
  for await (const span of spans) {
    await terminal.out(`${first ? '' : ','}\n${JSON.stringify(span)}`);
    first = false;
  }
  await terminal.out('\n]}\n');
}

async function writeText(terminal: Terminal, spans: AsyncIterable<LocatedSpan>, limit: number): Promise<void> {
  let found = 0;
  let asked = 0;
  let count = 0;
  for await (const span of spans) {
    count++;
    if (span.ambiguous) asked++;
    else if (span.candidates.length > 0) found++;
    const indent = ' '.repeat(Math.min(MAX_INDENT, 2 * span.depth));
    const service = colored(terminal, 'dim', printable(span.service, 40));
    const name = colored(terminal, 'bold', printable(span.name, 100) || '(no name)');
    await terminal.out(`${indent}${name}  ${service}\n`);
    for (const place of span.candidates.slice(0, limit)) {
      await terminal.out(`${indent}  ${placeText(terminal, place, span.ambiguous)}\n`);
    }
    const left = span.candidates.length - limit;
    if (left > 0)
      await terminal.out(`${indent}  ${colored(terminal, 'dim', `… ${left} more; --limit N shows them`)}\n`);
    if (span.candidates.length > 0) continue;
    for (const sentence of span.tried) {
      await terminal.out(`${indent}  ${colored(terminal, 'yellow', '–')} ${printable(sentence, 300)}\n`);
    }
  }
  const choices = asked === 0 ? '' : `, ${asked} with several that fit equally well`;
  await terminal.out(`\n${found} of ${count} ${count === 1 ? 'span' : 'spans'} with a place${choices}\n`);
}

function placeText(terminal: Terminal, place: PlaceJson, ambiguous: boolean): string {
  const sureness = ambiguous ? '?' : place.confidence;
  const where = `${printable(place.shownFile, 300)}:${place.line}:${place.column}`;
  const name = place.function === '' ? '' : `  ${printable(place.function, 80)}()`;
  const reason = colored(terminal, 'dim', printable(place.reason, 300));
  return `${colored(terminal, 'cyan', where)}${name}  ${sureness} · ${reason}`;
}
