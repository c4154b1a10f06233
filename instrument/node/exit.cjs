'use strict';
const path = require('node:path');
const { isMainThread, Worker } = require('node:worker_threads');
const { addressHere, exportersOf, isLaunched, resourceOf } = require('./pipeline.cjs');

/** The most that an exit is held up. */
const SEND_MS = 3_000;
const TO_TRACES = '/v1/traces';

/** Spans that ended and were not sent, as far as is known; the oldest are forgotten. */
const MOST_UNSENT = 16_384;
const SAMPLED = 1;
/** @type {Set<any>} */
const unsent = new Set();
const watched = new WeakSet();
/** Of the providers that send to this machine: spans of others are not ours to send. */
const resources = new WeakSet();
/** An exporter that sends to this machine. */
let exporter;

/**
 * Has what ended and was not sent yet sent when the program ends by `process.exit` or an error, which no exporter lives to
 * see: by a thread that this one waits for. Only of a program that Spanline started, to where its exporter sends.
 */
exports.sendAtExit = function sendAtExit(provider, running) {
  if (!isMainThread || !isLaunched()) return;
  for (const each of exportersOf(provider)) {
    if (watched.has(each) || addressHere(each) === undefined || typeof each.export !== 'function') continue;
    watched.add(each);
    watch(each);
    resources.add(resourceOf(provider) ?? each);
    if (exporter === undefined) process.on('exit', sendLast);
    exporter ??= each;
    running.onEnded = keep;
  }
};

function keep(span) {
  if ((span.spanContext().traceFlags & SAMPLED) === 0 || !resources.has(span.resource)) return;
  if (unsent.size >= MOST_UNSENT) unsent.delete(unsent.values().next().value);
  unsent.add(span);
}

function watch(each) {
  const send = each.export;
  each.export = function (spans, told) {
    return send.call(this, spans, (result) => {
      for (const span of spans) unsent.delete(span);
      return told(result);
    });
  };
}

function sendLast() {
  try {
    if (unsent.size === 0) return;
    // As the exporter itself would write it.
    const bytes = exporter._delegate?._serializer?.serializeRequest([...unsent]);
    if (bytes === undefined) return;
    const done = new Int32Array(new SharedArrayBuffer(4));
    const worker = new Worker(path.join(__dirname, 'sendLast.cjs'), {
      env: {},
      execArgv: [],
      workerData: { url: urlOf(addressHere(exporter)), bytes, done, ms: SEND_MS },
    });
    worker.on('error', () => undefined);
    Atomics.wait(done, 0, 0, SEND_MS);
  } catch {
    // What the exporter is like is not known: it is as without us.
  }
}

/** Exporters over gRPC name a host and a port; Spanline takes HTTP at all of its ports. */
function urlOf(address) {
  if (/^https?:\/\/[^/]+\/./.test(address)) return address;
  return `${/^https?:/.test(address) ? '' : 'http://'}${address.replace(/\/$/, '')}${TO_TRACES}`;
}
//# sourceURL=node:internal/spanline/exit
