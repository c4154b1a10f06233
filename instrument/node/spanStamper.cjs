'use strict';
const { callSites } = require('./callSites.cjs');
const { placeOf, isUserFile } = require('./places.cjs');
const { lineOfCall, nameGivenAt } = require('./callText.cjs');

/** SpanKind of the API. */
const INTERNAL = 0;
const CLIENT = 2;
const PRODUCER = 3;
/** Frames looked at first, which is enough for a span that the program starts itself, and at most. */
const FEW_FRAMES = 12;
const MANY_FRAMES = 64;
/** A helper that starts spans for others may be called by another. */
const MAX_HELPERS = 3;
/** The frame below the program's: it called the API itself. */
const API = /[\\/]@opentelemetry[\\/](?:api|sdk-trace[\w-]*|tracing)[\\/]/;
/**
 * Scopes whose spans stand for layers that call each other: what is on the stack is the layer before, not the one the
 * span is for. The code index knows those.
 */
const LAYERS =
  /express|fastify|koa|hapi|nest|connect|restify|router|hono|next|remix|trpc|graphql|apollo|socket|middleware|otel$/i;

/** A span processor (onStart, onEnd, forceFlush, shutdown) that notes the line of each span; see the README. */
exports.SpanStamper = class SpanStamper {
  onStart(span) {
    try {
      const { attributes } = span;
      if (
        attributes['code.file.path'] !== undefined ||
        attributes['code.function.name'] !== undefined ||
        attributes['code.filepath'] !== undefined ||
        attributes['code.function'] !== undefined
      )
        return;
      const place = placeOfSpan(span, this.onStart);
      if (place === undefined) return;
      span.setAttribute('code.file.path', place.file);
      span.setAttribute('code.line.number', place.line);
      if (place.function !== '') span.setAttribute('code.function.name', place.function);
    } catch {
      // No line is better than a program that fails.
    }
  }

  onEnd() {}

  forceFlush() {
    return Promise.resolve();
  }

  shutdown() {
    return Promise.resolve();
  }
};

function placeOfSpan(span, below) {
  let sites = callSites(below, FEW_FRAMES);
  let first = firstUserFrame(sites);
  if (first < 0 && sites.length >= FEW_FRAMES && mayBeCall(span)) {
    sites = callSites(below, MANY_FRAMES);
    first = firstUserFrame(sites);
  }
  // At 0 the SDK itself lies among the program's files, e.g. in one bundle with it: no frame tells them apart.
  if (first <= 0) return undefined;
  const place = placeOf(sites[first]);
  if (!API.test(sites[first - 1].getFileName() ?? '')) {
    if (place === undefined || !mayBeCall(span)) return undefined;
    place.callLine ??= lineOfCall(place);
    return { file: place.file, line: place.callLine, function: place.function };
  }
  if (place === undefined || nameGivenAt(place, undefined) !== 'byCaller') return place;
  return placeOfCaller(span.name, sites, first);
}

/** Helpers that are given the span's name are no place to look at: whoever names it is. */
function placeOfCaller(name, sites, helper) {
  let helpers = 0;
  for (let at = helper + 1; at < sites.length && helpers < MAX_HELPERS; at++) {
    const site = sites[at];
    if (!isUserFile(site.getFileName())) continue;
    const place = placeOf(site);
    if (place === undefined) return undefined;
    switch (nameGivenAt(place, name)) {
      case 'here':
        return place;
      case 'byCaller':
        helpers++;
        continue;
      default:
        return undefined;
    }
  }
  return undefined;
}

/** Whether a span that a library starts is for the call that the program makes. */
function mayBeCall(span) {
  const { kind } = span;
  if (kind === CLIENT || kind === PRODUCER) return true;
  if (kind !== INTERNAL) return false;
  const scope = span.instrumentationScope ?? span.instrumentationLibrary;
  return !LAYERS.test(scope?.name ?? '');
}

function firstUserFrame(sites) {
  for (let at = 0; at < sites.length; at++) if (isUserFile(sites[at].getFileName())) return at;
  return -1;
}
//# sourceURL=node:internal/spanline/spanStamper
