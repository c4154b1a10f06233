import { createServer as createHttpServer, STATUS_CODES } from 'node:http';
import type { IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http';
import { constants, createServer as createHttp2Server } from 'node:http2';
import type { Http2Server, ServerHttp2Session, ServerHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import type { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import { Http1Exchange, Http2Exchange } from './httpExchange.ts';
import type { Intake } from './intake.ts';
import { isGrpc, OtlpGrpc } from './otlpGrpc.ts';
import { OtlpHttp, SERVER_NAME } from './otlpHttp.ts';
import { GRPC_STATUS, refusal } from './refusal.ts';

/** Bytes a client may send ahead of our reading, per stream and per connection: a batch should never wait for a window. */
const STREAM_WINDOW = 4 * 1024 * 1024;
const CONNECTION_WINDOW = 16 * 1024 * 1024;
const MAX_FRAME = 256 * 1024;
/** The code of an error of a whole HTTP/2 session; a reset stream's is another. */
const SESSION_ERROR = 'ERR_HTTP2_ERROR';

/**
 * The HTTP/1.1 and HTTP/2 protocol machines. They listen on nothing: connections whose protocol is known are handed
 * to them, whichever port they came in by.
 */
export class ProtocolServers {
  readonly #intake: Intake;
  readonly #http: HttpServer;
  readonly #http2: Http2Server;
  readonly #otlpHttp: OtlpHttp;
  readonly #otlpGrpc: OtlpGrpc;
  /** The latest answer of each HTTP/1.1 connection. */
  readonly #answers = new WeakMap<Duplex, ServerResponse>();

  constructor(intake: Intake) {
    this.#intake = intake;
    this.#otlpHttp = new OtlpHttp(intake);
    this.#otlpGrpc = new OtlpGrpc(intake);
    this.#http = this.#createHttp1();
    this.#http2 = this.#createHttp2();
  }

  /** `socket` is paused and its first bytes are unread. */
  takeHttp1(socket: Socket): void {
    this.#http.emit('connection', socket);
    socket.resume();
  }

  /** `socket` is paused and its first bytes are unread; the session reads them itself. */
  takeHttp2(socket: Socket): void {
    // node:http2 does not end its side of a half-closed connection as node:http does.
    socket.allowHalfOpen = false;
    this.#http2.emit('connection', socket);
  }

  /** Stops the timers; the connections are their owner's to close. */
  close(): void {
    this.#http.close(() => undefined);
  }

  #createHttp1(): HttpServer {
    const { limits } = this.#intake;
    const server = createHttpServer({
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headerTimeoutMs,
      // Bodies have a deadline of their own, which answers in the request's encoding.
      requestTimeout: 0,
      connectionsCheckingInterval: Math.max(50, limits.headerTimeoutMs / 4),
      keepAliveTimeout: limits.idleTimeoutMs,
      // A missing Host is refused by the same rules as a foreign one, and counted.
      requireHostHeader: false,
    });
    const handle = (request: IncomingMessage, response: ServerResponse, awaitsContinue: boolean): void => {
      this.#answers.set(request.socket, response);
      this.#otlpHttp.handle(new Http1Exchange(request, response, limits, awaitsContinue));
    };
    server.on('request', (request, response) => handle(request, response, false));
    server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => handle(request, response, true));
    server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => this.#clientError(error, socket));
    // node:http starts its check of header timeouts when it listens, which this server never does.
    server.emit('listening');
    return server;
  }

  #createHttp2(): Http2Server {
    const { limits } = this.#intake;
    const server = createHttp2Server({
      settings: {
        enablePush: false,
        initialWindowSize: STREAM_WINDOW,
        maxFrameSize: MAX_FRAME,
        maxConcurrentStreams: limits.streams,
        maxHeaderListSize: limits.headerBytes,
      },
      maxSessionInvalidFrames: 100,
      maxSessionRejectedStreams: 100,
      streamResetBurst: limits.streamResetBurst,
      streamResetRate: limits.streamResetsPerSecond,
    });
    server.on('session', (session: ServerHttp2Session) => {
      session.setLocalWindowSize(CONNECTION_WINDOW);
      session.setTimeout(limits.idleTimeoutMs, () => closeSession(session, limits.lingerMs));
      // Whether it spoke HTTP/2 at all, and whether it broke with a request under way.
      let greeted = false;
      let interrupted = false;
      session.once('remoteSettings', () => (greeted = true));
      session.on('error', (error: NodeJS.ErrnoException) => {
        // grpc-go takes its leave with a GOAWAY for stream 2^31 - 1, which is no stream of ours and so a protocol error
        // (RFC 9113, 6.8): nothing to blame it for.
        if (!isBrokenConnection(error) && (interrupted || !greeted)) this.#unreadable('HTTP/2');
      });
      session.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
        interrupted ||= session.destroyed;
        // A reset stream has no one left to answer; the session counts them. When a session breaks, its streams get
        // its error before it does.
        stream.on('error', (error: NodeJS.ErrnoException) => (interrupted ||= error.code === SESSION_ERROR));
        if (isGrpc(headers)) this.#otlpGrpc.handle(stream, headers);
        else this.#otlpHttp.handle(new Http2Exchange(stream, headers, limits));
      });
    });
    return server;
  }

  /** What node:http could not parse, or waited for too long. */
  #clientError(error: NodeJS.ErrnoException, socket: Duplex): void {
    if (isBrokenConnection(error)) {
      socket.destroy();
      return;
    }
    const answer = this.#answers.get(socket);
    if (answer?.headersSent === true && !answer.writableEnded) {
      // Refused already, and told why; this is the rest of its body.
      socket.end(() => socket.destroy());
      return;
    }
    const status = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : error.code === 'HPE_HEADER_OVERFLOW' ? 431 : 400;
    this.#unreadable('HTTP/1.1');
    if (socket.writable) {
      socket.end(
        `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nserver: ${SERVER_NAME}\r\n` +
          'content-length: 0\r\nconnection: close\r\n\r\n',
        () => socket.destroy(),
      );
    } else {
      socket.destroy();
    }
  }

  #unreadable(protocol: string): void {
    this.#intake.refused(
      refusal(
        'malformed',
        constants.HTTP_STATUS_BAD_REQUEST,
        GRPC_STATUS.invalidArgument,
        `A connection broke ${protocol}'s rules or stopped in the middle of a request; it was closed. ` +
          'OTLP is sent here over HTTP/1.1, HTTP/2 or gRPC, without TLS.',
      ),
      'a sender that cannot be named',
    );
  }
}

/** Lets what is under way end, for `graceMs`: a client that opens no window would never let it. */
function closeSession(session: ServerHttp2Session, graceMs: number): void {
  session.close();
  const timer = setTimeout(() => session.destroy(), graceMs);
  timer.unref();
  session.once('close', () => clearTimeout(timer));
}

/** The sender was killed or lost, in the middle of whatever it did. */
function isBrokenConnection(error: NodeJS.ErrnoException): boolean {
  return error.code === 'ECONNRESET' || error.code === 'EPIPE';
}
