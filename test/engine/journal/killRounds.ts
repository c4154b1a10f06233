// Kills an engine at random points while it takes requests over HTTP, opens its journal, and looks for every request that
// was acknowledged; its clock jumps meanwhile. As a program (`npm run faults`): 100 rounds, or as many as the first
// argument says.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { SpanId, TraceId } from '../../../src/core/model/ids.ts';
import { logsRequest, tracesRequest } from '../../support/otlpBytes.ts';
import { newTraceId } from '../../support/otlpJson.ts';
import { startTestEngine, type TestEngine } from '../../support/testEngine.ts';
import type { ProcessReady } from './engineProcess.ts';

const SPANS = 20;
const SENDERS = 4;
/** Between the first request, every other round its answer, and the kill. */
const SHORTEST_MS = 10;
const LONGEST_MS = 400;
/** A clock is wrong by up to this much either way: together less than files are kept. */
const WRONG_BY_MS = 3 * 24 * 60 * 60 * 1000;
const JUMP_EVERY_MS = 40;
const LIMITS = { keepDays: 7, maxBytes: 512 * 1024 * 1024 };

export interface KillFigures {
  readonly rounds: number;
  readonly acknowledged: number;
  /** Requests that were on their way when the process was killed. */
  readonly cut: number;
  readonly lost: number;
  readonly doubled: number;
  readonly damagedRecords: number;
  /** Files of the journal at the end. */
  readonly files: number;
}

interface Sent {
  readonly traceId: TraceId;
  /** Answered with 200: its spans, its log record. */
  spans: boolean;
  log: boolean;
}

const spanIdOf = (index: number): SpanId => (index + 1).toString(16).padStart(16, '0') as SpanId;

/** Runs the rounds in a folder of its own, all on one journal. */
export async function killRounds(
  rounds: number,
  onRound: (round: number) => void = () => undefined,
): Promise<KillFigures> {
  const dir = mkdtempSync(path.join(tmpdir(), 'spanline-kill-'));
  const sent: Sent[] = [];
  const found = { lost: 0, doubled: 0, damagedRecords: 0 };
  try {
    for (let round = 1; round <= rounds; round++) {
      const before = sent.length;
      await killOnce(dir, sent, round % 2 === 1);
      const checked = round === rounds ? sent : sent.slice(before);
      const { damagedRecords } = await check(dir, checked, found);
      found.damagedRecords += damagedRecords;
      onRound(round);
    }
    const parts = sent.flatMap(({ spans, log }) => [spans, log]);
    const acknowledged = parts.filter((part) => part).length;
    return { rounds, acknowledged, cut: parts.length - acknowledged, ...found, files: readdirSync(dir).length };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Starts an engine, sends to it, kills it at some point, on request not before it acknowledged something. */
async function killOnce(dir: string, sent: Sent[], acknowledged: boolean): Promise<void> {
  const program = path.join(import.meta.dirname, 'engineProcess.ts');
  const child = spawn(process.execPath, [program, dir, wrongBy()], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.on('error', () => undefined);
  const exited = once(child, 'exit');
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const { httpPort } = JSON.parse(line) as ProcessReady;
  const killed = new AbortController();
  let onAnswered: () => void = () => undefined;
  const answered = new Promise<void>((resolve) => {
    onAnswered = resolve;
  });
  const senders = Array.from({ length: SENDERS }, () => sendUntil(killed.signal, httpPort, sent, () => onAnswered()));
  const jumps = setInterval(() => child.stdin.write(`${wrongBy()}\n`), JUMP_EVERY_MS);
  if (acknowledged) await Promise.race([answered, Promise.all(senders)]);
  await wait(SHORTEST_MS + Math.random() * (LONGEST_MS - SHORTEST_MS));
  clearInterval(jumps);
  child.kill('SIGKILL');
  await exited;
  killed.abort();
  await Promise.all(senders);
}

function wrongBy(): string {
  return String(Math.round((2 * Math.random() - 1) * WRONG_BY_MS));
}

async function sendUntil(killed: AbortSignal, port: number, sent: Sent[], onAnswered: () => void): Promise<void> {
  while (!killed.aborted) {
    const request: Sent = { traceId: newTraceId() as TraceId, spans: false, log: false };
    sent.push(request);
    const { traceId } = request;
    const spans = Array.from({ length: SPANS }, (_, index) => ({
      traceId,
      spanId: spanIdOf(index),
      name: `step ${index}`,
      startNs: BigInt(index + 1),
      endNs: BigInt(index + 100),
      attributes: { prompt: 'a prompt of some length '.repeat(20) },
    }));
    request.spans = await post(port, 'traces', tracesRequest(spans));
    if (!request.spans) return;
    onAnswered();
    const record = { traceId, spanId: spanIdOf(0), body: 'a message', timeNs: 5n };
    request.log = await post(port, 'logs', logsRequest([record]));
    if (!request.log) return;
  }
}

async function post(port: number, signal: string, body: Uint8Array): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/v1/${signal}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf' },
      body: Buffer.from(body),
    });
    return response.status === 200;
  } catch {
    return false;
  }
}

/** Opens the journal and adds up what is missing or there too often. */
async function check(
  dir: string,
  sent: readonly Sent[],
  found: { lost: number; doubled: number },
): Promise<{ readonly damagedRecords: number }> {
  const engine = await startTestEngine({
    receiver: false,
    maxStoreBytes: 1024 * 1024 * 1024,
    journal: { dir, limits: LIMITS },
  });
  try {
    await readBack(engine);
    for (const { traceId, spans, log } of sent) {
      const columns = engine.store.columns(traceId);
      const logs = engine.store.countLogs({ traceId, spanId: spanIdOf(0) });
      const held = new Set(columns?.idLo.subarray(0, columns.count));
      if (spans && held.size !== SPANS) found.lost++;
      if (log && logs === 0) found.lost++;
      if ((columns?.count ?? 0) > held.size || logs > 1) found.doubled++;
    }
    return (await engine.request('engine/status', {})).journal;
  } finally {
    await engine.stop();
  }
}

async function readBack(engine: TestEngine): Promise<void> {
  for (;;) {
    const changed = engine.nextEvent('status/changed');
    const { journal } = await engine.request('engine/status', {});
    if (journal.state === 'ready' && journal.replayedBytes === journal.totalBytes) return;
    if (journal.state === 'failed') throw new Error(journal.message);
    await changed;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const rounds = Number(process.argv[2] ?? 100);
  const figures = await killRounds(rounds, (round) => {
    if (round % 10 === 0) console.log(`${round} of ${rounds} rounds`);
  });
  console.log(JSON.stringify(figures));
  process.exitCode = figures.lost + figures.doubled + figures.damagedRecords > 0 ? 1 : 0;
}
