import { once } from 'node:events';
import process from 'node:process';
import type { Terminal } from './terminal.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** 128 + SIGINT, as shells say. */
const INTERRUPTED = 130;

interface EndSignals {
  /** Aborted by the first signal to end; the second ends the process at once. */
  readonly ended: AbortSignal;
  readonly take: (handler: (signal: NodeJS.Signals) => void) => void;
}

/** Listens to the signals that ask the process to end. */
export function endSignals(): EndSignals {
  const controller = new AbortController();
  let taken: ((signal: NodeJS.Signals) => void) | undefined;
  for (const name of SIGNALS) {
    process.on(name, () => {
      if (taken !== undefined) {
        taken(name);
        return;
      }
      if (controller.signal.aborted) process.exit(INTERRUPTED);
      controller.abort();
    });
  }
  return {
    ended: controller.signal,
    take: (handler) => {
      taken = handler;
    },
  };
}

/** The process's own streams. Whoever reads our output may go away (`| head`): that ends the command quietly. */
export function processTerminal({ ended, take }: EndSignals): Terminal {
  const { stdout, stderr, env } = process;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  stderr.on('error', () => undefined);
  const isPlain = env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '';
  return {
    out: async (text) => {
      if (!stdout.write(text)) await once(stdout, 'drain');
    },
    err: (line) => {
      stderr.write(`${line}\n`);
    },
    color: stdout.isTTY && !isPlain && env['TERM'] !== 'dumb',
    columns: stdout.isTTY ? stdout.columns : undefined,
    progress:
      stderr.isTTY && env['TERM'] !== 'dumb'
        ? (line) => {
            stderr.write(`\r\u001b[2K${line}`);
          }
        : undefined,
    env,
    ended,
    takeSignals: take,
  };
}
