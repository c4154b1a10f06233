'use strict';
// Prints the CPU time of a span in microseconds: started by the user's code itself, by a helper of it that is given the
// name, 25 calls deep in a library, and there without end.
const { trace } = require('@opentelemetry/api');
const { TracerProvider } = require('@opentelemetry/sdk-trace');
const { startsOf } = require('./bower_components/starts.cjs');

const nothing = { onStart() {}, onEnd() {}, forceFlush: () => Promise.resolve(), shutdown: () => Promise.resolve() };
trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [nothing] }));
const tracer = trace.getTracer('bench');
const SPANS = 5_000;
const ROUNDS = 31;

function cpu() {
  const { user, system } = process.cpuUsage();
  return user + system;
}

function near() {
  const began = cpu();
  for (let at = 0; at < SPANS; at++) tracer.startSpan('near').end();
  return (cpu() - began) / SPANS;
}

function traced(name) {
  tracer.startSpan(name).end();
}

function helped() {
  const began = cpu();
  for (let at = 0; at < SPANS; at++) traced('helped');
  return (cpu() - began) / SPANS;
}

const library = startsOf({ tracer, cpu });
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
// So few that all of them are looked at, and as many as there may be.
const far = () => library.deep(25, 'far', 500);
const flood = () => library.deep(25, 'flood', SPANS);
function measure(way, rounds) {
  // The first rounds fill the caches and have the code optimised.
  for (let round = 0; round < 5; round++) way();
  return median(Array.from({ length: rounds }, way));
}
console.log(
  JSON.stringify({
    near: measure(near, ROUNDS),
    helped: measure(helped, ROUNDS),
    far: measure(far, 15),
    flood: measure(flood, ROUNDS),
  }),
);
