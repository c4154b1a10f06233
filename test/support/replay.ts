import { once } from 'node:events';
import { connect } from 'node:net';

interface ReplayOptions {
  /** At most this many bytes are written at once. */
  readonly pieceBytes: number;
  /** Whether every request was answered; asked whenever an answer comes in. */
  readonly answered: () => boolean;
}

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const FRAME_HEAD_BYTES = 9;
const GOAWAY = 7;

/**
 * Sends to a port what a client once sent, a connection for each of its connections, and resolves when all is answered
 * and they are closed. What a client says when it leaves is sent after the answers, as it was. Rejects when a connection
 * ends before that.
 */
export async function replay(port: number, connections: readonly Buffer[], options: ReplayOptions): Promise<void> {
  const sockets = connections.map(() => connect({ port, host: '127.0.0.1', noDelay: true }));
  try {
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (options.answered()) resolve();
      };
      for (const [index, socket] of sockets.entries()) {
        const bytes = connections[index] ?? Buffer.alloc(0);
        socket.on('data', look);
        socket.on('error', reject);
        socket.on('close', () => reject(new Error('a connection was closed before everything was answered')));
        write(socket, bytes.subarray(0, leaveOffset(bytes)), options.pieceBytes);
      }
    });
    for (const [index, socket] of sockets.entries()) {
      const bytes = connections[index] ?? Buffer.alloc(0);
      const closed = once(socket, 'close');
      socket.end(bytes.subarray(leaveOffset(bytes)));
      await closed;
    }
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

function write(socket: ReturnType<typeof connect>, bytes: Buffer, pieceBytes: number): void {
  if (bytes.byteLength === 0 || socket.destroyed) return;
  socket.write(bytes.subarray(0, pieceBytes), () => {
    setImmediate(() => write(socket, bytes.subarray(pieceBytes), pieceBytes));
  });
}

/** Where a client's HTTP/2 GOAWAY starts (RFC 9113, 6.8); the end when it sent none, or HTTP/1.1. */
function leaveOffset(bytes: Buffer): number {
  if (!bytes.subarray(0, PREFACE.byteLength).equals(PREFACE)) return bytes.byteLength;
  let at = PREFACE.byteLength;
  while (at + FRAME_HEAD_BYTES <= bytes.byteLength && bytes[at + 3] !== GOAWAY) {
    at += FRAME_HEAD_BYTES + bytes.readUIntBE(at, 3);
  }
  return Math.min(at, bytes.byteLength);
}
