import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { freePort } from './freePort.ts';
import { type ClientTransport, type Sent, cleanEnvironment } from './runProgram.ts';

interface CollectorOptions {
  /** Where it sends to, as a URL. */
  readonly endpoint: string;
  readonly transport: ClientTransport;
  readonly gzip: boolean;
  /** Sends to it; called with its own OTLP/gRPC address when it listens. */
  readonly send: (address: string) => Promise<Sent>;
  /** Also writes what it took to this file, as JSON lines. */
  readonly file?: string;
}

const STOP_MS = 30_000;

/** Runs a Collector for as long as `send` takes and until its queues are empty. */
export async function runCollector(program: string, options: CollectorOptions): Promise<Sent> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'interop-collector-'));
  try {
    const address = `127.0.0.1:${await freePort()}`;
    const config = path.join(folder, 'config.yaml');
    await writeFile(config, configuration(address, options));
    const child = spawn(program, ['--config', config], {
      env: cleanEnvironment({}),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let log = '';
    const exited = once(child, 'exit');
    const listening = new Promise<void>((resolve, reject) => {
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        log += text;
        if (log.includes('Everything is ready')) resolve();
      });
      void exited.then(() => reject(new Error(`the Collector ended:\n${log}`)), reject);
    });
    try {
      await listening;
      return await options.send(`http://${address}`);
    } finally {
      // It sends what it holds before it ends.
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await exited;
      clearTimeout(timer);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What the Collector's file exporter writes of what `send` sends, as JSON lines. */
export async function collectorLines(
  program: string,
  send: CollectorOptions['send'],
): Promise<{ readonly sent: Sent; readonly lines: string }> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'interop-lines-'));
  const file = path.join(folder, 'telemetry.jsonl');
  try {
    const sent = await runCollector(program, { endpoint: '', transport: 'grpc', gzip: false, send, file });
    return { sent, lines: await readFile(file, 'utf8') };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Defaults wherever there are any: gzip is one of them. */
function configuration(address: string, { endpoint, transport, gzip, file }: CollectorOptions): string {
  const name = file !== undefined ? 'file' : transport === 'grpc' ? 'otlp' : 'otlphttp';
  const exporter =
    file !== undefined
      ? [`    path: ${file}`]
      : [
          `    endpoint: ${endpoint}`,
          ...(gzip ? [] : ['    compression: none']),
          ...(transport === 'http/json' ? ['    encoding: json'] : []),
          ...(transport === 'grpc' ? ['    tls:', '      insecure: true'] : []),
        ];
  return [
    'receivers:',
    '  otlp:',
    '    protocols:',
    '      grpc:',
    `        endpoint: ${address}`,
    'exporters:',
    `  ${name}:`,
    ...exporter,
    'service:',
    '  telemetry:',
    '    metrics:',
    '      level: none',
    '  pipelines:',
    ...['traces', 'logs'].flatMap((signal) => [
      `    ${signal}:`,
      '      receivers: [otlp]',
      `      exporters: [${name}]`,
    ]),
    '',
  ].join('\n');
}
