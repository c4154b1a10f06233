'use strict';
const Module = require('node:module');

/** Where `@opentelemetry/api` 1.x keeps what is registered; shared by all its copies, bundled ones too. */
const API_KEY = Symbol.for('opentelemetry.js.api.1');
const SDK = /@opentelemetry[\\/]sdk-(?:trace|node)/;
const FRAMEWORK = /(?:^|[\\/])(?:express|router|fastify|@fastify[\\/]otel)(?:[\\/](?:index|fastify)\.js)?$/;
const PROVIDERS = ['TracerProvider', 'BasicTracerProvider', 'NodeTracerProvider'];
const WATCHED = Symbol('spanline.watched');

/**
 * Calls `onProvider` with every tracer provider of the program before it makes its first tracer, `onFramework` when it
 * loads Express or Fastify, and `onUse` whenever a copy of the API asks for what is registered before a provider is. Imports nothing.
 * @param {(provider: object) => void} onProvider
 * @param {() => void} onFramework
 * @param {() => void} onUse
 */
exports.waitForSdk = function waitForSdk(onProvider, onFramework, onUse) {
  const tell = (provider) => {
    try {
      onProvider(provider);
    } catch {
      // A provider of another shape: its spans stay as they are.
    }
  };
  watchLoading(tell, () => {
    try {
      onFramework();
    } catch {
      // Another version: its spans are found by their routes.
    }
  });
  watchRegistering(tell, onUse);
};

/** ESM programs load the SDK's CommonJS too, by its absolute path. */
function watchLoading(tell, tellOfFramework) {
  const load = Module._load;
  if (typeof load !== 'function') return;
  Module._load = function (request) {
    const loaded = load.apply(this, arguments);
    if (typeof request !== 'string') return loaded;
    if (SDK.test(request)) watchProviders(loaded, tell);
    else if (FRAMEWORK.test(request)) tellOfFramework();
    return loaded;
  };
}

function watchProviders(loaded, tell) {
  if (loaded === null || typeof loaded !== 'object') return;
  for (const name of PROVIDERS) {
    let prototype = loaded[name]?.prototype;
    // The class that has the method; a subclass of another package inherits it.
    while (prototype && !Object.hasOwn(prototype, 'getTracer')) prototype = Object.getPrototypeOf(prototype);
    if (!prototype || Object.hasOwn(prototype, WATCHED)) continue;
    const getTracer = prototype.getTracer;
    if (typeof getTracer !== 'function') continue;
    Object.defineProperty(prototype, WATCHED, { value: true });
    prototype.getTracer = function () {
      tell(this);
      return getTracer.apply(this, arguments);
    };
  }
}

/** What the copies of the API share: undefined until one registers something. */
let api;
let watching = false;

/** What is registered with the API under a name (`trace`, `context`, `propagation`); that we ask is no use of the API. */
exports.registered = function registered(name) {
  return (watching ? api : globalThis[API_KEY])?.[name];
};

/** The API's object is met when it is put on the global, and the provider when it is made known. */
function watchRegistering(tell, onUse) {
  api = globalThis[API_KEY];
  if (api !== undefined) watchApi(tell);
  Object.defineProperty(globalThis, API_KEY, {
    configurable: true,
    enumerable: false,
    get: () => {
      if (api?.trace === undefined) onUse();
      return api;
    },
    set: (value) => {
      api = value;
      if (value !== null && typeof value === 'object') watchApi(tell);
    },
  });
  watching = true;
}

function watchApi(tell) {
  let trace = api.trace;
  if (trace !== undefined) watchProxy(trace, tell);
  Object.defineProperty(api, 'trace', {
    configurable: true,
    enumerable: true,
    get: () => trace,
    set: (value) => {
      trace = value;
      watchProxy(value, tell);
    },
  });
}

/** `setGlobalTracerProvider` registers a proxy and then tells it the provider. */
function watchProxy(proxy, tell) {
  if (proxy === null || typeof proxy !== 'object' || typeof proxy.setDelegate !== 'function') return;
  if (Object.hasOwn(proxy, WATCHED)) return;
  const setDelegate = proxy.setDelegate;
  Object.defineProperty(proxy, WATCHED, { value: true });
  proxy.setDelegate = function (provider) {
    tell(provider);
    return setDelegate.apply(this, arguments);
  };
}
//# sourceURL=node:internal/spanline/wake
