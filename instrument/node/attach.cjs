'use strict';
const { flushBeforeEnd } = require('./flush.cjs');
const { SpanStamper } = require('./spanStamper.cjs');

const known = new WeakSet();
/** One: what it learns of the code holds for all providers. */
let stamper;

/**
 * Adds our processor to a provider of SDK 1.x or 2.x, once; one of another shape is left alone.
 * @param {any} provider
 */
exports.attach = function attach(provider) {
  if (provider === null || typeof provider !== 'object' || known.has(provider)) return;
  const multi = provider._activeSpanProcessor;
  const first = typeof provider.addSpanProcessor === 'function';
  if (!first && !Array.isArray(multi?._spanProcessors)) return;
  known.add(provider);
  stamper ??= new SpanStamper();
  // Not into the program's own array: it may give it to two providers.
  if (first) provider.addSpanProcessor(stamper);
  else multi._spanProcessors = [stamper, ...multi._spanProcessors];
  flushBeforeEnd(provider);
};
//# sourceURL=node:internal/spanline/attach
