import { readFileSync, readdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ClientTransport, Sent } from './runProgram.ts';
import type { Maker } from './shape.ts';

const FIXTURES = path.resolve(import.meta.dirname, '../fixtures/otlp');

/** What one client sent, once: beside the bytes in `NAME.bin`, `NAME.json` holds this. */
export interface CaptureRecord {
  readonly client: string;
  readonly version: string;
  readonly transport: ClientTransport;
  readonly gzip: boolean;
  readonly maker: Maker;
  /** As it ran in its folder under test/interop/programs. */
  readonly command: string;
  /** Export requests the receiver took. */
  readonly requests: number;
  /** Bytes of each connection, in the order they were opened; together they are `NAME.bin`. */
  readonly connections: readonly number[];
  /** What the program said of its spans. */
  readonly sent: Sent;
}

export interface Capture {
  readonly name: string;
  readonly record: CaptureRecord;
  /** As each connection's bytes came off the socket. */
  readonly connections: readonly Buffer[];
}

export function captureName({ client, transport, gzip }: Pick<CaptureRecord, 'client' | 'transport' | 'gzip'>): string {
  return `${client}-${transport.replace('http/', '')}${gzip ? '-gzip' : ''}`;
}

export function readCaptures(): readonly Capture[] {
  return readdirSync(FIXTURES)
    .filter((file) => file.endsWith('.bin'))
    .sort()
    .map((file) => {
      const name = path.basename(file, '.bin');
      const record = JSON.parse(readFileSync(path.join(FIXTURES, `${name}.json`), 'utf8')) as CaptureRecord;
      const bytes = readFileSync(path.join(FIXTURES, file));
      let at = 0;
      const connections = record.connections.map((length) => bytes.subarray(at, (at += length)));
      if (at !== bytes.byteLength) throw new Error(`${name}.bin has ${bytes.byteLength} bytes, its record says ${at}`);
      return { name, record, connections };
    });
}

export async function writeCapture(
  record: Omit<CaptureRecord, 'connections'>,
  connections: readonly Buffer[],
): Promise<void> {
  const name = captureName(record);
  const { sent, ...rest } = record;
  const whole: CaptureRecord = { ...rest, connections: connections.map(({ byteLength }) => byteLength), sent };
  await mkdir(FIXTURES, { recursive: true });
  await writeFile(path.join(FIXTURES, `${name}.bin`), Buffer.concat(connections));
  await writeFile(path.join(FIXTURES, `${name}.json`), `${JSON.stringify(whole, null, 2)}\n`);
}

/** The JSON lines that the Collector's file exporter wrote, and what was sent to it. */
export interface LinesCapture {
  readonly version: string;
  readonly sent: Sent;
  readonly lines: readonly string[];
}

const LINES = path.join(FIXTURES, 'collector-file');

export function readLinesCapture(): LinesCapture {
  const record = JSON.parse(readFileSync(`${LINES}.json`, 'utf8')) as Omit<LinesCapture, 'lines'>;
  return { ...record, lines: readFileSync(`${LINES}.jsonl`, 'utf8').trimEnd().split('\n') };
}

export async function writeLinesCapture(version: string, sent: Sent, lines: string): Promise<void> {
  await writeFile(`${LINES}.jsonl`, lines);
  await writeFile(`${LINES}.json`, `${JSON.stringify({ client: 'collector', version, maker: 'js', sent }, null, 2)}\n`);
}
