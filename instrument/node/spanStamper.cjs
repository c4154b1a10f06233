'use strict';
const { callSites } = require('./callSites.cjs');
const { placeOfFunction } = require('./functionPlace.cjs');
const { takeHandler } = require('./handlers.cjs');
const { MORE, lookAtStart } = require('./startFrames.cjs');
const { placeOf, isUserFile } = require('./places.cjs');
const { lineOfCall, nameGivenAt } = require('./callText.cjs');

/** SpanKind of the API. */
const INTERNAL = 0;
const CLIENT = 2;
const PRODUCER = 3;
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
      if (isBundled(span, this.onStart)) return;
      const found = lookAtStart(span.name, this.onStart, (sites, from, areMore) => lookIn(span, sites, from, areMore));
      const place = found?.place ?? placeOfLayer(span);
      if (place === undefined) return;
      span.setAttribute('code.file.path', place.file);
      span.setAttribute('code.line.number', found?.line ?? place.line);
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

/** By class of span: whether its SDK lies among the program's files, e.g. in one bundle with it; no frame tells them apart then. */
const bundled = new WeakMap();

function isBundled({ constructor }, onStart) {
  let is = bundled.get(constructor);
  if (is === undefined) {
    const nearest = callSites(onStart, 1)[0];
    bundled.set(constructor, (is = nearest === undefined || isUserFile(nearest.getFileName())));
  }
  return is;
}

/** What the frames from `from` on say of a span: place, line and how many of them it needed. */
function lookIn(span, sites, from, areMore) {
  const first = firstUserFrame(sites, from);
  if (first < 0) return areMore && mayBeCall(span) ? MORE : undefined;
  const place = placeOf(sites[first]);
  if (place === undefined) return undefined;
  if (first > from && !API.test(sites[first - 1].getFileName() ?? '')) {
    if (!mayBeCall(span)) return undefined;
    return { place, line: (place.callLine ??= lineOfCall(place)), depth: first + 1 - from };
  }
  if ((place.given ??= nameGivenAt(place, undefined)) === 'byCaller')
    return lookAtCaller(span.name, sites, first, from, areMore);
  return { place, line: place.line, depth: first + 1 - from };
}

/** Helpers that are given the span's name are no place to look at: whoever names it is. */
function lookAtCaller(name, sites, helper, from, areMore) {
  let helpers = 0;
  for (let at = helper + 1; at < sites.length; at++) {
    const site = sites[at];
    if (!isUserFile(site.getFileName())) continue;
    const place = placeOf(site);
    if (place === undefined) return undefined;
    switch (givenAt(place, name)) {
      case 'here':
        return { place, line: place.line, depth: at + 1 - from };
      case 'byCaller':
        if (++helpers >= MAX_HELPERS) return undefined;
        continue;
      default:
        return undefined;
    }
  }
  return areMore ? MORE : undefined;
}

/** {@link nameGivenAt} of a place, kept for the name that it had last. */
function givenAt(place, name) {
  if (place.name !== name) {
    place.name = name;
    place.givenName = nameGivenAt(place, name);
  }
  return place.givenName;
}

/** Whether a span that a library starts is for the call that the program makes. */
function mayBeCall(span) {
  const { kind } = span;
  if (kind === CLIENT || kind === PRODUCER) return true;
  if (kind !== INTERNAL) return false;
  return !LAYERS.test(scopeOf(span));
}

/** Of the handler a layer's span is for; one without a name is found by its route, also after the file was edited. */
function placeOfLayer(span) {
  const place = placeOfFunction(takeHandler(scopeOf(span), span.name));
  return place?.function ? place : undefined;
}

function scopeOf({ instrumentationScope, instrumentationLibrary }) {
  return (instrumentationScope ?? instrumentationLibrary)?.name ?? '';
}

function firstUserFrame(sites, from) {
  for (let at = from; at < sites.length; at++) if (isUserFile(sites[at].getFileName())) return at;
  return -1;
}
//# sourceURL=node:internal/spanline/spanStamper
