// A server of the HTTP bench, in a process of its own that loads no more than its kind needs. Over IPC: tells its port, and
// for each `measure` the CPU microseconds its thread used since the last one; `reset` drops what it stored.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import type { IngestSink } from '../../src/engine/receiver/intake.ts';

export type ServerKind = 'discard' | 'gunzipDiscard' | 'receiver' | 'receiverDiscard' | 'receiverProtobufjs';

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
  if (kind === 'receiverDiscard') return { ingest: () => ({ accepted: 1, rejected: 0, message: '' }) };
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
  return { ingest: (_signal, body) => store.ingestTraces(body) };
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

const kind = process.argv[2] as ServerKind;
const plain = kind === 'discard' || kind === 'gunzipDiscard';
const port = await (plain ? listenPlain(kind === 'gunzipDiscard') : listenReceiver(kind));
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
