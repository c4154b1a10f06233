import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import type { ClientHttp2Session, IncomingHttpHeaders as Http2Headers, Settings } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import type { Socket } from 'node:net';
import type { TestContext } from 'node:test';
import type { ReceiverOptions, ReceiverState } from '../../../src/protocol/engineApi.ts';
import { Receiver } from '../../../src/engine/receiver/receiver.ts';
import type { IngestResult, ProblemReport } from '../../../src/engine/receiver/intake.ts';
import type { ReceiverLimits } from '../../../src/engine/receiver/receiverLimits.ts';

export interface Ingested {
  readonly signal: string;
  readonly body: Uint8Array;
}

export interface Rig {
  readonly receiver: Receiver;
  readonly httpPort: number;
  readonly grpcPort: number;
  /** What the sink was given, in order. */
  readonly ingested: Ingested[];
  readonly problems: ProblemReport[];
  readonly logged: string[];
  /** Resolves with the first problem of this code, past or future. */
  problem(code: ProblemReport['code']): Promise<ProblemReport>;
  /** Resolves when `condition` holds; looked at whenever the receiver reports or ingests something. */
  until(condition: () => boolean): Promise<void>;
}

export interface RigOptions {
  readonly ingest?: (signal: string, body: Uint8Array) => IngestResult;
  /** Why nothing more can be stored. */
  readonly pressure?: () => string | undefined;
  readonly limits?: Partial<ReceiverLimits>;
  readonly options?: Partial<ReceiverOptions>;
}

/** The clock of every rig. */
export const NOW = 1_700_000_000_000;
export const ACCEPTED: IngestResult = { accepted: 1, rejected: 0, message: '' };

/** A receiver on two free ports with a sink that remembers; stopped when the test ends. */
export async function startRig(t: TestContext, { ingest, pressure, limits, options }: RigOptions = {}): Promise<Rig> {
  const ingested: Ingested[] = [];
  const problems: ProblemReport[] = [];
  const logged: string[] = [];
  const waiting = new Set<() => void>();
  const changed = (): void => {
    for (const look of waiting) look();
  };
  const receiver = new Receiver({
    ingest: {
      ingest(signal, body) {
        const result = ingest?.(signal, body) ?? ACCEPTED;
        ingested.push({ signal, body });
        changed();
        return result;
      },
      ...(pressure !== undefined && { pressure }),
    },
    onProblem(problem) {
      problems.push(problem);
      changed();
    },
    now: () => NOW,
    log: (level, message) => logged.push(`${level} ${message}`),
    ...(limits !== undefined && { limits }),
  });
  t.after(() => receiver.stop());
  const state = await receiver.start({ ...ANY_PORTS, ...options });
  const { httpPort, grpcPort } = listening(state);
  const until = (condition: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!condition()) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  return {
    receiver,
    httpPort,
    grpcPort,
    ingested,
    problems,
    logged,
    until,
    async problem(code) {
      const find = (): ProblemReport | undefined => problems.find((problem) => problem.code === code);
      await until(() => find() !== undefined);
      return find()!;
    },
  };
}

/** One request was refused with this problem, and the sink not asked. */
export function assertRefused(rig: Rig, code: ProblemReport['code'], message: RegExp): void {
  assert.equal(rig.ingested.length, 0);
  assert.equal(rig.receiver.metrics.refusedRequests, 1);
  assert.equal(rig.problems.length, 1);
  assert.equal(rig.problems[0]?.code, code);
  assert.match(rig.problems[0].message, message);
}

export const ANY_PORTS: ReceiverOptions = { httpPort: 0, grpcPort: 0, maxBodyBytes: 1024 * 1024, allowedHosts: [] };

export function listening(state: ReceiverState): Extract<ReceiverState, { kind: 'listening' }> {
  if (state.kind !== 'listening') throw new Error(`not listening: ${JSON.stringify(state)}`);
  return state;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: Uint8Array | string;
  readonly host?: string;
  /** Sends the body without telling its length first. */
  readonly chunked?: boolean;
}

export const PROTOBUF = { 'content-type': 'application/x-protobuf' };
export const JSON_TYPE = { 'content-type': 'application/json' };

/** One HTTP/1.1 request on a connection of its own; by default a protobuf POST to /v1/traces. */
export function send(port: number, sent: Sent = {}): Promise<Answer> {
  const { method = 'POST', path = '/v1/traces', headers = PROTOBUF, body = '', host = '127.0.0.1' } = sent;
  const framing = sent.chunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host, port, method, path, agent: false, headers: { ...framing, ...headers } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
        );
        response.on('error', reject);
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

/** A raw connection: what it received so far, and its end. */
export interface Raw {
  readonly socket: Socket;
  readonly closed: Promise<string>;
  received(): string;
  /** Resolves once what was received matches. */
  receives(pattern: RegExp): Promise<string>;
}

export async function openRaw(t: TestContext, port: number, host = '127.0.0.1'): Promise<Raw> {
  const socket = connectTcp({ port, host, noDelay: true });
  t.after(() => socket.destroy());
  let text = '';
  const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(text)));
  const looks = new Set<() => void>();
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
    for (const look of looks) look();
  });
  socket.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  return {
    socket,
    closed,
    received: () => text,
    receives: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!pattern.test(text)) return;
          looks.delete(look);
          resolve(text);
        };
        looks.add(look);
        socket.once('close', () => reject(new Error(`closed after ${JSON.stringify(text)}`)));
        look();
      }),
  };
}

/** Writes `bytes` one by one, each in a segment of its own. */
export async function writeSlowly(socket: Socket, bytes: Uint8Array): Promise<void> {
  for (const byte of bytes) {
    await new Promise<void>((resolve, reject) => {
      socket.write(Uint8Array.of(byte), (error) => (error ? reject(error) : resolve()));
    });
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export async function openHttp2(
  t: TestContext,
  port: number,
  { host = '127.0.0.1', ...settings }: Settings & { readonly host?: string } = {},
): Promise<ClientHttp2Session> {
  const session = connectHttp2(`http://${host.includes(':') ? `[${host}]` : host}:${port}`, { settings });
  t.after(() => session.destroy());
  session.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => {
    session.once('remoteSettings', () => resolve());
    session.once('error', reject);
  });
  return session;
}

export interface Http2Answer {
  readonly headers: Http2Headers;
  readonly trailers: Http2Headers;
  readonly body: Buffer;
  readonly resetCode: number;
}

export const TRACE_EXPORT = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
export const LOGS_EXPORT = '/opentelemetry.proto.collector.logs.v1.LogsService/Export';
export const METRICS_EXPORT = '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export';

/** One stream: `chunks` in a DATA frame each, then the end (unless `open`); resolves when the stream has closed. */
export function exchange(
  session: ClientHttp2Session,
  headers: Http2Headers,
  chunks: readonly Uint8Array[],
  open = false,
): Promise<Http2Answer> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ':method': 'POST', ...headers });
    let answer: Http2Headers = {};
    let trailers: Http2Headers = {};
    const body: Buffer[] = [];
    stream.on('response', (received: Http2Headers) => (answer = received));
    stream.on('trailers', (received: Http2Headers) => (trailers = received));
    stream.on('data', (chunk: Buffer) => body.push(chunk));
    stream.on('error', (error: Error) => {
      if (answer[':status'] === undefined) reject(error);
    });
    stream.on('close', () =>
      resolve({ headers: answer, trailers, body: Buffer.concat(body), resetCode: stream.rstCode }),
    );
    for (const chunk of chunks) stream.write(chunk);
    if (!open) stream.end();
  });
}

/** A gRPC message in its frame. */
export function frame(message: Uint8Array, compressed = false): Buffer {
  const head = Buffer.alloc(5);
  head[0] = compressed ? 1 : 0;
  head.writeUInt32BE(message.byteLength, 1);
  return Buffer.concat([head, message]);
}

export function callGrpc(
  session: ClientHttp2Session,
  message: Uint8Array,
  headers: Http2Headers = {},
): Promise<Http2Answer> {
  return exchange(session, { ...GRPC_HEADERS, ...headers }, [frame(message, headers['grpc-encoding'] !== undefined)]);
}

export const GRPC_HEADERS: Http2Headers = {
  ':path': TRACE_EXPORT,
  'content-type': 'application/grpc',
  te: 'trailers',
  'user-agent': 'OTel-OTLP-Exporter-Test/1.0',
};

/** Status of a finished call: in the trailers, or in the head of a trailers-only answer. */
export function grpcStatus({ headers, trailers }: Http2Answer): number {
  return Number(trailers['grpc-status'] ?? headers['grpc-status']);
}

export function grpcMessage({ headers, trailers }: Http2Answer): string {
  return decodeURIComponent(String(trailers['grpc-message'] ?? headers['grpc-message'] ?? ''));
}

const FRAME_TYPE = { DATA: 0, HEADERS: 1, RST_STREAM: 3, SETTINGS: 4, PING: 6, GOAWAY: 7 } as const;
export const END_STREAM = 1;
const END_HEADERS = 4;

/** An HTTP/2 frame (RFC 9113, 4.1), for what a well-behaved client cannot be made to send. */
export function http2Frame(
  type: keyof typeof FRAME_TYPE,
  streamId: number,
  payload: Uint8Array,
  flags?: number,
): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.byteLength, 0, 3);
  head[3] = FRAME_TYPE[type];
  head[4] = flags ?? (type === 'HEADERS' ? END_HEADERS : 0);
  head.writeUInt32BE(streamId, 5);
  return Buffer.concat([head, payload]);
}

/** The client preface and empty settings. */
export const HTTP2_START = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  http2Frame('SETTINGS', 0, Buffer.alloc(0)),
]);

/** The HPACK block of a POST: indexed `:method` and `:scheme`, literals without indexing for the rest. */
export function headerBlock(path: string, contentType: string): Buffer {
  const literal = (name: readonly number[], value: string): Buffer =>
    Buffer.from([...name, value.length, ...Buffer.from(value)]);
  return Buffer.concat([
    Buffer.from([0x83, 0x86]),
    literal([0x04], path),
    literal([0x01], 'localhost'),
    literal([0x0f, 0x10], contentType),
  ]);
}
