import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { SpanKind, context, propagation, trace, type Context, type Span } from '@opentelemetry/api';
import { finish, startTelemetry, traceHeaders } from './telemetry.ts';

const tracer = trace.getTracer('ticket-triage.http');
const maxBodyBytes = 1 << 20;
/** Without a receiver the exporters try again for ten seconds; nobody wants to wait that long for Ctrl+C. */
const maxShutdownMs = 5_000;

/** An error whose message and status are the answer to the caller. */
export class HttpError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'HttpError';
    this.status = status;
  }
}

/** One parsed POST; `parent` is the context the caller sent in its `traceparent` header. */
export interface ApiRequest {
  body: unknown;
  parent: Context;
}

export type Route = (request: ApiRequest) => Promise<unknown>;

/**
 * Runs one service: telemetry, an HTTP server with the given POST routes, a `ready` message to the parent process, and
 * a shutdown on SIGTERM, SIGINT or when the parent goes away, which sends what is buffered.
 */
export async function runService(serviceName: string, routes: Record<string, Route>): Promise<void> {
  const stopTelemetry = startTelemetry(serviceName);
  const server = createServer((request, response) => {
    void answer(request, response, routes);
  });

  try {
    server.listen(Number(process.env['PORT'] ?? 0), '127.0.0.1');
    await once(server, 'listening');
  } catch (error) {
    console.error(`${serviceName}: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  }
  const { port } = server.address() as AddressInfo;
  const ready = { ready: true, service: serviceName, url: `http://127.0.0.1:${String(port)}` };
  if (process.send) process.send(ready);
  else console.log(JSON.stringify(ready));

  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    server.close();
    server.closeAllConnections();
    void Promise.race([stopTelemetry(), setTimeout(maxShutdownMs)]).then(() => process.exit(0));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('disconnect', stop);
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  routes: Record<string, Route>,
): Promise<void> {
  let status = 200;
  let payload: unknown;
  try {
    const route = request.method === 'POST' ? routes[request.url ?? ''] : undefined;
    if (!route) throw new HttpError(404, `no route for ${String(request.method)} ${String(request.url)}`);
    payload = await route({
      body: parse(await readBody(request)),
      parent: propagation.extract(context.active(), request.headers),
    });
  } catch (error) {
    status = error instanceof HttpError ? error.status : 500;
    payload = { error: error instanceof Error ? error.message : String(error) };
  }
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(payload));
}

/**
 * `finish` for a server span: notes the status the caller will get. A 4xx is the caller's mistake, so, as the HTTP
 * semantic conventions ask, it leaves the span's status unset.
 */
export async function finishRequest<T>(span: Span, work: () => T | Promise<T>): Promise<T> {
  let refused: HttpError | undefined;
  const result = await finish(span, async () => {
    try {
      const value = await work();
      span.setAttribute('http.response.status_code', 200);
      return value;
    } catch (error) {
      const status = error instanceof HttpError ? error.status : 500;
      span.setAttribute('http.response.status_code', status);
      if (!(error instanceof HttpError) || status >= 500) throw error;
      refused = error;
      return undefined;
    }
  });
  if (refused) throw refused;
  return result as T;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBodyBytes) throw new HttpError(413, 'the body is larger than 1 MiB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpError(400, 'the body is not JSON');
  }
}

/**
 * Calls a route of another service inside a client span, sending the trace context along.
 *
 * @throws HttpError with the service's own status when that is 4xx, else 502
 */
export async function callService<T>(baseUrl: string, path: string, body: unknown): Promise<T> {
  const url = new URL(path, baseUrl);
  const attributes = {
    'http.request.method': 'POST',
    'url.full': url.href,
    'server.address': url.hostname,
    'server.port': Number(url.port),
  };
  return tracer.startActiveSpan('POST', { kind: SpanKind.CLIENT, attributes }, (span) =>
    finish(span, async () => {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...traceHeaders() },
        body: JSON.stringify(body),
      });
      span.setAttribute('http.response.status_code', response.status);
      const payload = (await response.json()) as T & { error?: string };
      if (!response.ok) {
        const status = response.status < 500 ? response.status : 502;
        throw new HttpError(status, `${path} answered ${String(response.status)}: ${payload.error ?? ''}`);
      }
      return payload;
    }),
  );
}
