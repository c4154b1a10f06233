import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import {
  CHALLENGE_MS,
  challengeFields,
  CLOSE,
  isProof,
  MAX_CHALLENGE_BYTES,
  proofOf,
  type Nonces,
} from './challenge.ts';
import { isRandomHex, randomHex } from './ownerRecord.ts';
import { MAX_MESSAGE_BYTES, WsLink } from './wsLink.ts';

export const HUB_PATH = '/hub';
/** Says in refusals that this is a hub: one that is too busy is no stranger on its port. */
export const HUB_NAME = 'spanline-hub';

const MAX_CLIENTS = 64;
/** Connections that have not proved themselves; of more, the oldest go: who knows the secret is done in milliseconds. */
const MAX_UNPROVEN = 32;

export interface HubServerOptions {
  /** Hex, see `OwnerRecord`. */
  readonly secret: string;
  readonly version: string;
  /** Called for each client that has proved itself. */
  readonly onClient: (link: WsLink) => void;
  readonly log: (message: string) => void;
  /** Milliseconds for the challenge; {@link CHALLENGE_MS} unless told. */
  readonly challengeMs?: number;
  /** Answers plain requests, for a page in a browser; without it there is nothing to see. Host is checked before. */
  readonly page?: (
    request: IncomingMessage,
    respond: (status: number, headers: object, body: Uint8Array) => void,
  ) => void;
  /** The secret a browser's page (a request with an Origin) must know, once; undefined refuses it. */
  readonly browserSecret?: (request: IncomingMessage) => string | undefined;
}

/**
 * The owner's door for other windows, on a free port of 127.0.0.1. Requests from web pages (any with an Origin) and with
 * another Host are refused; then both ends prove that they know the secret before a message passes.
 */
export class HubServer {
  readonly port: number;
  readonly #options: HubServerOptions;
  readonly #http: Server;
  readonly #webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
  });
  readonly #sockets = new Set<Duplex>();
  /** In order of arrival. */
  readonly #unproven = new Set<Duplex>();
  readonly #links = new Set<WsLink>();

  private constructor(http: Server, options: HubServerOptions) {
    this.#http = http;
    this.#options = options;
    this.port = (http.address() as AddressInfo).port;
    http.on('connection', (socket) => this.#onConnection(socket));
    http.on('request', (request, response) => {
      const respond = (status: number, headers: object, body: Uint8Array): void => {
        response.writeHead(status, { server: HUB_NAME, ...headers }).end(body);
      };
      if (this.#isOurHost(request) && this.#options.page) this.#options.page(request, respond);
      else respond(404, {}, new Uint8Array());
    });
    http.on('upgrade', (request, socket, head) => this.#onUpgrade(request, socket, head));
    http.on('error', (error) => options.log(`hub: ${error.message}`));
  }

  /** Rejects when no port of 127.0.0.1 can be opened. */
  static async listen(options: HubServerOptions): Promise<HubServer> {
    const http = createServer({ headersTimeout: CHALLENGE_MS, requestTimeout: CHALLENGE_MS, maxHeaderSize: 8192 });
    await new Promise<void>((resolve, reject) => {
      http.once('error', reject);
      http.listen({ host: '127.0.0.1', port: 0 }, () => {
        http.removeListener('error', reject);
        resolve();
      });
    });
    return new HubServer(http, options);
  }

  get clients(): number {
    return this.#links.size;
  }

  /** Says something to every client, see {@link WsLink.say}. */
  say(word: Readonly<Record<string, unknown>>): void {
    for (const link of this.#links) link.say(word);
  }

  /** Stops listening first, so that nobody takes what is ending for an owner; then ends every connection. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#http.close(() => resolve());
    });
    for (const socket of this.#sockets) socket.destroy();
    this.#webSockets.close();
    await closed;
  }

  #onConnection(socket: Socket): void {
    this.#sockets.add(socket);
    this.#unproven.add(socket);
    const timer = setTimeout(() => {
      if (this.#unproven.has(socket)) socket.destroy();
    }, this.#options.challengeMs ?? CHALLENGE_MS);
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      clearTimeout(timer);
      this.#sockets.delete(socket);
      this.#unproven.delete(socket);
    });
    if (this.#unproven.size > MAX_UNPROVEN) {
      const [oldest] = this.#unproven;
      oldest?.destroy();
    }
  }

  #onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const refuse = (status: string): void => {
      socket.end(`HTTP/1.1 ${status}\r\nserver: ${HUB_NAME}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
    };
    if (request.url !== HUB_PATH) {
      refuse('404 Not Found');
      return;
    }
    if (!this.#isOurHost(request)) {
      refuse('403 Forbidden');
      return;
    }
    const fromPage = request.headers.origin !== undefined;
    const secret = fromPage ? this.#options.browserSecret?.(request) : this.#options.secret;
    if (secret === undefined) {
      refuse('403 Forbidden');
      return;
    }
    if (this.#links.size >= MAX_CLIENTS) {
      refuse('503 Service Unavailable');
      return;
    }
    // A message is whole only when all of it is here: until the challenge is over, count what comes.
    let unproven = 0;
    const count = (chunk: Buffer): void => {
      unproven += chunk.length;
      if (unproven > 2 * MAX_CHALLENGE_BYTES) socket.destroy();
    };
    socket.on('data', count);
    this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      this.#challenge(webSocket, secret, () => {
        socket.removeListener('data', count);
        this.#unproven.delete(socket);
      });
    });
  }

  #challenge(socket: WebSocket, secret: string, onProven: () => void): void {
    let nonces: Nonces | undefined;
    const refuse = (code: number, reason: string): void => {
      this.#options.log(`hub: a connection was refused: ${reason}`);
      socket.close(code, reason);
    };
    const onMessage = (data: unknown, isBinary: boolean): void => {
      const fields = challengeFields(data, isBinary);
      if (nonces === undefined) {
        const { hello, version } = fields;
        if (!isRandomHex(hello) || typeof version !== 'string') {
          refuse(CLOSE.refused, 'no hello');
          return;
        }
        nonces = { client: hello, server: randomHex(), clientVersion: version, serverVersion: this.#options.version };
        const proof = proofOf(secret, 'server', nonces);
        socket.send(JSON.stringify({ hello: nonces.server, version: nonces.serverVersion, proof }));
        return;
      }
      socket.removeListener('message', onMessage);
      if (!isProof(fields['proof'], secret, 'client', nonces)) {
        refuse(CLOSE.refused, 'the proof is wrong');
        return;
      }
      if (nonces.clientVersion !== nonces.serverVersion) {
        refuse(CLOSE.otherVersion, 'another version');
        return;
      }
      onProven();
      socket.send(JSON.stringify({ welcome: true }));
      this.#welcome(new WsLink(socket));
    };
    socket.on('message', onMessage);
    socket.on('error', () => undefined);
  }

  #welcome(link: WsLink): void {
    this.#links.add(link);
    link.onClose(() => this.#links.delete(link));
    this.#options.onClient(link);
  }

  #isOurHost(request: IncomingMessage): boolean {
    const { host } = request.headers;
    return host === `127.0.0.1:${this.port}` || host === `localhost:${this.port}`;
  }
}
