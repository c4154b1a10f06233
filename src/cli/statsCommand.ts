import type { EngineStatus, JournalStatus, ReceiverState } from '../protocol/engineApi.ts';
import { JSON_OPTION, type Command } from './command.ts';
import { EXIT } from './exitCodes.ts';
import { connectOwner, STORAGE_OPTION } from './ownerLink.ts';
import { colored, padEnd, printable, type Terminal } from './terminal.ts';

export const statsCommand: Command = {
  name: 'stats',
  operands: '',
  summary: 'say what the receiver listens on, what is held and what went wrong',
  details: [],
  options: [JSON_OPTION, STORAGE_OPTION],
  run: async ({ args, terminal, installation }) => {
    const { channel, storage } = await connectOwner(terminal, args, installation.version);
    try {
      const status = await channel.request('engine/status', {});
      if (args.flags.has('json')) await terminal.out(`${JSON.stringify(statsJson(status, storage))}\n`);
      else await terminal.out(`${statusLines(terminal, status, storage).join('\n')}\n`);
      return EXIT.ok;
    } finally {
      channel.dispose();
    }
  },
};

const ASKING_ENDS = new Set<string>(['paused', 'cleared', 'role', 'roleReason'] satisfies (keyof EngineStatus)[]);

/** What is everybody's; pause and role are those of the asking end. */
function statsJson(status: EngineStatus, storage: string): unknown {
  const shared = Object.entries(status).filter(([name]) => !ASKING_ENDS.has(name));
  return { ...Object.fromEntries(shared), storage };
}

function statusLines(terminal: Terminal, status: EngineStatus, storage: string): string[] {
  const facts: (readonly [string, string])[] = [
    ['Receiver', receiverText(status.receiver)],
    ['Storage', printable(storage)],
    ['Traces', count(status.traces)],
    ['Spans', count(status.spans)],
    ['Log records', count(status.logs)],
    ['Metric points', count(status.metricPoints)],
    ['In memory', mebibytes(status.heldBytes)],
    ['On disk', journalText(status.journal)],
    ['Evicted spans', count(status.evictedSpans)],
    ['Rejected records', count(status.rejectedSpans)],
    ['Refused requests', count(status.refusedRequests)],
    ['Masked values', count(status.redactedValues)],
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  const lines = facts.map(([name, value]) => `${colored(terminal, 'bold', padEnd(name, width))}  ${value}`);
  const problems = status.problems.map(
    ({ count: times, message }) =>
      `  ${colored(terminal, 'yellow', '!')} ${printable(message)}${times > 1 ? ` (${times} times)` : ''}`,
  );
  return problems.length === 0
    ? lines
    : [...lines, '', colored(terminal, 'bold', 'Problems, newest first'), ...problems];
}

function journalText({ state, message, diskBytes, replayedBytes, totalBytes }: JournalStatus): string {
  switch (state) {
    case 'off':
      return 'nothing';
    case 'failed':
      return printable(message, 200);
    case 'replaying':
      return `${mebibytes(diskBytes)}, of which ${mebibytes(replayedBytes)} of ${mebibytes(totalBytes)} are read back`;
    case 'ready':
      return mebibytes(diskBytes);
  }
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

function receiverText(receiver: ReceiverState): string {
  switch (receiver.kind) {
    case 'listening':
      return `http://localhost:${receiver.httpPort} and gRPC localhost:${receiver.grpcPort}, on ${receiver.hosts.join(', ')}`;
    case 'portTaken':
      return receiver.holders
        .map(
          ({ port, description }) =>
            `port ${port} is taken${description === '' ? '' : ` by ${printable(description, 100)}`}`,
        )
        .join(', ');
    case 'failed':
      return `failed: ${printable(receiver.message, 200)}`;
    case 'stopped':
      return 'stopped';
    case 'starting':
      return 'starting';
  }
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
