import path from 'node:path';
import process from 'node:process';
import { fileChunks, fileSize } from '../engine/files/fileChunks.ts';
import { describeProblem, FileProblem } from '../engine/files/fileProblem.ts';
import { MAX_TRACE_IDS, readTraceFile, type FileReport } from '../engine/files/readTraceFile.ts';
import { JSON_OPTION, type Command } from './command.ts';
import { CommandError, EXIT } from './exitCodes.ts';
import { usage } from './options.ts';
import { connectOwner, STORAGE_OPTION, type EngineChannel } from './ownerLink.ts';
import { printable, type Terminal } from './terminal.ts';
import { Progress } from './progress.ts';

const STANDARD_INPUT = '-';

export const openCommand: Command = {
  name: 'open',
  operands: 'FILE…',
  summary: 'read trace files into the running Spanline',
  details: [
    'Reads OTLP as JSON, JSON lines (the Collector’s file exporter) or protobuf, Zipkin JSON and Jaeger JSON, compressed',
    'with gzip or zstd or not; told by content, not by name. - reads standard input. What cannot be read is told with its',
    'place, the rest is kept.',
  ],
  options: [JSON_OPTION, STORAGE_OPTION],
  run: async ({ args, terminal, installation }) => {
    if (args.rest.length === 0) throw usage('a file is missing');
    const { channel } = await connectOwner(terminal, args, installation.version);
    let exitCode: number = EXIT.ok;
    try {
      for (const file of args.rest) {
        try {
          const report = await readInto(channel, terminal, file);
          await terminal.out(
            args.flags.has('json') ? `${JSON.stringify(reportJson(file, report))}\n` : `${reportLine(file, report)}\n`,
          );
          for (const problem of report.problems)
            terminal.err(`${printable(file)}: ${printable(describeProblem(problem))}`);
          const untold = report.problemCount - report.problems.length;
          if (untold > 0) terminal.err(`${printable(file)}: and ${untold} more parts that could not be read`);
          if (report.problemCount > 0) exitCode = EXIT.failed;
        } catch (error) {
          if (!(error instanceof FileProblem)) throw error;
          terminal.err(`${printable(file)}: ${printable(describeProblem(error))}`);
          exitCode = EXIT.failed;
        }
        if (terminal.ended.aborted) throw new CommandError('ended; what was read so far is kept');
      }
    } finally {
      channel.dispose();
    }
    return exitCode;
  },
};

async function readInto(channel: EngineChannel, terminal: Terminal, file: string): Promise<FileReport> {
  const isInput = file === STANDARD_INPUT;
  const total = isInput ? 0 : await fileSize(file);
  const progress = new Progress(terminal, `Reading ${printable(path.basename(file), 40)}`, total);
  try {
    const chunks = fileChunks(isInput ? process.stdin : file, {
      onProgress: (bytes) => progress.at(bytes),
      signal: terminal.ended,
    });
    return await readTraceFile(chunks, (signal, body) => channel.request('traces/import', { signal, body }));
  } finally {
    progress.end();
  }
}

function reportLine(file: string, report: FileReport): string {
  const { spans, logRecords, dataPoints, rejected, traceIds } = report;
  const counts = [
    plural(spans, 'span', 'spans'),
    ...(logRecords > 0 ? [plural(logRecords, 'log record', 'log records')] : []),
    ...(dataPoints > 0 ? [plural(dataPoints, 'metric point', 'metric points')] : []),
  ];
  const orMore = traceIds.length >= MAX_TRACE_IDS ? ' or more' : '';
  const traces = traceIds.length > 0 ? ` of ${plural(traceIds.length, 'trace', 'traces')}${orMore}` : '';
  const refused = rejected > 0 ? `; ${rejected} not kept: ${printable(report.rejectedMessage, 200)}` : '';
  return `${printable(file)}: ${counts.join(', ')}${traces} (${report.format})${refused}`;
}

function reportJson(file: string, report: FileReport): unknown {
  const { problems, ...rest } = report;
  return { file, ...rest, problems: problems.map(({ message, place }) => ({ message, ...place })) };
}

function plural(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}
