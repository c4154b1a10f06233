'use strict';
const { sendAtExit } = require('./exit.cjs');
const { flushBeforeEnd } = require('./flush.cjs');
const { placeHandlers } = require('./handlers.cjs');
const { RunningSpans } = require('./runningSpans.cjs');
const { announceStarts } = require('./starts.cjs');
const { SpanStamper } = require('./spanStamper.cjs');
const { watchStarts } = require('./startFrames.cjs');

const known = new WeakSet();
/** One: what it learns of the code holds for all providers. */
let stamper;
let running;

/**
 * Adds our processors to a provider of SDK 1.x or 2.x, once; one of another shape is left alone.
 * @param {any} provider
 */
exports.attach = function attach(provider) {
  if (provider === null || typeof provider !== 'object' || known.has(provider)) return;
  const multi = provider._activeSpanProcessor;
  const first = typeof provider.addSpanProcessor === 'function';
  if (!first && !Array.isArray(multi?._spanProcessors)) return;
  known.add(provider);
  stamper ??= new SpanStamper();
  placeHandlers();
  running ??= new RunningSpans();
  const ours = [stamper, running];
  watchStarts(Object.getPrototypeOf(provider.getTracer('spanline')));
  // Not into the program's own array: it may give it to two providers.
  if (first) for (const each of ours) provider.addSpanProcessor(each);
  else multi._spanProcessors = [...ours, ...multi._spanProcessors];
  flushBeforeEnd(provider, running);
  announceStarts(provider, running);
  sendAtExit(provider, running);
};
//# sourceURL=node:internal/spanline/attach
