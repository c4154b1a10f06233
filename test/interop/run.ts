// npm run interop [-- name…] [--capture]: every client whose toolchain is here sends the known set of spans to a real
// engine, with gzip and without; then once refused, and once with its answer lost. Prints a table; exit code 1 when a
// check failed. A name picks clients (`go`) or one of their transports (`go-grpc`). --capture writes what each sent to
// test/fixtures/otlp, from which npm test replays it.
import { globSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ensurePython } from '../../scripts/python.mjs';
import { startTestEngine } from '../support/testEngine.ts';
import { captureName, writeCapture, writeLinesCapture } from './captures.ts';
import { CLIENTS, type Client, portOf } from './clients.ts';
import { collectorLines } from './collector.ts';
import { type Retried, runAnswerLost, runRefusedOnce } from './retries.ts';
import type { Environment } from './runProgram.ts';
import { CAPTURED_LONG_TIMES, LONG_TIMES, REFUSES_NOTHING, type Run, SHAPE_CHECKS } from './shape.ts';
import { startTap } from './tap.ts';
import { PROGRAMS, built } from './toolchains.ts';

interface Row {
  readonly client: Client;
  readonly how: string;
  readonly spans: string;
  readonly failures: readonly string[];
  readonly note?: string;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { capture: { type: 'boolean', default: false } },
});

const FIRST_LINE = /^.*$/m;
const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 2000);

async function failuresOf(run: Run, titles: (title: string) => boolean = () => true): Promise<string[]> {
  const failures: string[] = [];
  for (const { title, check } of SHAPE_CHECKS) {
    if (!titles(title)) continue;
    try {
      await check(run);
    } catch (error) {
      failures.push(`${title}: ${describe(error)}`);
    }
  }
  return failures;
}

const spansOf = async ({ engine }: Run): Promise<string> =>
  String((await engine.listTraces()).reduce((sum, { spanCount }) => sum + spanCount, 0));

async function runPlain(client: Client, gzip: boolean): Promise<Row> {
  const engine = await startTestEngine();
  try {
    const port = portOf(client.transport);
    const env = environment(`http://127.0.0.1:${engine[port]}`, gzip);
    const run = {
      engine,
      sent: await client.run({ env }),
      maker: client.maker,
      transport: client.transport,
      longTimes: LONG_TIMES,
    };
    return { client, how: gzip ? 'gzip' : 'plain', spans: await spansOf(run), failures: await failuresOf(run) };
  } finally {
    await engine.stop();
  }
}

function environment(endpoint: string, gzip: boolean): Environment {
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    ...(gzip && { OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' }),
  };
}

async function runRetry(
  client: Client,
  how: string,
  start: (client: Client) => Promise<Retried & { readonly stop: () => Promise<void> }>,
): Promise<Row> {
  const { run, requests, refused, stop } = await start(client);
  try {
    const spans = await spansOf(run);
    const note = `${requests} requests taken, ${refused} refused`;
    if (client.dropsRefused && refused > 0 && spans === '0') {
      return { client, how, spans, failures: [], note: `${note}; this SDK does not send again` };
    }
    return { client, how, spans, failures: await failuresOf(run, (title) => title !== REFUSES_NOTHING), note };
  } finally {
    await stop();
  }
}

/** Resources of the machine that a capture must not hold. */
const PRIVATE_KEYS = [
  'host.name',
  'host.id',
  'process.command_args',
  'process.command_line',
  'process.executable.path',
];

async function capture(client: Client, gzip: boolean, neutralFolder: string): Promise<Row> {
  const engine = await startTestEngine();
  const tap = await startTap(engine[portOf(client.transport)]);
  try {
    const sent = await client.run({
      env: {
        ...environment(`http://127.0.0.1:${tap.port}`, gzip),
        INTEROP_LONG: String(CAPTURED_LONG_TIMES),
        PYTHONPATH: path.join(neutralFolder, 'site-packages'),
        OTEL_RESOURCE_DISABLED_KEYS: PRIVATE_KEYS.join(','),
      },
      neutralFolder,
    });
    const run = { engine, sent, maker: client.maker, transport: client.transport, longTimes: CAPTURED_LONG_TIMES };
    const failures = await failuresOf(run);
    const { name, version, transport, maker, command } = client;
    const { acceptedRequests: requests } = engine.metrics;
    const record = { client: name, version, transport, gzip, maker, command, requests, sent };
    if (failures.length === 0) await writeCapture(record, tap.sent());
    return { client, how: 'capture', spans: await spansOf(run), failures, note: `${captureName(record)}.bin` };
  } finally {
    await tap.close();
    await engine.stop();
  }
}

async function captureLines(client: Client, neutralFolder: string): Promise<Row> {
  const build = await built('collector');
  if ('missing' in build) throw new Error(build.missing);
  const js = CLIENTS.find(({ name, transport }) => name === 'js' && transport === 'grpc');
  if (!js) throw new Error('there is no client js-grpc');
  const env = { INTEROP_LONG: String(CAPTURED_LONG_TIMES) };
  const { sent, lines } = await collectorLines(path.join(build.folder, 'collector'), (address) =>
    js.run({ env: { ...env, OTEL_EXPORTER_OTLP_ENDPOINT: address }, neutralFolder }),
  );
  await writeLinesCapture(client.version, sent, lines);
  return { client, how: 'file', spans: '', failures: [], note: 'collector-file.jsonl' };
}

/** Stack traces tell where a program and its packages lie: those of captures lie where any machine could have them. */
async function makeNeutralFolder(): Promise<string> {
  const folder = path.join(await mkdtemp(path.join(os.tmpdir(), 'interop-')), 'app');
  for (const name of ['js', 'python']) {
    await cp(path.join(PROGRAMS, name), path.join(folder, name), { recursive: true });
  }
  const found = await ensurePython();
  if ('python' in found) {
    const bin = path.dirname(found.python);
    const [packages = ''] = globSync('../lib/python*/site-packages', { cwd: bin });
    await cp(path.resolve(bin, packages), path.join(folder, 'site-packages'), { recursive: true });
  }
  return folder;
}

const rows: Row[] = [];
const skipped = new Map<string, string>();

async function add(client: Client, how: string, work: () => Promise<Row>): Promise<void> {
  let row: Row;
  try {
    row = await work();
  } catch (error) {
    row = { client, how, spans: '', failures: [describe(error)] };
  }
  rows.push(row);
  const label = `${client.title} ${client.transport} ${how}`;
  console.error(`${row.failures.length === 0 ? 'ok    ' : 'FAILED'} ${label}`);
  for (const failure of row.failures) console.error(failure.replace(/^/gm, '       '));
}

const chosen = CLIENTS.filter(({ name, transport }) => {
  const full = captureName({ client: name, transport, gzip: false });
  return positionals.length === 0 || positionals.includes(name) || positionals.includes(full);
});
const neutralFolder = values.capture ? await makeNeutralFolder() : '';
for (const client of chosen) {
  const { missing } = await client.prepare();
  if (missing !== undefined) {
    skipped.set(client.title, missing);
    continue;
  }
  if (values.capture) {
    for (const gzip of [false, true]) await add(client, 'capture', () => capture(client, gzip, neutralFolder));
    if (client.name === 'collector' && client.transport === 'grpc') {
      await add(client, 'file', () => captureLines(client, neutralFolder));
    }
    continue;
  }
  await add(client, 'plain', () => runPlain(client, false));
  await add(client, 'gzip', () => runPlain(client, true));
  await add(client, 'refused first', () => runRetry(client, 'refused first', runRefusedOnce));
  await add(client, 'answer lost', () => runRetry(client, 'answer lost', runAnswerLost));
}
if (neutralFolder !== '') await rm(path.dirname(neutralFolder), { recursive: true });

const cells = [
  ['client', 'version', 'transport', 'how', 'spans', 'ok', ''],
  ...rows.map(({ client, how, spans, failures, note }) => [
    client.title,
    client.version,
    client.transport,
    how,
    spans,
    failures.length === 0 ? 'ok' : `FAILED ${FIRST_LINE.exec(failures[0] ?? '')?.[0] ?? ''}`,
    note ?? '',
  ]),
];
const widths = cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0))) ?? [];
for (const row of cells)
  console.log(
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
for (const [title, missing] of skipped) console.log(`skipped: ${title}, ${missing}`);
const failed = rows.filter(({ failures }) => failures.length > 0).length;
console.log(`${rows.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 || rows.length === 0 ? 1 : 0;
