'use strict';
const crypto = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const { addressHere, exportersOf, isLaunched, resourceOf } = require('./pipeline.cjs');
const { standIn } = require('./standby.cjs');
const { registered } = require('./wake.cjs');

/** What ends sooner is not announced. */
const OLD_MS = 400;
const EVERY_MS = 200;
const MOST_AT_ONCE = 64;
const NO_SPAN = '0000000000000000';
/** The key of SDKs for "make no spans of this". */
const SUPPRESS = Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/** @type {Set<WeakRef<any>>} */
const providers = new Set();
/** Spans that were announced, or could not be. */
const done = new WeakSet();
let timer;

/**
 * Says of spans that run for long that they have started, so that running and hung calls are seen: as Logfire does, by a
 * span of type `pending_span` whose parent is the span announced. Sent through the program's own exporters, only those
 * that send to this machine, and only of a program that Spanline started.
 */
exports.announceStarts = function announceStarts(provider, running) {
  if (!isLaunched()) return;
  providers.add(new WeakRef(provider));
  running.onStarted = () => {
    timer ??= setInterval(look, EVERY_MS, running).unref();
  };
};

function look(running) {
  try {
    const due = dueOf(running, Date.now() - OLD_MS);
    if (due.length > 0) announce(due);
  } catch {
    // They are seen when they end.
  }
}

/** Those that started before a time and still run; the timer ends once all are announced. */
function dueOf(running, before) {
  const due = [];
  for (const span of running.spans) {
    if (done.has(span)) continue;
    const [seconds, nanos] = span.startTime;
    if (seconds * 1e3 + nanos / 1e6 > before || due.length === MOST_AT_ONCE) return due;
    done.add(span);
    due.push(span);
  }
  clearInterval(timer);
  timer = undefined;
  return due;
}

function announce(spans) {
  for (const ref of providers) {
    const provider = ref.deref();
    if (provider === undefined) {
      providers.delete(ref);
      continue;
    }
    const own = resourceOf(provider);
    const announced = spans.filter(({ resource }) => own === undefined || resource === own).map(announcementOf);
    if (announced.length === 0) continue;
    for (const exporter of exportersOf(provider))
      if (addressHere(exporter) !== undefined) untraced(() => exporter.export(announced, () => undefined));
  }
}

function untraced(run) {
  const manager = registered('context') ?? standIn()?.manager;
  if (manager === undefined) run();
  else manager.with(manager.active().setValue(SUPPRESS, true), run);
}

function announcementOf(span) {
  const of = span.spanContext();
  const spanId = crypto.randomBytes(8).toString('hex');
  return {
    name: span.name,
    kind: span.kind,
    spanContext: () => ({ traceId: of.traceId, spanId, traceFlags: of.traceFlags }),
    parentSpanContext: of,
    parentSpanId: of.spanId,
    startTime: span.startTime,
    endTime: span.startTime,
    duration: [0, 0],
    ended: true,
    status: { code: 0 },
    attributes: {
      ...span.attributes,
      'logfire.span_type': 'pending_span',
      'logfire.pending_parent_id': span.parentSpanContext?.spanId ?? span.parentSpanId ?? NO_SPAN,
      'spanline.process': processName(),
    },
    links: [],
    events: [],
    resource: span.resource,
    instrumentationScope: span.instrumentationScope,
    instrumentationLibrary: span.instrumentationLibrary,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

/** Which process this is on which machine, so that a span is known to have ended with it; see `src/engine`. */
function processName() {
  const name = `${process.pid}@${os.hostname()}`;
  if (process.platform !== 'linux') return name;
  try {
    return `${name}/${fs.readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return name;
  }
}
//# sourceURL=node:internal/spanline/starts
