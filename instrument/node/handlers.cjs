'use strict';
const { subscribe } = require('node:diagnostics_channel');
const Module = require('node:module');

/**
 * Which function of the program a server span, and the span of a layer of Express or Fastify, is for: it is not on the stack when the
 * span starts. What is noted here is used by `spanStamper.cjs`; without a provider nothing is.
 */

const API_KEY = Symbol.for('opentelemetry.js.api.1');
const RPC_METADATA = Symbol.for('OpenTelemetry SDK Context Key RPC_METADATA');
/** Express 4, and 5, whose router is a package of its own. */
const LAYER = /[\\/](?:express[\\/]lib[\\/]router|router[\\/]lib)[\\/]layer\.js$/;
const WRAPPED = Symbol('spanline.wrapped');

let active = false;
let subscribed = false;
/** The function that the layer is for whose span is about to start. */
let next;
/** Spans that were placed by a handler: one that comes after it may be a better one. */
const placed = new WeakSet();

/** Express, its router or Fastify has been loaded. */
exports.frameworkLoaded = function frameworkLoaded() {
  watchExpress();
  if (subscribed || typeof subscribe !== 'function') return;
  subscribed = true;
  subscribe('fastify.initialization', ({ fastify }) => watchFastify(fastify));
};

/** There are spans to place. */
exports.placeHandlers = function placeHandlers() {
  active = true;
};

/** The function that a layer's span which starts now is for; told once. */
exports.takeHandler = function takeHandler(scope, name) {
  if (next === undefined || (next.name !== undefined && next.name !== name) || !next.scope.test(scope))
    return undefined;
  const { made } = next;
  next = undefined;
  return made;
};

function watchExpress() {
  for (const [file, module] of Object.entries(Module._cache)) {
    if (!LAYER.test(file)) continue;
    const prototype = module?.exports?.prototype;
    for (const method of ['handle_request', 'handleRequest']) wrapLayer(prototype, method);
  }
}

function wrapLayer(prototype, method) {
  const handle = prototype?.[method];
  if (typeof handle !== 'function' || handle[WRAPPED]) return;
  const handled = {
    [method](request) {
      if (!active) return handle.apply(this, arguments);
      try {
        const isRoutes = Object.hasOwn(this, 'method');
        const made = original(this.route === undefined ? this.handle : handlerOf(this.route, request));
        if (isRoutes) placeServerSpan(made);
        else next = { made, scope: /express/, name: undefined };
      } catch {
        // A layer of another shape.
      }
      try {
        return handle.apply(this, arguments);
      } finally {
        next = undefined;
      }
    },
  }[method];
  Object.defineProperty(handled, WRAPPED, { value: true });
  Object.defineProperty(handled, 'length', { value: handle.length, configurable: true });
  prototype[method] = handled;
}

/** The last function of a route for a request: what comes before it are its guards. */
function handlerOf(route, request) {
  const method = String(request.method).toLowerCase();
  const fits = (layer) =>
    layer.method === undefined || layer.method === method || (method === 'head' && layer.method === 'get');
  return route.stack.findLast?.(fits)?.handle;
}

/** What instrumentations put something in front of. */
function original(made) {
  let found = made;
  for (let depth = 0; depth < 8 && typeof found?.__original === 'function'; depth++) found = found.__original;
  return found;
}

/** The server span of the request that is being served. */
function placeServerSpan(made) {
  const span = globalThis[API_KEY]?.context?.active().getValue(RPC_METADATA)?.span;
  if (span?.isRecording?.() !== true) return;
  const { attributes } = span;
  if (
    !placed.has(span) &&
    (attributes['code.file.path'] !== undefined || attributes['code.function.name'] !== undefined)
  )
    return;
  const place = require('./functionPlace.cjs').placeOfFunction(made);
  if (place === undefined) return;
  placed.add(span);
  span.setAttribute('code.file.path', place.file);
  span.setAttribute('code.line.number', place.line);
  if (place.function !== '') span.setAttribute('code.function.name', place.function);
}

function watchFastify(fastify) {
  const handlers = new Map();
  const keyOf = (method, url) => `${method} ${url}`;
  fastify.addHook('onRoute', ({ method, url, handler }) => {
    for (const each of Array.isArray(method) ? method : [method]) handlers.set(keyOf(each, url), original(handler));
  });
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (!active) {
      done();
      return;
    }
    try {
      const made = handlers.get(keyOf(request.method, request.routeOptions?.url));
      placeServerSpan(made);
      next = { made, scope: /fastify/, name: 'request' };
    } catch {
      // A request of another shape.
    }
    try {
      done();
    } finally {
      next = undefined;
    }
  });
}
//# sourceURL=node:internal/spanline/handlers
