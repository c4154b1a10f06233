import { FilterError, pointAt } from '../core/query/filterError.ts';
import { checkFilter } from '../engine/checkFilter.ts';
import { FILTER_HELP, JSON_OPTION, type Command } from './command.ts';
import { EXIT } from './exitCodes.ts';
import { integerOption, usage, type ParsedArgs } from './options.ts';
import { connectOwner, STORAGE_OPTION } from './ownerLink.ts';
import { summaryLines } from './summaryLines.ts';
import { traceJson } from './traceJson.ts';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 100_000;

export const tracesCommand: Command = {
  name: 'traces',
  operands: '[FILTER]',
  summary: 'list the traces that are held, newest first',
  details: FILTER_HELP,
  options: [
    { name: 'limit', short: 'n', value: 'N', help: `at most N traces (default ${DEFAULT_LIMIT})` },
    JSON_OPTION,
    STORAGE_OPTION,
  ],
  run: async ({ args, terminal, installation }) => {
    const filter = filterOf(args);
    const limit = integerOption(args, 'limit', 1, MAX_LIMIT) ?? DEFAULT_LIMIT;
    const { channel } = await connectOwner(terminal, args, installation.version);
    try {
      const { traces, matched, total } = await channel.request('traces/query', { filter, limit });
      if (args.flags.has('json')) {
        for (const trace of traces) await terminal.out(`${JSON.stringify(traceJson(trace))}\n`);
      } else if (traces.length > 0) {
        await terminal.out(`${summaryLines(terminal, traces).join('\n')}\n`);
      }
      if (matched > traces.length) terminal.err(`${matched - traces.length} more; --limit N shows more of them`);
      if (traces.length > 0) return EXIT.ok;
      terminal.err(total === 0 ? 'There are no traces yet.' : `None of the ${total} traces matches.`);
      return EXIT.nothingFound;
    } finally {
      channel.dispose();
    }
  },
};

/** The filter that the operands make, checked here so that a mistake costs no connection. @throws CommandError (usage) */
export function filterOf({ rest }: ParsedArgs): string {
  const filter = rest.join(' ');
  try {
    checkFilter(filter);
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    throw usage(`column ${error.column}: ${error.message}\n${pointAt(filter, error).replace(/^/gm, '    ')}`);
  }
  return filter;
}
