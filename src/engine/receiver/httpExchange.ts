import { constants } from 'node:http2';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { IncomingHttpHeaders as Http2Headers, ServerHttp2Stream } from 'node:http2';
import type { Readable } from 'node:stream';
import { linger } from './linger.ts';
import type { ReceiverLimits } from './receiverLimits.ts';
import type { ConnectionEnds } from './senderLookup.ts';

/** One request and the way to answer it, the same over HTTP/1.1 and HTTP/2. */
export interface HttpExchange {
  readonly method: string;
  readonly url: string;
  /** Host or `:authority`; that of a target in absolute form goes before Host (RFC 9112, 3.2.2). */
  readonly authority: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable;
  readonly connection: ConnectionEnds | undefined;
  /** Whether the sender gave up: HTTP/2 ends the body then as if it were complete. */
  readonly aborted: boolean;
  /** Asks a client that waits for `100 Continue` to send its body. */
  proceed(): void;
  /** Answers; the request's body may be unread. Called at most once. */
  respond(status: number, headers: Readonly<Record<string, string>>, body: Uint8Array): void;
}

export class Http1Exchange implements HttpExchange {
  readonly method: string;
  readonly url: string;
  readonly authority: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #limits: ReceiverLimits;
  #awaitsContinue: boolean;

  constructor(request: IncomingMessage, response: ServerResponse, limits: ReceiverLimits, awaitsContinue: boolean) {
    this.method = request.method ?? '';
    this.url = request.url ?? '';
    this.authority = request.headers.host && (targetAuthority(this.url) ?? request.headers.host);
    this.headers = request.headers;
    this.body = request;
    this.#response = response;
    this.#limits = limits;
    this.#awaitsContinue = awaitsContinue;
  }

  get connection(): ConnectionEnds {
    return this.body.socket;
  }

  get aborted(): boolean {
    return this.body.destroyed && !this.body.complete;
  }

  proceed(): void {
    if (!this.#awaitsContinue) return;
    this.#awaitsContinue = false;
    this.#response.writeContinue();
  }

  respond(status: number, headers: Readonly<Record<string, string>>, body: Uint8Array): void {
    const response = this.#response;
    if (response.destroyed || response.headersSent) return;
    const length = String(body.byteLength);
    if (this.body.readableEnded || !hasBody(this.headers)) {
      response.writeHead(status, { ...headers, 'content-length': length });
      // An empty body would be a second buffer to write.
      if (body.byteLength === 0) response.end();
      else response.end(body);
      return;
    }
    response.writeHead(status, { ...headers, 'content-length': length, connection: 'close' });
    response.write(body);
    // A client that waits for `100 Continue` sends nothing that could get in the way.
    if (this.#awaitsContinue) response.end();
    else linger(this.body, this.#limits, () => response.end());
  }
}

export class Http2Exchange implements HttpExchange {
  readonly method: string;
  readonly url: string;
  readonly authority: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: ServerHttp2Stream;
  readonly #limits: ReceiverLimits;

  constructor(stream: ServerHttp2Stream, headers: Http2Headers, limits: ReceiverLimits) {
    this.#limits = limits;
    this.method = headers[':method'] ?? '';
    this.url = headers[':path'] ?? '';
    this.authority = headers[':authority'] ?? headers.host;
    this.headers = headers;
    this.body = stream;
  }

  get connection(): ConnectionEnds | undefined {
    return connectionOf(this.body);
  }

  get aborted(): boolean {
    return this.body.aborted;
  }

  proceed(): void {
    // Expect: 100-continue is answered by node:http2 itself.
  }

  respond(status: number, headers: Readonly<Record<string, string>>, body: Uint8Array): void {
    const stream = this.body;
    if (stream.destroyed || stream.closed || stream.headersSent) return;
    stream.respond({ ...headers, ':status': status, 'content-length': String(body.byteLength) });
    stream.end(body);
    dropUnread(stream, this.#limits);
    stopSender(stream, this.#limits);
  }
}

/**
 * After a whole answer: lets the sender finish, or tells it to stop (RST_STREAM with NO_ERROR, RFC 9113, 8.1) when it
 * goes on. Not at once: before Node 24 the reset overtakes the answer.
 */
export function stopSender(stream: ServerHttp2Stream, limits: ReceiverLimits): void {
  if (stream.readableEnded) return;
  linger(stream, limits, (ended) => {
    if (!ended) stream.close(constants.NGHTTP2_NO_ERROR);
  });
}

/** Once an answer is on its way: gives the stream up when the client stops taking it. */
export function dropUnread(stream: ServerHttp2Stream, limits: ReceiverLimits): void {
  stream.setTimeout(limits.answerTimeoutMs, () => stream.close(constants.NGHTTP2_CANCEL));
}

/** Undefined once the session is gone. */
export function connectionOf(stream: ServerHttp2Stream): ConnectionEnds | undefined {
  const { session } = stream;
  return session === undefined || session.destroyed ? undefined : session.socket;
}

/** Of a request target in absolute form; undefined for a path. */
function targetAuthority(target: string): string | undefined {
  return /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(target)?.[1];
}

function hasBody(headers: IncomingHttpHeaders): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}
