import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

export interface TapOptions {
  /**
   * Asked before each piece of an answer is passed on, with the bytes its connection has sent so far. When it says no,
   * the piece is dropped and the connection cut, as when a network breaks.
   */
  readonly mayAnswer?: (sentBytes: number) => boolean;
}

/** A relay on a port of its own that keeps what each client sent, byte for byte. */
export interface Tap {
  readonly port: number;
  /** What came over each connection so far, in the order they were opened; silent ones left out. */
  sent(): Buffer[];
  close(): Promise<void>;
}

/** Starts a relay to a port of this machine. */
export async function startTap(target: number, { mayAnswer = () => true }: TapOptions = {}): Promise<Tap> {
  const connections: Buffer[][] = [];
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (client) => {
    const pieces: Buffer[] = [];
    let sentBytes = 0;
    connections.push(pieces);
    const upstream = connect({ port: target, host: '127.0.0.1', noDelay: true });
    const cut = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', cut);
      socket.on('close', () => sockets.delete(socket));
    }
    client.on('data', (piece: Buffer) => {
      pieces.push(piece);
      sentBytes += piece.byteLength;
      upstream.write(piece);
    });
    upstream.on('data', (piece: Buffer) => {
      if (mayAnswer(sentBytes)) client.write(piece);
      else cut();
    });
    client.on('end', () => upstream.end());
    upstream.on('end', () => client.end());
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    sent: () => connections.map((pieces) => Buffer.concat(pieces)).filter(({ byteLength }) => byteLength > 0),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
