'use strict';

/** SpanKind of the API. */
const SERVER = 1;
/** Of those that run at once; the oldest, which may never end, are forgotten. */
const MOST_RUNNING = 4_096;

/** A span processor that knows which spans run, in the order in which they started, and how many ended. */
exports.RunningSpans = class RunningSpans {
  /** @type {Set<any>} */
  spans = new Set();
  ended = 0;
  /** Requests that are being served. */
  serving = 0;
  /** Told when a span starts, and when one ends. */
  onStarted = () => undefined;
  onEnded = () => undefined;

  onStart(span) {
    if (this.spans.size >= MOST_RUNNING) this.#forget(this.spans.values().next().value);
    this.spans.add(span);
    if (span.kind === SERVER) this.serving++;
    this.onStarted();
  }

  onEnd(span) {
    this.ended++;
    this.#forget(span);
    this.onEnded(span);
  }

  #forget(span) {
    if (this.spans.delete(span) && span.kind === SERVER) this.serving--;
  }

  forceFlush() {
    return Promise.resolve();
  }

  shutdown() {
    return Promise.resolve();
  }
};
//# sourceURL=node:internal/spanline/runningSpans
