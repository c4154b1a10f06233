'use strict';
// Prints the CPU time of calls in microseconds; with the argument `without`, where there is no SDK.
const { trace } = require('@opentelemetry/api');
const { TracerProvider } = require('@opentelemetry/sdk-trace');

if (process.argv[2] !== 'without') {
  const quiet = { onStart() {}, onEnd() {}, forceFlush: () => Promise.resolve(), shutdown: () => Promise.resolve() };
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [quiet] }));
}

function nothing() {}

function few(name, count, options) {
  return { name, count, options };
}

function floats(values) {
  return values.length;
}

const array = Float32Array.from({ length: 1000 }, (_, at) => at / 3);

function cost(call, calls) {
  const rounds = [];
  for (let round = -3; round < 9; round++) {
    const began = process.cpuUsage();
    for (let at = 0; at < calls; at++) call();
    const { user, system } = process.cpuUsage(began);
    if (round >= 0) rounds.push((user + system) / calls);
  }
  return rounds.sort((a, b) => a - b)[Math.floor(rounds.length / 2)];
}

console.log(
  JSON.stringify({
    nothing: cost(() => nothing(), 3_000),
    few: cost(() => few('tea', 3, { gift: true, notes: ['a', 'b'] }), 3_000),
    floats: cost(() => floats(array), 300),
  }),
);
