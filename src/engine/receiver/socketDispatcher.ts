import type { Socket } from 'node:net';

/** What the first bytes of a connection are. */
export type WireProtocol = 'http1' | 'http2' | 'tls';

/** Of the HTTP/2 preface `PRI * HTTP/2.0`; no HTTP/1.1 method starts so. */
const HTTP2_START = Buffer.from('PRI ');
const TLS_HANDSHAKE = 0x16;

/** Tells by the first bytes; undefined while there are too few. Anything that is neither TLS nor HTTP/2 is HTTP/1.1's to judge. */
export function sniffProtocol(bytes: Uint8Array): WireProtocol | undefined {
  if (bytes.byteLength === 0) return undefined;
  if (bytes[0] === TLS_HANDSHAKE) {
    if (bytes.byteLength < 2) return undefined;
    return bytes[1] === 3 ? 'tls' : 'http1';
  }
  const shared = Math.min(bytes.byteLength, HTTP2_START.byteLength);
  if (!HTTP2_START.subarray(0, shared).equals(bytes.subarray(0, shared))) return 'http1';
  return shared === HTTP2_START.byteLength ? 'http2' : undefined;
}

/**
 * Waits for a connection's first bytes, puts them back, and calls `hand` with what they are; a connection that stays
 * silent for `timeoutMs` is closed. The socket is handed on paused.
 */
export function dispatchSocket(
  socket: Socket,
  timeoutMs: number,
  hand: (protocol: WireProtocol, socket: Socket) => void,
): void {
  let seen: Buffer = Buffer.alloc(0);
  const timer = setTimeout(() => socket.destroy(), timeoutMs);
  timer.unref();
  const done = (): void => {
    clearTimeout(timer);
    socket.removeListener('data', onData);
    socket.removeListener('end', onEnd);
    socket.removeListener('close', done);
  };
  const onEnd = (): void => {
    done();
    socket.destroy();
  };
  const onData = (chunk: Buffer): void => {
    seen = seen.byteLength === 0 ? chunk : Buffer.concat([seen, chunk]);
    const protocol = sniffProtocol(seen);
    if (protocol === undefined) return;
    done();
    socket.pause();
    socket.unshift(seen);
    hand(protocol, socket);
  };
  socket.on('data', onData);
  socket.once('end', onEnd);
  socket.once('close', done);
}
