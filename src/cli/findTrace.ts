import type { TraceSummary } from '../core/model/trace.ts';
import { CommandError, EXIT } from './exitCodes.ts';
import { usage, type ParsedArgs } from './options.ts';
import type { EngineChannel } from './ownerLink.ts';
import { printable } from './terminal.ts';

export const TRACE_ID_HELP = 'ID is the trace’s id, or the beginning of it (4 digits or more) when only one begins so.';
const MIN_PREFIX = 4;
const MAX_CHOICES = 10;

/** The trace id, or its beginning, that the only operand names. @throws CommandError (usage) */
export function traceIdPrefix({ rest }: ParsedArgs): string {
  const [id, more] = rest;
  if (id === undefined) throw usage('a trace’s id is missing; spanline traces lists them');
  if (more !== undefined) throw usage('one trace at a time');
  const prefix = id.toLowerCase();
  if (!/^[0-9a-f]{1,32}$/.test(prefix))
    throw usage(`${printable(id, 40)} is no trace id: 32 hex digits, or the beginning of them`);
  if (prefix.length < MIN_PREFIX) throw usage(`give at least ${MIN_PREFIX} digits of the trace’s id`);
  return prefix;
}

/** The one trace whose id begins so. @throws CommandError when there is none, or several, which it names */
export async function findTrace(channel: EngineChannel, prefix: string): Promise<TraceSummary> {
  const { traces, matched } = await channel.request('traces/query', { filter: `trace:${prefix}`, limit: MAX_CHOICES });
  const [first] = traces;
  if (first === undefined) throw new CommandError(`no trace’s id begins with ${prefix}`, EXIT.nothingFound);
  if (matched === 1) return first;
  const choices = traces.map(({ traceId, name }) => `    ${traceId}  ${printable(name, 60)}`);
  throw new CommandError(`${matched} traces begin with ${prefix}; give more of the id:\n${choices.join('\n')}`);
}
