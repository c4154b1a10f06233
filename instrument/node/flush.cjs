'use strict';
const { isMainThread } = require('node:worker_threads');

/** Signals that end a process by default; watchers restart programs by them (SIGUSR2: nodemon). */
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2'];
/** The most that an end is held up. */
const FLUSH_MS = 1_000;

/** @type {Set<WeakRef<any>>} */
const providers = new Set();
let watching = false;
let flushing = false;
/** A handler of ours: without one the system ends the process before anybody can flush. */
const stay = () => undefined;

/**
 * Has the spans of a provider exported before a signal ends the process, and when it has nothing more to do. The
 * program's own handlers run after that, as if the signal had come then; without any, the signal does what it does.
 */
exports.flushBeforeEnd = function flushBeforeEnd(provider) {
  providers.add(new WeakRef(provider));
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
    void flush().then(() => {
      flushing = false;
      if (process.listeners(event).some((listener) => listener !== stay)) {
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

async function quiet(provider) {
  try {
    await provider.forceFlush();
  } catch {
    // The exporter says so itself.
  }
}
//# sourceURL=node:internal/spanline/flush
