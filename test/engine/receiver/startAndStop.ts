// Run by lifecycle.test.ts: must end by itself, with open client connections and without process.exit.
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { Receiver } from '../../../src/engine/receiver/receiver.ts';
import { ACCEPTED, ANY_PORTS, listening, send } from './receiverRig.ts';

const receiver = new Receiver({
  ingest: { ingest: () => ACCEPTED },
  onProblem: () => undefined,
  now: () => 0,
  log: () => undefined,
});
const state = listening(await receiver.start(ANY_PORTS));
const { status } = await send(state.httpPort);
const session = connectHttp2(`http://127.0.0.1:${state.grpcPort}`);
session.on('error', () => undefined);
await new Promise<void>((resolve) => session.once('connect', () => resolve()));
const raw = connect(state.httpPort, '127.0.0.1');
raw.on('error', () => undefined);
raw.resume();
await new Promise<void>((resolve) => raw.once('connect', resolve));
await receiver.stop();
console.log(`${state.kind} ${status} ${receiver.state.kind}`);
