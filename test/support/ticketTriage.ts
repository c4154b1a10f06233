import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { ensureDependencies } from '../../scripts/setup.mjs';

export const TICKET_TRIAGE = path.resolve(import.meta.dirname, '../../examples/ticket-triage');

/** The example service, running in its own processes; it knows nothing of Spanline. */
export interface TicketTriage {
  readonly url: string;
  /** Sends `count` tickets of the fixed set, one after another; resolves with what send.ts printed. */
  send(count: number): Promise<string>;
  /** Asks the services to send their last spans and end. */
  stop(): Promise<void>;
}

/** Installs the example's own packages when they are missing or another lock file asks for others. */
export function ensureTicketTriage(): Promise<void> {
  return ensureDependencies(TICKET_TRIAGE);
}

/** The machine's environment without a tracing set-up of its own. */
function cleanEnvironment(env: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('OTEL_'));
  return { ...Object.fromEntries(inherited), ...env };
}

/**
 * Starts the example on a free port. `env` reaches every service; without one the SDK sends to localhost:4318 every five
 * seconds, as any program does.
 */
export async function startTicketTriage(env: Readonly<Record<string, string>> = {}): Promise<TicketTriage> {
  const child = spawn(process.execPath, ['start.ts', '--port', '0'], {
    cwd: TICKET_TRIAGE,
    env: cleanEnvironment(env),
    stdio: ['ignore', 'pipe', 2],
  });
  const url = await readyUrl(child);
  return {
    url,
    send: (count) => run(['send.ts', '--url', url, '--count', String(count)]),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function readyUrl(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('no output to read');
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('{')) continue;
    const ready = JSON.parse(line) as { ready?: boolean; url?: string };
    if (ready.ready === true && ready.url !== undefined) return ready.url;
  }
  throw new Error('the example ended before it was ready');
}

async function run(args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, args, { cwd: TICKET_TRIAGE, stdio: ['ignore', 'pipe', 2] });
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text));
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`send.ts ended with ${String(code)}:\n${output}`);
  return output;
}

/** The line (from 1) of the example's file on which `text` stands first. */
export function lineOf(file: string, text: string): number {
  const lines = readFileSync(path.join(TICKET_TRIAGE, file), 'utf8').split('\n');
  const index = lines.findIndex((line) => line.includes(text));
  if (index < 0) throw new Error(`${file} does not contain ${text}`);
  return index + 1;
}
