'use strict';
const { AsyncLocalStorage } = require('node:async_hooks');
const fs = require('node:fs');
const { createRequire } = require('node:module');
const path = require('node:path');

const SDKS = ['@opentelemetry/sdk-trace-base', '@opentelemetry/sdk-trace-node', '@opentelemetry/sdk-trace'];
const EXPORTER = '@opentelemetry/exporter-trace-otlp-';
/** They bring the packages that a project may not see. */
const BRING = ['@opentelemetry/sdk-node', '@opentelemetry/auto-instrumentations-node', '@opentelemetry/sdk-trace-node'];

/**
 * The function that makes a provider, with a context manager and a propagator, of the SDK that the program finds, else of
 * `folder`'s; false where neither has one with an exporter of OTLP. Loads nothing.
 */
exports.findSdk = function findSdk(folder) {
  const places = [mainFile()];
  if (folder !== undefined) places.push(path.join(folder, 'package.json'));
  for (const place of places) {
    const found = partsFrom(place);
    if (found !== undefined) return () => make(found);
  }
  return false;
};

function partsFrom(place) {
  const see = [createRequire(place)];
  for (const name of BRING) {
    const file = resolved(see[0], name);
    if (file !== undefined) see.push(createRequire(file));
  }
  const find = (names) => {
    for (const load of see)
      for (const name of names) {
        const file = resolved(load, name);
        if (file !== undefined) return { name, load, file };
      }
    return undefined;
  };
  const sdk = find(SDKS);
  const exporter = find(protocols().map((protocol) => EXPORTER + protocol));
  return sdk && exporter && { sdk, exporter, find };
}

function resolved(load, name) {
  try {
    return load.resolve(name);
  } catch {
    return undefined;
  }
}

/** As the environment has it, else any: all of them are taken at one port. */
function protocols() {
  const { env } = process;
  const wanted = env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL || env.OTEL_EXPORTER_OTLP_PROTOCOL;
  const first = wanted === 'grpc' ? 'grpc' : wanted === 'http/json' ? 'http' : 'proto';
  return [first, ...['proto', 'http', 'grpc'].filter((each) => each !== first)];
}

function make({ sdk, exporter, find }) {
  const { adopt } = require('./standby.cjs');
  const beside = createRequire(sdk.file);
  // It asks its own copy of the API for what is active.
  const api = beside('@opentelemetry/api');
  adopt(api, sdk.file);
  const parts = sdk.load(sdk.name);
  const { OTLPTraceExporter } = exporter.load(exporter.name);
  const sends = new OTLPTraceExporter();
  // Of the package without `-base` both take their options in one, and read no environment.
  const processor = sdk.name.endsWith('/sdk-trace')
    ? new parts.BatchSpanProcessor({
        exporter: sends,
        scheduledDelayMillis: number('OTEL_BSP_SCHEDULE_DELAY'),
        maxExportBatchSize: number('OTEL_BSP_MAX_EXPORT_BATCH_SIZE'),
        maxQueueSize: number('OTEL_BSP_MAX_QUEUE_SIZE'),
      })
    : new parts.BatchSpanProcessor(sends);
  const Provider = parts.NodeTracerProvider ?? parts.BasicTracerProvider ?? parts.TracerProvider;
  const provider = new Provider({
    resource: resourceOf(beside('@opentelemetry/resources')),
    spanProcessors: [processor],
    ...(sdk.name.endsWith('/sdk-trace') && {
      spanLimits: { attributeCountLimit: number('OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT') },
    }),
  });
  // Before 1.27 its options have no processors.
  if (!provider._activeSpanProcessor?._spanProcessors?.includes(processor)) provider.addSpanProcessor?.(processor);
  require('./attach.cjs').attach(provider);
  return { provider, manager: managerOf(find, api), propagator: propagatorOf(beside('@opentelemetry/core')) };
}

function number(name) {
  const value = Number(process.env[name] || Number.NaN);
  return Number.isFinite(value) ? value : undefined;
}

/** What the environment says of the program, and which process it is: as the SDK of Node has it. */
function resourceOf(resources) {
  const detectors = ['env', 'resourceAttributesEnv', 'serviceNameEnv', 'process', 'serviceInstanceId']
    .map((name) => resources[`${name}DetectorSync`] ?? resources[`${name}Detector`])
    .filter((detector) => detector !== undefined);
  const known = resources.defaultResource?.() ?? resources.Resource.default();
  const detect = resources.detectResourcesSync ?? resources.detectResources;
  const resource = known.merge(detect({ detectors }));
  if (!/^unknown_service/.test(resource.attributes['service.name'] ?? 'unknown_service')) return resource;
  const named = { 'service.name': projectName() };
  return resource.merge(resources.resourceFromAttributes?.(named) ?? new resources.Resource(named));
}

/** Nobody named the service: its folder does. */
function projectName() {
  const start = path.dirname(mainFile());
  for (let folder = start; ; folder = path.dirname(folder)) {
    if (fs.existsSync(path.join(folder, 'package.json'))) return path.basename(folder) || 'node';
    if (folder === path.dirname(folder)) return path.basename(start) || 'node';
  }
}

function mainFile() {
  const main = process.argv[1];
  return main !== undefined && path.isAbsolute(main) ? main : path.join(process.cwd(), 'main.js');
}

function propagatorOf(core) {
  const propagators = [new core.W3CTraceContextPropagator(), new core.W3CBaggagePropagator()];
  return new core.CompositePropagator({ propagators });
}

function managerOf(find, api) {
  const hooks = find(['@opentelemetry/context-async-hooks']);
  if (hooks === undefined) return new PlainManager(api.ROOT_CONTEXT);
  return new (hooks.load(hooks.name).AsyncLocalStorageContextManager)().enable();
}

/** What is active follows calls and awaits; not the events of emitters, which the SDK's own manager can bind. */
class PlainManager {
  #storage = new AsyncLocalStorage();
  #root;

  constructor(root) {
    this.#root = root;
  }

  active() {
    return this.#storage.getStore() ?? this.#root;
  }

  with(context, run, self, ...args) {
    return this.#storage.run(context, () => run.apply(self, args));
  }

  bind(context, target) {
    if (typeof target !== 'function') return target;
    const manager = this;
    return function (...args) {
      return manager.with(context, target, this, ...args);
    };
  }

  enable() {
    return this;
  }

  disable() {
    return this;
  }
}
//# sourceURL=node:internal/spanline/standbySdk
