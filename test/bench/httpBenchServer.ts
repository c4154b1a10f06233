// A server of the HTTP bench, in a process of its own that loads no more than its kind needs. Over IPC: tells its port, and
// for each `measure` the CPU microseconds its thread used since the last one; `reset` drops what it stored.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import type { IngestSink } from '../../src/engine/receiver/intake.ts';

export type ServerKind =
  | 'discard'
  | 'gunzipDiscard'
  | 'receiver'
  | 'receiverDiscard'
  | 'receiverProtobufjs'
  | 'receiverRedact'
  | 'grpcJs'
  | 'grpcJsDiscard';

const MAX_BODY = 64 * 1024 * 1024;

/** The plain alternative: reads a body (and inflates it), forgets it, answers. */
async function listenPlain(gunzip: boolean): Promise<number> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => {
      if (gunzip) chunks.push(chunk);
    });
    request.on('end', () => {
      if (gunzip) gunzipSync(Buffer.concat(chunks), { maxOutputLength: MAX_BODY });
      response.writeHead(200, { 'content-type': 'application/x-protobuf', 'content-length': '0' });
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

let reset = (): void => undefined;

async function makeSink(kind: ServerKind): Promise<IngestSink> {
  if (kind === 'receiverDiscard' || kind === 'grpcJsDiscard')
    return { ingest: () => ({ accepted: 1, rejected: 0, message: '' }) };
  if (kind === 'receiverProtobufjs') {
    const { otlpType } = await import('../support/otlpProto.ts');
    const type = otlpType('ExportTraceServiceRequest');
    const held: unknown[] = [];
    reset = () => (held.length = 0);
    return {
      ingest(_signal, body) {
        held.push(type.decode(body));
        return { accepted: 1, rejected: 0, message: '' };
      },
    };
  }
  const { TraceStore } = await import('../../src/core/store/traceStore.ts');
  const makeStore = (): InstanceType<typeof TraceStore> => new TraceStore({ now: Date.now, maxBytes: 2 ** 31 });
  let store = makeStore();
  reset = () => (store = makeStore());
  if (kind !== 'receiverRedact') return { ingest: (_signal, body) => store.ingestTraces(body) };
  const { Redaction } = await import('../../src/engine/redaction.ts');
  const redaction = new Redaction();
  return {
    ingest(signal, body) {
      redaction.mask(signal, body);
      return store.ingestTraces(body);
    },
  };
}

async function listenReceiver(kind: ServerKind): Promise<number> {
  const { Receiver } = await import('../../src/engine/receiver/receiver.ts');
  const receiver = new Receiver({
    ingest: await makeSink(kind),
    onProblem: ({ message }) => console.error(message),
    now: Date.now,
    log: () => undefined,
  });
  const state = await receiver.start({ httpPort: 0, grpcPort: 0, maxBodyBytes: MAX_BODY, allowedHosts: [] });
  if (state.kind !== 'listening') throw new Error(state.kind);
  return state.httpPort;
}

/** The usual gRPC server of Node, handing the message's bytes to the same sink. */
async function listenGrpcJs(kind: ServerKind): Promise<number> {
  const { Server, ServerCredentials } = await import('@grpc/grpc-js');
  const sink = await makeSink(kind);
  const server = new Server({ 'grpc.max_receive_message_length': MAX_BODY });
  const path = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
  const pass = (bytes: Buffer): Buffer => bytes;
  const method = { path, requestStream: false, responseStream: false } as const;
  const coding = {
    requestSerialize: pass,
    requestDeserialize: pass,
    responseSerialize: pass,
    responseDeserialize: pass,
  };
  server.addService(
    { Export: { ...method, ...coding } },
    {
      Export(call: { readonly request: Buffer }, answer: (error: null, message: Buffer) => void) {
        // A copy, as the store keeps it and pooled buffers are larger; the receiver's slab is the same.
        sink.ingest('traces', Uint8Array.from(call.request));
        answer(null, Buffer.alloc(0));
      },
    },
  );
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error);
      else resolve(port);
    });
  });
}

const kind = process.argv[2] as ServerKind;
const plain = kind === 'discard' || kind === 'gunzipDiscard';
const isGrpcJs = kind === 'grpcJs' || kind === 'grpcJsDiscard';
const port = await (plain
  ? listenPlain(kind === 'gunzipDiscard')
  : isGrpcJs
    ? listenGrpcJs(kind)
    : listenReceiver(kind));
let used = process.threadCpuUsage();
process.on('message', (command: 'measure' | 'reset') => {
  if (command === 'reset') {
    reset();
    used = process.threadCpuUsage();
    process.send?.({ reset: true });
    return;
  }
  const since = process.threadCpuUsage(used);
  used = process.threadCpuUsage();
  process.send?.({ micros: since.user + since.system });
});
process.on('disconnect', () => process.exit());
process.send?.({ port });
