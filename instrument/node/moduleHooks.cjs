'use strict';
const { TracedFiles } = require('./tracedFiles.cjs');
const { rewrittenResult } = require('./traceFunctions.cjs');

/** Hooks of ES modules on the thread that Nodes before 22.15 load them on. */
let files;

exports.initialize = function initialize(listed) {
  files = new TracedFiles(listed);
};

exports.load = async function load(url, context, next) {
  const result = await next(url, context);
  return files === undefined ? result : rewrittenResult(files, url, result);
};
//# sourceURL=node:internal/spanline/moduleHooks
