import { formatClock } from '../core/layout/formatDuration.ts';
import type { TraceId } from '../core/model/ids.ts';
import type { TraceSummary } from '../core/model/trace.ts';
import { CallReadings } from '../engine/callReadings.ts';
import { JSON_OPTION, type Command } from './command.ts';
import { EXIT } from './exitCodes.ts';
import { findTrace, traceIdPrefix, TRACE_ID_HELP } from './findTrace.ts';
import { integerOption } from './options.ts';
import { connectOwner, STORAGE_OPTION } from './ownerLink.ts';
import { durationText } from './summaryLines.ts';
import { colored, printable, type Terminal } from './terminal.ts';
import { copyTrace, type TraceCopy } from './traceCopy.ts';
import { logJson, spanJson, traceJson } from './traceJson.ts';
import { waterfallLines } from './waterfallText.ts';

const DEFAULT_ROWS = 1000;
const MAX_ROWS = 10_000_000;

export const traceCommand: Command = {
  name: 'trace',
  operands: 'ID',
  summary: 'show one trace: its spans as a waterfall, or everything as JSON',
  details: [TRACE_ID_HELP],
  options: [
    { name: 'limit', short: 'n', value: 'N', help: `at most N spans in the waterfall (default ${DEFAULT_ROWS})` },
    JSON_OPTION,
    STORAGE_OPTION,
  ],
  run: async ({ args, terminal, installation }) => {
    const prefix = traceIdPrefix(args);
    const limit = integerOption(args, 'limit', 1, MAX_ROWS) ?? DEFAULT_ROWS;
    const { channel } = await connectOwner(terminal, args, installation.version);
    try {
      const summary = await findTrace(channel, prefix);
      const copy = await copyTrace(channel, summary.traceId);
      if (args.flags.has('json')) await writeJson(terminal, summary, copy);
      else await writeWaterfall(terminal, summary, copy, limit);
      return EXIT.ok;
    } finally {
      channel.dispose();
    }
  },
};

async function writeWaterfall(
  terminal: Terminal,
  summary: TraceSummary,
  copy: TraceCopy,
  limit: number,
): Promise<void> {
  const { errorCount, spanCount } = summary;
  const facts = [
    printable(summary.services.join(', '), 60),
    (summary.assembling ? '≥ ' : '') + durationText(summary.durationNs),
    `${spanCount} ${spanCount === 1 ? 'span' : 'spans'}`,
    errorCount === 0 ? '' : colored(terminal, 'red', `${errorCount} ${errorCount === 1 ? 'error' : 'errors'}`),
    dayAndTime(summary.start),
  ].filter((fact) => fact !== '');
  await terminal.out(`${colored(terminal, 'bold', printable(summary.name, 100))}  ${facts.join(' · ')}\n`);
  await terminal.out(`${colored(terminal, 'dim', summary.traceId)}\n\n`);
  for (const line of waterfallLines(terminal, copy, limit)) await terminal.out(`${line}\n`);
}

function dayAndTime(start: string): string {
  const date = new Date(Number(BigInt(start) / 1_000_000n));
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0'));
  return `${day.join('-')} ${formatClock(start, { utc: false, withMillis: true })}`;
}

/** One object, written span by span: a trace of a million spans is no text to hold. */
async function writeJson(terminal: Terminal, summary: TraceSummary, { store, tree, refAt }: TraceCopy): Promise<void> {
  const head = JSON.stringify(traceJson(summary));
  const calls = new CallReadings(store);
  await terminal.out(`${head.slice(0, -1)},"spans":[`);
  for (let position = 0; position < tree.count; position++) {
    const ref = refAt(position);
    const details = store.details(ref);
    if (details === undefined) continue;
    const index = tree.indexAt[position] ?? 0;
    const place = {
      offsetNs: tree.offsetNs[index] ?? 0,
      selfNs: tree.selfNs[position] ?? 0,
      depth: tree.depth[position] ?? 0,
    };
    const span = spanJson(details, place, store.logs(ref), calls.whole(ref) ?? null);
    await terminal.out(`${position === 0 ? '' : ','}\n${JSON.stringify(span)}`);
  }
  await terminal.out(`\n],"logs":${JSON.stringify(traceLogs(store, summary.traceId))}}\n`);
}

function traceLogs(store: TraceCopy['store'], traceId: TraceId): unknown {
  return store.traceLogs(traceId).map(logJson);
}
