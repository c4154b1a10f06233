import type { TraceId } from '../core/model/ids.ts';
import type { TraceSummary } from '../core/model/trace.ts';
import { FILTER_HELP, JSON_OPTION, type Command } from './command.ts';
import { EXIT } from './exitCodes.ts';
import { connectOwner, STORAGE_OPTION, type EngineChannel } from './ownerLink.ts';
import { summaryLines } from './summaryLines.ts';
import type { Terminal } from './terminal.ts';
import { traceJson } from './traceJson.ts';
import { filterOf } from './tracesCommand.ts';

/** Traces looked at with each change: more than that do not begin between two announcements. */
const LOOKED_AT = 2000;

export const tailCommand: Command = {
  name: 'tail',
  operands: '[FILTER]',
  summary: 'write each trace that arrives from now on as soon as its root is here',
  details: [
    'A trace is written when its root has arrived, or when nothing more of it came for 30 seconds. One that still',
    'assembles shows what is known so far, its duration as ≥. With --json it is written again when it has settled.',
    '',
    ...FILTER_HELP,
  ],
  options: [
    {
      name: 'settled',
      help: 'write each trace once, when nothing more of it is expected (6 seconds after its last span)',
    },
    JSON_OPTION,
    STORAGE_OPTION,
  ],
  run: async ({ args, terminal, installation }) => {
    const filter = filterOf(args);
    const { channel, closed } = await connectOwner(terminal, args, installation.version);
    const tail = new Tail(terminal, args.flags.has('json'), args.flags.has('settled'));
    try {
      return await follow(channel, terminal, filter, tail, closed);
    } finally {
      channel.dispose();
    }
  },
};

/** What wakes the loop below. */
interface Pending {
  changed: boolean;
  reason: string | undefined;
  wake: () => void;
}

async function follow(
  channel: EngineChannel,
  terminal: Terminal,
  filter: string,
  tail: Tail,
  closed: Promise<string>,
): Promise<number> {
  const { ended } = terminal;
  const pending: Pending = { changed: false, reason: undefined, wake: () => undefined };
  channel.on('traces/changed', () => {
    pending.changed = true;
    pending.wake();
  });
  void closed.then((reason) => {
    pending.reason = reason;
    pending.wake();
  });
  ended.addEventListener('abort', () => pending.wake());
  tail.skip((await channel.request('traces/query', { filter: '', limit: LOOKED_AT })).traces);
  terminal.err('Waiting for traces; Ctrl+C ends.');
  while (!ended.aborted && pending.reason === undefined) {
    if (!pending.changed) {
      await new Promise<void>((resolve) => {
        pending.wake = resolve;
      });
      continue;
    }
    pending.changed = false;
    // When the link goes while a question is on its way, the reason is told below.
    const answer = await channel.request('traces/query', { filter, limit: LOOKED_AT }).catch(() => undefined);
    if (answer) await tail.write(answer.traces);
  }
  if (ended.aborted) return EXIT.ok;
  terminal.err(`The Spanline that held the traces is gone: ${pending.reason ?? ''}`);
  return EXIT.failed;
}

/** Remembers what was written, so that each trace comes once (as JSON: once more when it has settled). */
class Tail {
  readonly #terminal: Terminal;
  readonly #json: boolean;
  readonly #settledOnly: boolean;
  /** Traces seen, in order; true when they are through. */
  readonly #seen = new Map<TraceId, boolean>();
  #headWritten = false;

  constructor(terminal: Terminal, json: boolean, settledOnly: boolean) {
    this.#terminal = terminal;
    this.#json = json;
    this.#settledOnly = settledOnly;
  }

  /** Those were here before. */
  skip(traces: readonly TraceSummary[]): void {
    for (const { traceId } of traces) this.#seen.set(traceId, true);
  }

  /** Newest first, as they are listed; written oldest first. */
  async write(traces: readonly TraceSummary[]): Promise<void> {
    const due = traces.filter((trace) => this.#isDue(trace)).reverse();
    if (due.length === 0) return;
    for (const trace of due) this.#seen.set(trace.traceId, !this.#json || !trace.assembling);
    const lines = this.#json
      ? due.map((trace) => JSON.stringify(traceJson(trace)))
      : summaryLines(this.#terminal, due, !this.#headWritten);
    this.#headWritten = true;
    await this.#terminal.out(`${lines.join('\n')}\n`);
    // Those that left the list are not asked about any more.
    if (this.#seen.size > 4 * LOOKED_AT) {
      const listed = new Set(traces.map(({ traceId }) => traceId));
      for (const id of this.#seen.keys()) if (!listed.has(id) && this.#seen.size > 2 * LOOKED_AT) this.#seen.delete(id);
    }
  }

  #isDue({ traceId, assembling, rootSpanId }: TraceSummary): boolean {
    const before = this.#seen.get(traceId);
    if (before === true) return false;
    if (!assembling) return true;
    return before === undefined && !this.#settledOnly && rootSpanId !== '';
  }
}
