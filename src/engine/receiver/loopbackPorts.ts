import { request } from 'node:http';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import type { PortHolder } from '../../protocol/engineApi.ts';
import { SERVER_NAME } from './otlpHttp.ts';
import { lookUpListener } from './listenerLookup.ts';
import type { ConnectionEnds } from './senderLookup.ts';

export const LOOPBACK_ADDRESSES = ['127.0.0.1', '::1'] as const;
const PROBE_TIMEOUT_MS = 1000;
const FREE_PORT_ATTEMPTS = 20;

export interface ListenOptions {
  readonly connections: number;
  readonly onConnection: (socket: Socket) => void;
  /** A connection beyond the limit was closed. */
  readonly onDrop: (connection: ConnectionEnds) => void;
}

/** One port open on every loopback family the machine has. */
export interface LoopbackPort {
  readonly port: number;
  readonly hosts: readonly string[];
  readonly servers: readonly Server[];
}

export type ListenOutcome = LoopbackPort | { readonly taken: true } | { readonly failed: string };

/**
 * Listens on `port` of 127.0.0.1 and ::1, or on neither: a port that is taken on one family is taken. A machine
 * without IPv6 is served on IPv4 alone. Port 0 finds one that is free on both.
 */
export async function listenOnLoopback(port: number, options: ListenOptions): Promise<ListenOutcome> {
  if (port !== 0) return listenOn(port, options);
  for (let attempt = 0; attempt < FREE_PORT_ATTEMPTS; attempt++) {
    const outcome = await listenOn(0, options);
    if (!('taken' in outcome)) return outcome;
  }
  return { failed: 'No port is free on both 127.0.0.1 and ::1.' };
}

async function listenOn(wanted: number, options: ListenOptions): Promise<ListenOutcome> {
  const servers: Server[] = [];
  const hosts: string[] = [];
  let port = wanted;
  for (const host of LOOPBACK_ADDRESSES) {
    const server = newServer(options);
    const failed = await listen(server, port, host);
    if (failed === undefined) {
      const address = server.address();
      if (address !== null && typeof address === 'object') port = address.port;
      servers.push(server);
      hosts.push(host);
      continue;
    }
    if (host === '::1' && (failed === 'EADDRNOTAVAIL' || failed === 'EAFNOSUPPORT' || failed === 'EINVAL')) continue;
    await Promise.all(servers.map(closeServer));
    return failed === 'EADDRINUSE' ? { taken: true } : { failed: listenFailure(failed, host, port) };
  }
  return { port, hosts, servers };
}

/** Listens on `port` of one more address; resolves with the server, or with why it could not. */
export async function listenAt(
  host: string,
  port: number,
  options: ListenOptions,
): Promise<{ readonly server: Server } | { readonly failed: string }> {
  const server = newServer(options);
  const failed = await listen(server, port, host);
  return failed === undefined ? { server } : { failed: listenFailure(failed, host, port) };
}

function newServer(options: ListenOptions): Server {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, options.onConnection);
  server.maxConnections = options.connections;
  server.on('drop', (ends) => options.onDrop(ends ?? {}));
  return server;
}

/** Resolves with undefined, or the system's error code. */
function listen(server: Server, port: number, host: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const onError = (error: NodeJS.ErrnoException): void => resolve(error.code ?? error.message);
    server.once('error', onError);
    server.listen({ port, host }, () => {
      server.removeListener('error', onError);
      // Accepting can fail later (too many open files); the next connection tries again.
      server.on('error', () => undefined);
      resolve(undefined);
    });
  });
}

export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

function listenFailure(code: string, host: string, port: number): string {
  const cure =
    code === 'EACCES' ? ' Ports below 1024, and ports the system reserves, cannot be used: choose another.' : '';
  return `Port ${port} on ${host} cannot be opened (${code}).${cure}`;
}

/** Who already listens on a port, on either loopback family; undefined when nobody does. */
export async function findHolder(port: number): Promise<PortHolder | undefined> {
  const answering = (await Promise.all(LOOPBACK_ADDRESSES.map((host) => canConnect(port, host)))).findIndex(Boolean);
  const host = LOOPBACK_ADDRESSES[answering];
  return host === undefined ? undefined : describeHolder(port, host);
}

/** `host`: where it was found to listen. */
export async function describeHolder(port: number, host: string): Promise<PortHolder> {
  const [spanline, listener] = await Promise.all([isSpanline(port, host), lookUpListener(port, PROBE_TIMEOUT_MS)]);
  return { port, kind: spanline ? 'spanline' : 'foreign', ...listener };
}

/** A listener that is too busy to accept in time still holds the port. */
function canConnect(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host, timeout: PROBE_TIMEOUT_MS });
    const settle = (taken: boolean): void => {
      socket.destroy();
      resolve(taken);
    };
    socket.once('connect', () => settle(true));
    socket.once('timeout', () => settle(true));
    socket.once('error', () => settle(false));
  });
}

function isSpanline(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = request({ host, port, path: '/', agent: false, timeout: PROBE_TIMEOUT_MS }, (response) => {
      resolve(response.headers['server'] === SERVER_NAME);
      probe.destroy();
    });
    // A holder that keeps answering with junk is cut as well as a silent one.
    const timer = setTimeout(() => probe.destroy(), PROBE_TIMEOUT_MS);
    probe.once('error', () => resolve(false));
    probe.once('close', () => {
      clearTimeout(timer);
      resolve(false);
    });
    probe.end();
  });
}
