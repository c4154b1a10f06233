'use strict';

/** Addresses of this machine: what it has of a launch, and of nobody else. */
const HERE = /^(?:\w+:\/\/)?(?:127\.\d+\.\d+\.\d+|localhost|\[?::1\]?|host\.docker\.internal)(?:[:/]|$)/;
/** A transport may lie in others that retry or batch. */
const MOST_LAYERS = 4;

/** The processors of a provider of SDK 1.x to 3.x; none of one of another shape. */
exports.processorsOf = function processorsOf(provider) {
  const processors = provider._activeSpanProcessor?._spanProcessors;
  return Array.isArray(processors) ? processors : [];
};

/** What its spans say of the program, which tells them from those of another provider. */
exports.resourceOf = function resourceOf(provider) {
  return provider._resource ?? provider.resource;
};

/** What its processors send by. */
exports.exportersOf = function exportersOf(provider) {
  const exporters = exports.processorsOf(provider).map((processor) => processor._exporter);
  return exporters.filter((exporter) => exporter !== null && typeof exporter === 'object');
};

/** Where an exporter of OTLP sends to, if that is this machine; else undefined. */
exports.addressHere = function addressHere(exporter) {
  let transport = exporter._delegate?._transport;
  for (let layer = 0; layer < MOST_LAYERS && transport?._transport; layer++) transport = transport._transport;
  const parameters = transport?._parameters;
  const address = parameters?.url ?? parameters?.address ?? exporter.url;
  return typeof address === 'string' && exports.isHere(address) ? address : undefined;
};

/** Whether an address is of this machine. */
exports.isHere = function isHere(address) {
  return HERE.test(address);
};

/** Whether Spanline started this program: where its spans go is known then. */
exports.isLaunched = function isLaunched() {
  return (process.env.OTEL_RESOURCE_ATTRIBUTES ?? '').includes('spanline.run.id=');
};
//# sourceURL=node:internal/spanline/pipeline
