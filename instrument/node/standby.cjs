'use strict';
const { isMainThread } = require('node:worker_threads');
const { callSites } = require('./callSites.cjs');
const { isHere } = require('./pipeline.cjs');
const { registered } = require('./wake.cjs');

/**
 * Makes spans in a program that uses the API and sets no provider, for as long as that is so (docs/adr/0013). Our provider is
 * never registered: the proxies that the API hands out ask it span by span, until the program registers its own.
 */

/** The file of a copy of the API that asked for what is registered. */
const COPY = /^(.*[\\/]@opentelemetry[\\/]api[\\/].*)$/;
const ASKS = /[\\/]internal[\\/]global-utils(\.\w+)$/;
/** Frames of one that asks: the API's alone. */
const FRAMES = 3;
/** Copies of the API are met early. */
const MOST_LOOKS = 1_000;

let looks = 0;
/** Files that were looked at. */
const seen = new Set();
/** @type {{ provider: any, manager: any, propagator: any } | undefined} */
let stood;
/** How the SDK is found; undefined until it was looked for, false where there is none. */
let sdk;
let making = false;
/** Where packages of ours are, for a program whose own do not do. */
const folder = process.env.SPANLINE_NODE_PACKAGES || undefined;

/** Whether spans of what is started now would be made by somebody. */
exports.mayStand = function mayStand() {
  if (sdk === undefined) sdk = isMainThread && sendsHere() && require('./standbySdk.cjs').findSdk(folder);
  return Boolean(sdk);
};

/** A copy of the API asks for what is registered, and there is nothing. Never throws. */
exports.apiUsed = function apiUsed() {
  if (looks >= MOST_LOOKS || making) return;
  looks++;
  try {
    for (const site of callSites(apiUsed, FRAMES)) {
      const file = pathOf(site.getFileName());
      if (file === undefined || !COPY.test(file)) continue;
      if (seen.has(file)) return;
      seen.add(file);
      if (!exports.mayStand()) looks = MOST_LOOKS;
      else meet(file.replace(ASKS, (_, extension) => `${file.includes('\\') ? '\\' : '/'}index${extension}`));
      return;
    }
  } catch {
    // A copy of another shape: its spans are nobody's, as before.
  }
};

/** What stands in for the program's provider now: made when first asked for, undefined where nothing can or need be. */
exports.standIn = function standIn() {
  if (registered('trace') !== undefined || making || !sdk) return undefined;
  if (stood !== undefined) return stood;
  making = true;
  try {
    stood = sdk();
  } catch {
    sdk = false;
  } finally {
    making = false;
  }
  return stood;
};

function pathOf(name) {
  if (typeof name !== 'string') return undefined;
  return name.startsWith('file:') ? require('node:url').fileURLToPath(name) : name;
}

/** Whether the environment would have an SDK send, and to this machine. */
function sendsHere() {
  const { env } = process;
  const endpoint = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || env.OTEL_EXPORTER_OTLP_ENDPOINT;
  return (
    Boolean(endpoint) &&
    isHere(endpoint) &&
    env.OTEL_SDK_DISABLED?.trim().toLowerCase() !== 'true' &&
    /\botlp/.test(env.OTEL_TRACES_EXPORTER || 'otlp') &&
    !/always_off/.test(env.OTEL_TRACES_SAMPLER ?? '')
  );
}

/** A copy is loaded by now: to load it again is to get at it. */
function meet(entry) {
  let copy;
  try {
    // From beside it: Node says of files in node_modules alone nothing when they load an ES module so.
    copy = require('node:module').createRequire(entry)(entry);
  } catch {
    void import(require('node:url').pathToFileURL(entry).href).then(
      (late) => adopt(late, entry),
      () => undefined,
    );
    return;
  }
  adopt(copy, entry);
}

const adopted = new WeakSet();

/** Has the proxies of a copy of the API ask us where they would do nothing. `file`: one of the copy, or of the SDK that uses it. */
function adopt(copy, file) {
  const { ProxyTracer, context, propagation } = copy;
  if (typeof ProxyTracer?.prototype?._getTracer !== 'function' || adopted.has(ProxyTracer)) return;
  adopted.add(ProxyTracer);
  // Of the packages that we installed: our instrumentations make no spans for the program's own provider.
  const ours = folder !== undefined && file.startsWith(folder);
  const tracers = new WeakMap();
  const getTracer = ProxyTracer.prototype._getTracer;
  ProxyTracer.prototype._getTracer = function _getTracer() {
    const found = getTracer.call(this);
    if (this._delegate !== undefined) return found;
    const known = tracers.get(this);
    // Registered with another copy, the program's would never come to a proxy of this one.
    const own = registered('trace');
    if (own !== undefined && (ours || known === undefined)) return found;
    const provider = own ?? exports.standIn()?.provider;
    if (provider === undefined) return found;
    if (known?.of === provider) return known.tracer;
    const tracer = provider.getTracer(this.name, this.version, this.options);
    tracers.set(this, { of: provider, tracer });
    return tracer;
  };
  instead(context, '_getContextManager', 'context', 'manager');
  instead(propagation, '_getGlobalPropagator', 'propagation', 'propagator');
}
exports.adopt = adopt;

/** Until the program registers one, or a provider, and only once a span of ours was made: before there is nothing to carry. */
function instead(singleton, method, type, ours) {
  const prototype = Object.getPrototypeOf(singleton ?? {});
  const own = prototype[method];
  if (typeof own !== 'function') return;
  prototype[method] = function () {
    if (stood === undefined || registered('trace') !== undefined || registered(type) !== undefined)
      return own.call(this);
    return stood[ours] ?? own.call(this);
  };
}
//# sourceURL=node:internal/spanline/standby
