import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { buffer, json } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { writeJson } from '../../../src/core/otlp/jsonWriter.ts';
import type { CaptureFile } from './captureFile.ts';

type Spans = CaptureFile['traces']['resourceSpans'][number];
type Logs = CaptureFile['logs']['resourceLogs'][number];

/** A receiver of OTLP over HTTP, both encodings, that keeps everything as OTLP/JSON. */
export interface Collected {
  readonly server: Server;
  readonly spans: Spans[];
  readonly logs: Logs[];
  /** When the last request came, by `performance.now()`. */
  lastAt: number;
}

export async function startCollecting(): Promise<Collected> {
  const collected: Collected = { server: createServer(), spans: [], logs: [], lastAt: performance.now() };
  collected.server.on('request', (request, response) => {
    void (async () => {
      const signal = request.url?.endsWith('/logs') === true ? 'logs' : 'traces';
      const isJson = request.headers['content-type']?.includes('json') === true;
      if (request.url?.endsWith('/metrics') === true) {
        await buffer(request);
      } else if (isJson) {
        take(await json(request));
      } else {
        const body = await buffer(request);
        const bytes = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
        take(JSON.parse(new TextDecoder().decode(writeJson(signal, bytes))));
      }
      collected.lastAt = performance.now();
      response.writeHead(200, { 'content-type': isJson ? 'application/json' : 'application/x-protobuf' });
      response.end(isJson ? '{}' : '');
    })();
  });
  const take = (request: unknown): void => {
    const { resourceSpans = [], resourceLogs = [] } = request as { resourceSpans?: Spans[]; resourceLogs?: Logs[] };
    collected.spans.push(...resourceSpans);
    collected.logs.push(...resourceLogs);
  };
  collected.server.listen(0, '127.0.0.1');
  await once(collected.server, 'listening');
  return collected;
}
