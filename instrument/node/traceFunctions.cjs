'use strict';
const Module = require('node:module');
const { fileURLToPath, pathToFileURL } = require('node:url');
const { isMainThread } = require('node:worker_threads');
const { define } = require('./calls.cjs');
const { TracedFiles } = require('./tracedFiles.cjs');

/** Has the files of listed functions rewritten when they are loaded; see docs/adr/0011. */
exports.traceFunctions = function traceFunctions(listed) {
  const files = new TracedFiles(listed);
  if (files.isEmpty) return;
  define();
  hookCompile(files);
  // On the thread of older Nodes that loads modules there is nothing to hook.
  if (typeof Module.registerHooks === 'function') Module.registerHooks({ load: loadHook(files) });
  else if (typeof Module.register === 'function' && isMainThread)
    Module.register(pathToFileURL(require.resolve('./moduleHooks.cjs')), { data: listed });
};

/** CommonJS, and what is compiled to it on the way: ts-node, tsx, esbuild-register, Node's own types. */
function hookCompile(files) {
  const compile = Module.prototype._compile;
  if (typeof compile !== 'function') return;
  Module.prototype._compile = function (content, filename, ...rest) {
    const module = rest[0] === 'module';
    return compile.call(this, files.rewritten(content, filename, { module }) ?? content, filename, ...rest);
  };
}

function loadHook(files) {
  return (url, context, next) => {
    const result = next(url, context);
    return rewrittenResult(files, url, result);
  };
}

/** What a loader gives for a module, with the functions in it. */
function rewrittenResult(files, url, result) {
  const { format, source } = result;
  // The others come by `_compile`.
  if (format !== 'module' && format !== 'module-typescript') return result;
  if (!url.startsWith('file:') || source === null || source === undefined) return result;
  const file = fileURLToPath(url.replace(/[?#].*$/, ''));
  const text = typeof source === 'string' ? source : Buffer.from(source).toString('utf8');
  const raw = format === 'module-typescript' || (/\.[cm]?tsx?$/.test(file) && looksRaw(text, file));
  const rewritten = files.rewritten(text, file, { raw, module: true });
  return rewritten === undefined ? result : { ...result, source: rewritten };
}

/** Loaders of TypeScript give what they made of it, or leave it to another to do so. */
function looksRaw(text, file) {
  return text === require('node:fs').readFileSync(file, 'utf8');
}

exports.rewrittenResult = rewrittenResult;
//# sourceURL=node:internal/spanline/traceFunctions
