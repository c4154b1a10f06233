// npm run e2e:reload [-- NAME…] [--saves N]: services under load are saved, told to end and killed, in every way that
// people's tools do it; every request that was answered must be there with all of its spans. Prints a table; exit code 1
// when a span was lost.
import { parseArgs } from 'node:util';
import { CHILDREN, EXITS, EXPRESS } from './programs.ts';
import { RestartRig } from './restartRig.ts';
import {
  endByItself,
  endUnderLoad,
  endWorkers,
  type Found,
  gunicorn,
  killWhileItHangs,
  saveUnderLoad,
  startReloading,
  uvicorn,
} from './scenarios.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { saves: { type: 'string', default: '20' } },
});
const saves = Number(values.saves);

const plainNode = (rig: RestartRig, env: Readonly<Record<string, string>> = {}) =>
  rig.service(EXPRESS, (file) => [process.execPath, file], env);

const SCENARIOS: Readonly<Record<string, (rig: RestartRig) => Promise<Found>>> = {
  'uvicorn --reload, saved': async (rig) => saveUnderLoad(rig, await startReloading(rig, 'python'), saves),
  'node --watch, saved': async (rig) => saveUnderLoad(rig, await startReloading(rig, 'node'), saves),
  'uvicorn, SIGTERM': async (rig) => endUnderLoad(rig, await uvicorn(rig, []), 'SIGTERM'),
  'uvicorn, SIGINT': async (rig) => endUnderLoad(rig, await uvicorn(rig, []), 'SIGINT'),
  'uvicorn, two workers': async (rig) => endWorkers(rig, await uvicorn(rig, ['--workers', '2'])),
  'gunicorn, two workers': async (rig) => endWorkers(rig, await gunicorn(rig, [])),
  'gunicorn, two workers of a preloaded application': async (rig) =>
    endWorkers(rig, await gunicorn(rig, ['--preload'])),
  'express, SIGTERM': async (rig) => endUnderLoad(rig, await plainNode(rig), 'SIGTERM'),
  'express, SIGINT': async (rig) => endUnderLoad(rig, await plainNode(rig), 'SIGINT'),
  'express that exits at once, SIGTERM': async (rig) =>
    endUnderLoad(rig, await plainNode(rig, { EXITS: '1' }), 'SIGTERM'),
  'node, process.exit': (rig) => endByItself(rig, EXITS, ['exit']),
  'node, process.exit while it sends': (rig) => endByItself(rig, EXITS, ['soon']),
  'node, an error nobody catches': (rig) => endByItself(rig, EXITS, ['error']),
  'node, process.exit, gRPC': (rig) => endByItself(rig, EXITS, ['exit', 'grpc']),
  'python, children of all kinds': (rig) => endByItself(rig, CHILDREN, []),
  'uvicorn, kill -9': async (rig) => killWhileItHangs(rig, await uvicorn(rig, [])),
  'express, kill -9': async (rig) => killWhileItHangs(rig, await plainNode(rig)),
};

let failed = false;
for (const [name, scenario] of Object.entries(SCENARIOS)) {
  if (positionals.length > 0 && !positionals.some((part) => name.includes(part))) continue;
  const rig = await RestartRig.start();
  try {
    const { answered, processes, lost } = await scenario(rig);
    failed ||= lost.length > 0;
    console.log(`${name}: ${answered} requests answered by ${processes} processes, ${lost.length} lost`);
  } finally {
    await rig.stop();
  }
}
process.exitCode = failed ? 1 : 0;
