'use strict';

const asIs = (_error, sites) => sites;

/**
 * V8's frames above the function `below`, nearest first, at most `limit`, with those that wait for a promise
 * (https://v8.dev/docs/stack-trace-api). Hooks of the program and its limit are as before when it returns.
 */
exports.callSites = function callSites(below, limit) {
  const prepare = Error.prepareStackTrace;
  const before = Error.stackTraceLimit;
  const holder = {};
  try {
    Error.prepareStackTrace = asIs;
    Error.stackTraceLimit = limit;
    Error.captureStackTrace(holder, below);
    const { stack } = holder;
    return Array.isArray(stack) ? stack : [];
  } finally {
    Error.prepareStackTrace = prepare;
    Error.stackTraceLimit = before;
  }
};
//# sourceURL=node:internal/spanline/callSites
