'use strict';
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { isMainThread } = require('node:worker_threads');

/** Packages that start an SDK, or bring one. */
const SDKS = ['sdk-node', 'sdk-trace', 'sdk-trace-node', 'sdk-trace-base', 'auto-instrumentations-node'].map((name) =>
  path.join('@opentelemetry', name),
);
const ES_MODULE = /\.m[jt]s$/;

/**
 * Starts the SDK of a folder that Spanline installed, for a program that has none: with an instrumentation for each package
 * the folder lists. Tools that start the program (npm, nodemon) are left alone, as is a program with an SDK of its own; where it
 * is known that nothing in the folder `unset` sets that one up, the instrumentations alone are started, see standby.cjs.
 */
exports.startSdk = function startSdk(folder, unset) {
  const main = process.argv[1];
  if (!isMainThread || main === undefined || !path.isAbsolute(main) || /[\\/]node_modules[\\/]/.test(main)) return;
  const place = path.dirname(main);
  const hasSdk = nodeModulesAbove(place).some((modules) => SDKS.some((sdk) => fs.existsSync(path.join(modules, sdk))));
  if (hasSdk && (unset === undefined || !isBelow(place, unset))) return;
  const manifest = path.join(folder, 'package.json');
  if (!fs.existsSync(path.join(folder, 'node_modules', '@opentelemetry', 'sdk-node'))) return;
  if (hasSdk && !require('./standby.cjs').mayStand()) return;
  const load = Module.createRequire(manifest);
  if (isEsModule(main, place) && typeof Module.register === 'function')
    Module.register('@opentelemetry/instrumentation/hook.mjs', pathToFileURL(manifest));
  if (!hasSdk) {
    const { NodeSDK } = load('@opentelemetry/sdk-node');
    new NodeSDK({ instrumentations: instrumentationsOf(manifest, load) }).start();
    return;
  }
  // Without an SDK: theirs ask the API, for which standby.cjs answers. Ended they are not when the program has a provider after
  // all: that would take its own instrumentations away, which have replaced them.
  const { registerInstrumentations } = load('@opentelemetry/instrumentation');
  registerInstrumentations({ instrumentations: instrumentationsOf(manifest, load) });
};

/** One of each package of instrumentations that a manifest lists. */
function instrumentationsOf(manifest, load) {
  const instrumentations = [];
  for (const name of Object.keys(JSON.parse(fs.readFileSync(manifest, 'utf8')).dependencies ?? {})) {
    if (!/instrumentation-|\/otel$/.test(name)) continue;
    for (const [exported, value] of Object.entries(load(name))) {
      if (!/Instrumentation$/.test(exported) || typeof value !== 'function') continue;
      // Fastify's is a plugin that its own hook registers only when asked to.
      instrumentations.push(new value({ registerOnInitialization: true }));
      break;
    }
  }
  return instrumentations;
}

function realPath(folder) {
  try {
    return fs.realpathSync(folder);
  } catch {
    return folder;
  }
}

function isBelow(place, folder) {
  const relative = path.relative(realPath(folder), realPath(place));
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

function isEsModule(main, place) {
  if (ES_MODULE.test(main)) return true;
  for (let folder = place; ; folder = path.dirname(folder)) {
    const manifest = path.join(folder, 'package.json');
    if (fs.existsSync(manifest)) return /"type"\s*:\s*"module"/.test(fs.readFileSync(manifest, 'utf8'));
    if (folder === path.dirname(folder)) return false;
  }
}

function nodeModulesAbove(place) {
  const found = [];
  for (let folder = place; ; folder = path.dirname(folder)) {
    found.push(path.join(folder, 'node_modules'));
    if (folder === path.dirname(folder)) return found;
  }
}
//# sourceURL=node:internal/spanline/sdk
