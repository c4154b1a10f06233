import process from 'node:process';
import { exportedParts } from '../engine/files/exportedParts.ts';
import { exportTargetOf, type ExportTarget } from '../engine/files/exportFormat.ts';
import { FileProblem } from '../engine/files/fileProblem.ts';
import { writeTraceFile, writeTraces } from '../engine/files/writeTraceFile.ts';
import { FILTER_HELP, type Command } from './command.ts';
import { CommandError, EXIT } from './exitCodes.ts';
import { usage, type ParsedArgs } from './options.ts';
import { connectOwner, STORAGE_OPTION } from './ownerLink.ts';
import { Progress } from './progress.ts';
import { printable } from './terminal.ts';
import { filterOf } from './tracesCommand.ts';

const MAX_TRACES = 100_000;
const STANDARD_OUTPUT = '-';

export const exportCommand: Command = {
  name: 'export',
  operands: '[FILTER]',
  summary: 'write traces to a file that spanline open and other tools read',
  details: [
    'The name says the format, .gz behind it compresses:',
    '  .json            OTLP JSON, one document: spans and log records',
    '  .jsonl, .ndjson  OTLP JSON, a request a line, as the Collector’s file exporter writes',
    '  .pb, .binpb      OTLP protobuf, one ExportTraceServiceRequest: spans only',
    '',
    ...FILTER_HELP,
  ],
  options: [
    { name: 'output', short: 'o', value: 'FILE', help: 'the file to write; - is standard output, with --format' },
    { name: 'format', value: 'SUFFIX', help: 'json, jsonl or pb (and .gz), whatever the file’s name says' },
    STORAGE_OPTION,
  ],
  run: async ({ args, terminal, installation }) => {
    const filter = filterOf(args);
    const output = args.values.get('output');
    if (output === undefined) throw usage('where to? -o FILE names the file');
    const target = targetOf(args, output);
    const { channel } = await connectOwner(terminal, args, installation.version);
    try {
      const { traces, matched, total } = await channel.request('traces/query', { filter, limit: MAX_TRACES });
      if (traces.length === 0) {
        terminal.err(total === 0 ? 'There are no traces yet.' : `None of the ${total} traces matches.`);
        return EXIT.nothingFound;
      }
      if (matched > traces.length) terminal.err(`Only the newest ${traces.length} of ${matched} traces are exported.`);
      const progress = new Progress(terminal, 'Exporting', traces.length);
      const parts = exportedParts(
        (params) => channel.request('traces/export', params),
        traces.map(({ traceId }) => traceId),
        (done) => progress.at(done),
      );
      const { spans, logRecords, leftOut } =
        output === STANDARD_OUTPUT
          ? await writeTraces(process.stdout, target, parts, terminal.ended)
          : await writeTraceFile(output, target, parts, terminal.ended);
      progress.end();
      terminal.err(`Wrote ${spans} spans and ${logRecords} log records of ${traces.length} traces.`);
      if (leftOut > 0) {
        terminal.err(
          `${leftOut} log records are left out: a protobuf file holds one signal. .json and .jsonl hold both.`,
        );
      }
      return EXIT.ok;
    } catch (error) {
      if (error instanceof FileProblem) throw new CommandError(`${printable(output)}: ${error.message}`);
      throw error;
    } finally {
      channel.dispose();
    }
  },
};

function targetOf(args: ParsedArgs, output: string): ExportTarget {
  const format = args.values.get('format');
  const target = exportTargetOf(format === undefined ? output : `x.${format}`);
  if (target !== undefined) return target;
  if (format !== undefined)
    throw usage(`there is no format ${format}: json, jsonl, ndjson, pb or binpb, each also with .gz`);
  throw usage(
    output === STANDARD_OUTPUT
      ? 'standard output has no name that says the format: add --format json, jsonl or pb'
      : `${printable(output)} says no format: name it .json, .jsonl or .pb (also .gz behind it), or add --format`,
  );
}
