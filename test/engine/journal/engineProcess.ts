// An engine in a process of its own, to be killed: real store, receiver and journal. usage: engineProcess.ts FOLDER [MS]
// Its clock is wrong by so many milliseconds, and jumps to be wrong by as many as a line on its input says. Prints one
// line of JSON when it listens.
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { TraceStore } from '../../../src/core/store/traceStore.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { Receiver } from '../../../src/engine/receiver/receiver.ts';

export interface ProcessReady {
  readonly httpPort: number;
}

const [, , dir, wrongBy = '0'] = process.argv;
if (dir === undefined) throw new Error('usage: engineProcess.ts FOLDER [MS]');
let offsetMs = Number(wrongBy);
const now = (): number => Date.now() + offsetMs;
createInterface({ input: process.stdin }).on('line', (line) => {
  offsetMs = Number(line);
});
const engine = new Engine({
  store: new TraceStore({ now, maxBytes: 512 * 1024 * 1024 }),
  createReceiver: (deps) => new Receiver(deps),
  journal: { dir, limits: { keepDays: 7, maxBytes: 512 * 1024 * 1024 } },
  timers: {
    set: (callback, ms) => setTimeout(callback, ms),
    clear: (handle) => clearTimeout(handle as NodeJS.Timeout),
  },
  now,
  elapsed: () => performance.now(),
  seed: 1,
});
const { handlers } = engine.connect(() => undefined);
const options = { httpPort: 0, grpcPort: 0, maxBodyBytes: 64 * 1024 * 1024, allowedHosts: [] };
const state = await handlers['receiver/start'](options, { cancelled: false });
if (state.kind !== 'listening') throw new Error(JSON.stringify(state));
console.log(JSON.stringify({ httpPort: state.httpPort } satisfies ProcessReady));
