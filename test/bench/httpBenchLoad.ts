// The sender of the HTTP benches, in a process of its own. Over IPC: for each `run` sends its batches once, over a few
// kept connections, and tells when all were answered with 200. Arguments: how many batches, over how many connections.
import { connect } from 'node:net';
import { connect as connectHttp2 } from 'node:http2';
import type { ClientHttp2Session, IncomingHttpHeaders } from 'node:http2';
import type { Socket } from 'node:net';
import { makeBatches } from './httpBenchBatches.ts';

export interface RunCommand {
  readonly port: number;
  readonly compressed: boolean;
  readonly grpc?: boolean;
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

const sessions = new Map<number, ClientHttp2Session[]>();

/** One unary call of TraceService/Export. */
function call(session: ClientHttp2Session, message: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ':method': 'POST',
      ':path': '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
      'content-type': 'application/grpc',
      'user-agent': 'OTel-OTLP-Exporter-Bench/1',
      te: 'trailers',
    });
    let status: unknown;
    stream.on('response', (headers: IncomingHttpHeaders) => (status = headers['grpc-status']));
    stream.on('trailers', (headers: IncomingHttpHeaders) => (status = headers['grpc-status']));
    stream.on('error', reject);
    stream.on('close', () => {
      if (status === '0') resolve();
      else reject(new Error(`grpc-status ${String(status)}`));
    });
    stream.resume();
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(message.byteLength, 1);
    stream.write(prefix);
    stream.end(message);
  });
}

async function runGrpc(port: number, repeat: number): Promise<void> {
  const open =
    sessions.get(port) ?? Array.from({ length: CONNECTIONS }, () => connectHttp2(`http://127.0.0.1:${port}`));
  sessions.set(port, open);
  let next = 0;
  await Promise.all(
    open.map(async (session) => {
      while (next < plain.length * repeat) {
        const batch = plain[next++ % plain.length];
        if (batch !== undefined) await call(session, batch);
      }
    }),
  );
}

async function run({ port, compressed: gzip, grpc, repeat }: RunCommand): Promise<void> {
  if (grpc) {
    await runGrpc(port, repeat);
    return;
  }
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
