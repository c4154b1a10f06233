// The sender of the HTTP benches, in a process of its own. Over IPC: for each `run` sends its batches once, over a few
// kept connections, and tells when all were answered with 200. Arguments: how many batches, over how many connections.
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { makeBatches } from './httpBenchBatches.ts';

export interface RunCommand {
  readonly port: number;
  readonly compressed: boolean;
  /** How often each batch is sent. */
  readonly repeat: number;
}

const CONNECTIONS = Number(process.argv[3] ?? 4);
const count = Number(process.argv[2]);
const plain = makeBatches(count, false);
const compressed = makeBatches(count, true);
const sockets = new Map<number, Socket[]>();

async function socketsTo(port: number): Promise<Socket[]> {
  let open = sockets.get(port);
  if (open === undefined) {
    open = Array.from({ length: CONNECTIONS }, () => connect({ port, host: '127.0.0.1', noDelay: true }));
    sockets.set(port, open);
    await Promise.all(open.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
  }
  return open;
}

/** Every answer of the bench's servers is one small segment of headers with an empty body. */
function post(socket: Socket, body: Uint8Array, gzip: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const onData = (chunk: Buffer): void => {
      answer += chunk.toString('latin1');
      if (!answer.endsWith('\r\n\r\n')) return;
      socket.removeListener('data', onData);
      if (answer.startsWith('HTTP/1.1 200')) resolve();
      else reject(new Error(answer));
    };
    socket.on('data', onData);
    socket.cork();
    socket.write(
      `POST /v1/traces HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-protobuf\r\n` +
        `user-agent: OTel-OTLP-Exporter-Bench/1\r\n${gzip ? 'content-encoding: gzip\r\n' : ''}` +
        `content-length: ${body.byteLength}\r\n\r\n`,
      'latin1',
    );
    socket.write(body);
    socket.uncork();
  });
}

async function run({ port, compressed: gzip, repeat }: RunCommand): Promise<void> {
  const batches = gzip ? compressed : plain;
  let next = 0;
  await Promise.all(
    (await socketsTo(port)).map(async (socket) => {
      while (next < batches.length * repeat) {
        const batch = batches[next++ % batches.length];
        if (batch !== undefined) await post(socket, batch, gzip);
      }
    }),
  );
}

process.on('message', (command: RunCommand) => {
  run(command).then(
    () => process.send?.({ done: true }),
    (error: unknown) => process.send?.({ failed: String(error) }),
  );
});
process.on('disconnect', () => process.exit());
const bytes = plain.reduce((sum, batch) => sum + batch.byteLength, 0) / plain.length;
process.send?.({ ready: true, bytesPerBatch: Math.round(bytes) });
