import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { SpanRef } from '../../src/core/model/span.ts';

/** What the SDK itself says of a span it sent; times in nanoseconds since the epoch as decimal text. */
export interface SentSpan extends SpanRef {
  readonly start: string;
  readonly end: string;
}

/** What a program printed: the spans it sent by the last part of their names. */
export type Sent = Readonly<Record<string, SentSpan>>;

export type ClientTransport = 'http/json' | 'http/protobuf' | 'grpc';

export type Environment = Readonly<Record<string, string>>;

/** Longer than any exporter goes on trying, shorter than patience. */
const LIMIT_MS = 120_000;

/** The machine's environment without a tracing set-up of its own. */
export function cleanEnvironment(env: Environment): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('OTEL_'));
  // Python's requests and grpc would send loopback traffic through a proxy.
  return { ...Object.fromEntries(inherited), no_proxy: '127.0.0.1,localhost', ...env };
}

/**
 * Runs a program that sends and prints what it sent, as the last line of its output.
 * Rejects when it ends badly, complains of an export that `mayComplain` does not allow, or takes longer than two minutes.
 */
export async function runProgram(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: Environment; readonly mayComplain?: boolean },
): Promise<Sent> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: cleanEnvironment(options.env),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${signal ?? String(code)}:\n${errors}`);
  if (options.mayComplain !== true && /export/i.test(errors)) {
    throw new Error(`${args.join(' ')} could not send:\n${errors}`);
  }
  return JSON.parse(output.trim().split('\n').at(-1) ?? '') as Sent;
}
