// npm run soak [-- --minutes 30 --rate 20000 --mib 256 --storage]: a steady flow of spans into an engine worker whose store
// is full after a minute or two, watched for growth, slow answers and missed updates. Prints a line a minute and fails when
// a bound is missed: RSS at the end ≤ 1.05 × RSS after a third, list query p99 < 50 ms, every marker seen within 2 s.
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './pinnedNode.mjs';
import { ensureDependencies, runVisibly, step } from './setup.mjs';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    rate: { type: 'string', default: '20000' },
    mib: { type: 'string', default: '256' },
    storage: { type: 'boolean', default: false },
  },
});
const minutes = Number(values.minutes);
const rate = Number(values.rate);
const maxStoreBytes = Number(values.mib) * 1024 * 1024;
await ensureDependencies();
await step('building the extension', () => runVisibly(process.execPath, ['esbuild.mjs', '--production']));

const { makeBatches, SPANS_PER_BATCH } = await import('../test/bench/httpBenchBatches.ts');
/** As test/soak/soakHost.ts looks for it. */
const MARKER = 'soak marker ';
const { tracesRequest } = await import('../test/support/otlpBytes.ts');

const storage = values.storage ? mkdtempSync(path.join(os.tmpdir(), 'spanline-soak-')) : undefined;
const host = fork(path.join(root, 'test/soak/soakHost.ts'), { cwd: root });
/** @type {(message: { kind: string }) => boolean} */
const isReady = ({ kind }) => kind === 'ready';
/** @param {(message: any) => boolean} fits @returns {Promise<any>} */
const next = (fits) =>
  new Promise((resolve, reject) => {
    const onMessage = (/** @type {any} */ message) => {
      if (!fits(message)) return;
      host.removeListener('message', onMessage);
      resolve(message);
    };
    host.on('message', onMessage);
    host.once('exit', (code) => reject(new Error(`the engine's process ended with ${code}`)));
  });
host.send({ kind: 'start', engineFile: path.join(root, 'dist/engine.cjs'), maxStoreBytes, storage });
const { port } = await next(isReady);

const bodies = makeBatches(32, false);
let batch = 0;
/** @type {Map<string, number>} */
const sentMarkers = new Map();
let slowestMarkerMs = 0;
let missedMarkers = 0;

/** @param {Uint8Array<ArrayBuffer>} body */
async function post(body) {
  const response = await fetch(`http://127.0.0.1:${port}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf' },
    body,
  });
  await response.arrayBuffer();
  return response.status;
}

/** Fresh ids in a body: the first word of each trace and span id is mixed with the batch's number. @param {Uint8Array} from */
function renumbered(from) {
  const body = Uint8Array.from(from);
  const mask = new Uint8Array(Uint32Array.of(Math.imul(++batch, 0x9e3779b1)).buffer);
  const now = new DataView(body.buffer);
  const startNs = BigInt(Date.now()) * 1_000_000n;
  for (let at = 0; at + 18 < body.length; at++) {
    if (body[at] !== 0x0a || body[at + 1] !== 16 || body[at + 18] !== 0x12 || body[at + 19] !== 8) continue;
    const hasParent = body[at + 28] === 0x22 && body[at + 29] === 8;
    for (const id of hasParent ? [at + 2, at + 20, at + 30] : [at + 2, at + 20]) {
      for (let i = 0; i < 4; i++) body[id + i] = (body[id + i] ?? 0) ^ (mask[i] ?? 0);
    }
    // Start and end (fixed64, fields 7 and 8) are moved to now, so that the newest traces are the latest.
    for (let field = at + 28; field < at + 140; field++) {
      if (body[field] !== 0x39 || body[field + 9] !== 0x41) continue;
      const duration = now.getBigUint64(field + 10, true) - now.getBigUint64(field + 1, true);
      now.setBigUint64(field + 1, startNs, true);
      now.setBigUint64(field + 10, startNs + duration, true);
      break;
    }
  }
  return body;
}

let sentSpans = 0;
let refused = 0;
const began = performance.now();
const end = began + minutes * 60_000;
/** Sends as many batches as the rate asks for by now, on a few connections; a refused batch is sent again. */
async function sender() {
  while (performance.now() < end) {
    const due = ((performance.now() - began) / 1000) * rate;
    if (sentSpans >= due) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      continue;
    }
    sentSpans += SPANS_PER_BATCH;
    const body = renumbered(bodies[batch % bodies.length] ?? new Uint8Array());
    while ((await post(body)) !== 200) {
      refused++;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
async function marker() {
  for (let number = 1; performance.now() < end - 5000; number++) {
    const name = `${MARKER}${number}`;
    const startNs = BigInt(Date.now() + 1000) * 1_000_000n;
    const id = number.toString(16).padStart(16, 'f');
    await post(tracesRequest([{ traceId: id + id, spanId: id, name, startNs, endNs: startNs + 1n }]));
    sentMarkers.set(name, Date.now());
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

/** @type {number[]} */
let queries = [];
/** @type {number[]} */
const rss = [];
async function watch() {
  for (let minute = 1; performance.now() < end; minute++) {
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, began + minute * 60_000 - performance.now())));
    host.send({ kind: 'sample' });
    const sample = await next(({ kind }) => kind === 'sample');
    queries = queries.concat(sample.queryMs);
    rss.push(sample.rssBytes);
    for (const { name, atMs } of sample.seen) {
      const sentAt = sentMarkers.get(name);
      if (sentAt === undefined) continue;
      sentMarkers.delete(name);
      slowestMarkerMs = Math.max(slowestMarkerMs, atMs - sentAt);
    }
    for (const [name, sentAt] of sentMarkers) {
      if (Date.now() - sentAt < 2000) continue;
      sentMarkers.delete(name);
      missedMarkers++;
    }
    const p99 = percentile(sample.queryMs, 0.99);
    console.log(
      `${String(minute).padStart(3)} min  RSS ${mib(sample.rssBytes)}  held ${mib(sample.heldBytes)}  ` +
        `${sample.spans} spans, ${sample.evictedSpans} dropped  ${Math.round(sentSpans / ((performance.now() - began) / 1000))} spans/s  ` +
        `list p99 ${p99.toFixed(1)} ms  slowest update ${slowestMarkerMs} ms  ${refused} refused`,
    );
  }
}

/** @param {number[]} numbers @param {number} share */
function percentile(numbers, share) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

/** @param {number} bytes */
function mib(bytes) {
  return `${(bytes / 1024 / 1024).toFixed(0)} MiB`;
}

await Promise.all([sender(), sender(), sender(), marker(), watch()]);
host.disconnect();
if (storage !== undefined) rmSync(storage, { recursive: true, force: true });
const third = rss[Math.max(0, Math.floor(rss.length / 3) - 1)] ?? NaN;
const last = rss.at(-1) ?? NaN;
const p99 = percentile(queries, 0.99);
/** @type {readonly (readonly [string, boolean])[]} */
const verdicts = [
  [`RSS at the end ${(last / third).toFixed(3)} × that after a third (≤ 1.05)`, last <= 1.05 * third],
  [`list query p99 ${p99.toFixed(1)} ms (< 50)`, p99 < 50],
  [
    `missed updates ${missedMarkers}, slowest ${slowestMarkerMs} ms (0; ≤ 2000)`,
    missedMarkers === 0 && slowestMarkerMs <= 2000,
  ],
];
for (const [text, ok] of verdicts) console.log(`${ok ? 'ok    ' : 'MISSED'} ${text}`);
process.exitCode = verdicts.every(([, ok]) => ok) ? 0 : 1;
