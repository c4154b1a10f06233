'use strict';
// Loaded before the program of a launch. Does nothing but wait, and never throws.
try {
  const functions = process.env.SPANLINE_TRACE_FUNCTIONS;
  if (functions) require('./traceFunctions.cjs').traceFunctions(functions);
} catch {
  // No list of functions.
}
try {
  require('./wake.cjs').waitForSdk(
    (provider) => require('./attach.cjs').attach(provider),
    () => require('./handlers.cjs').frameworkLoaded(),
    () => require('./standby.cjs').apiUsed(),
  );
  const folder = process.env.SPANLINE_NODE_PACKAGES;
  if (folder) require('./sdk.cjs').startSdk(folder, process.env.SPANLINE_NODE_UNSET_SDK);
} catch {
  // An old or strange Node: the program runs as if we were not here.
}
//# sourceURL=node:internal/spanline/register
