import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { SpanRef } from '../../src/core/model/span.ts';
import { ensurePython } from '../../scripts/python.mjs';
import { ensureDependencies } from '../../scripts/setup.mjs';

const PROGRAMS = path.join(import.meta.dirname, 'programs');

/** What the SDK itself says of a span it sent; times in nanoseconds since the epoch as decimal text. */
export interface SentSpan extends SpanRef {
  readonly start: string;
  readonly end: string;
}

/** What a program printed: the spans it sent by the last part of their names. */
export type Sent = Readonly<Record<string, SentSpan>>;

export interface Sender {
  readonly title: string;
  readonly language: 'js' | 'python';
  /** The port this transport is sent to by default. */
  readonly port: 'httpPort' | 'grpcPort';
  /** Why it cannot run on this machine, else false. */
  readonly skip: string | false;
  run(env: Readonly<Record<string, string>>): Promise<Sent>;
}

/** Both languages' programs over each transport, with what they need installed. */
export async function prepareSenders(): Promise<readonly Sender[]> {
  await ensureDependencies(path.join(PROGRAMS, 'js'));
  const found = await ensurePython();
  const python = 'python' in found ? found.python : '';
  const skip = 'missing' in found ? found.missing : false;
  const js = (transport: string, title: string, port: Sender['port']): Sender => ({
    title: `JavaScript SDK, ${title}`,
    language: 'js',
    port,
    skip: false,
    run: (env) => runProgram(process.execPath, ['js/send.mjs', transport], env),
  });
  const py = (transport: string, title: string, port: Sender['port']): Sender => ({
    title: `Python SDK, ${title}`,
    language: 'python',
    port,
    skip,
    run: (env) => runProgram(python, ['python/send.py', transport], env),
  });
  return [
    js('http', 'OTLP/JSON', 'httpPort'),
    js('proto', 'OTLP/HTTP protobuf', 'httpPort'),
    js('grpc', 'OTLP/gRPC', 'grpcPort'),
    py('http', 'OTLP/HTTP protobuf', 'httpPort'),
    py('grpc', 'OTLP/gRPC', 'grpcPort'),
  ];
}

/** The machine's environment without a tracing set-up of its own. */
export function cleanEnvironment(env: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('OTEL_'));
  // Python's requests and grpc would send loopback traffic through a proxy.
  return { ...Object.fromEntries(inherited), no_proxy: '127.0.0.1,localhost', ...env };
}

async function runProgram(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Sent> {
  const child = spawn(command, args, { cwd: PROGRAMS, env: cleanEnvironment(env), stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${String(code)}:\n${errors}`);
  if (errors.includes('export')) throw new Error(`${args.join(' ')} could not send:\n${errors}`);
  return JSON.parse(output) as Sent;
}
