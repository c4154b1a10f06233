'use strict';
const { isMainThread } = require('node:worker_threads');
const { exportersOf, processorsOf } = require('./pipeline.cjs');
const { takeNoMore } = require('./sockets.cjs');

/** Signals that end a process by default; watchers restart programs by them (SIGUSR2: nodemon). */
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2'];
/** The most that an end is held up. */
const FLUSH_MS = 2_000;
/** The most that requests which are being answered hold it up; streams may never end. */
const ANSWER_MS = 250;
const LOOK_MS = 5;
/** Exporters refuse more than thirty requests at once, so the last of a long queue go in larger ones. */
const LAST_BATCH = 512;

/** @type {Set<WeakRef<any>>} */
const providers = new Set();
/** What runs, of all providers: a `RunningSpans`. */
let running;
let watching = false;
let flushing = false;
/** A handler of ours: without one the system ends the process before anybody can flush. */
const stay = () => undefined;

/**
 * Has the spans of a provider exported before a signal ends the process, and when it has nothing more to do. The
 * program's own handlers run after that, as if the signal had come then; without any, the signal does what it does.
 */
exports.flushBeforeEnd = function flushBeforeEnd(provider, runningSpans) {
  providers.add(new WeakRef(provider));
  running = runningSpans;
  if (watching) return;
  watching = true;
  process.on('beforeExit', onIdle);
  // Workers get no signals.
  if (!isMainThread) return;
  const emit = process.emit;
  process.emit = function (event, ...rest) {
    if (!SIGNALS.includes(event) || flushing || !process.listeners(event).includes(stay))
      return emit.call(this, event, ...rest);
    flushing = true;
    const isHandled = process.listeners(event).some((listener) => listener !== stay);
    void (isHandled ? flush() : drain()).then(() => {
      flushing = false;
      if (isHandled) {
        emit.call(this, event, ...rest);
        return;
      }
      process.removeListener(event, stay);
      process.kill(process.pid, event);
    });
    return true;
  };
  for (const signal of SIGNALS) {
    try {
      process.on(signal, stay);
    } catch {
      // Not a signal of this system.
    }
  }
};

let idleFlushed = false;

/** Once: what a flush makes to do would bring it here for ever. */
function onIdle() {
  if (idleFlushed) return;
  idleFlushed = true;
  void flush();
}

/** Never rejects; within {@link FLUSH_MS}. */
function flush() {
  const flushes = [];
  for (const ref of providers) {
    const provider = ref.deref();
    if (provider === undefined) providers.delete(ref);
    else if (typeof provider.forceFlush === 'function') flushes.push(quiet(provider));
  }
  const late = new Promise((resolve) => setTimeout(resolve, FLUSH_MS).unref());
  return Promise.race([Promise.all(flushes), late]);
}

/** Flushes until nothing has ended meanwhile and what was being answered is. Within about {@link FLUSH_MS}; never rejects. */
async function drain() {
  const start = performance.now();
  takeNoMore();
  for (;;) {
    const { ended } = running;
    await flush();
    // An answer's span ends a turn after it was written.
    await new Promise((resolve) => setImmediate(resolve));
    const waited = performance.now() - start;
    if (waited > FLUSH_MS || (running.ended === ended && (running.serving === 0 || waited > ANSWER_MS))) return;
    if (running.ended === ended) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

async function quiet(provider) {
  try {
    for (const processor of processorsOf(provider))
      if (processor._maxExportBatchSize < LAST_BATCH) processor._maxExportBatchSize = LAST_BATCH;
    await provider.forceFlush();
    // What was on its way already is no part of a provider's flush.
    await Promise.all(exportersOf(provider).map((exporter) => exporter.forceFlush?.()));
  } catch {
    // The exporter says so itself.
  }
}
//# sourceURL=node:internal/spanline/flush
