import type { WebSocket } from 'ws';
import type { Transport } from '../../protocol/channel.ts';
import { decodeMessage, encodeMessage } from '../../protocol/wireCodec.ts';
import { CLOSE } from './challenge.ts';

/** What may wait for an end that does not read. */
export const MAX_UNREAD_BYTES = 32 * 1024 * 1024;
/** The longest message an end takes: windows of rows and pages of values are far below, whole requests more so. */
export const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
/** After a close frame the other end has this long to answer it. */
const CLOSE_MS = 1000;

/**
 * The protocol over a socket whose ends have proved themselves: binary frames are its messages, text frames are the hub's
 * own words. An end that does not read, or sends what is no message, is dropped with a reason.
 */
export class WsLink implements Transport {
  readonly #socket: WebSocket;
  readonly #maxUnread: number;
  readonly #listeners = new Set<(message: unknown) => void>();
  readonly #wordListeners = new Set<(word: Readonly<Record<string, unknown>>) => void>();
  readonly #closeListeners = new Set<(reason: string) => void>();
  /** What came before anybody listened. */
  #early: unknown[] | undefined = [];
  #earlyWords: Readonly<Record<string, unknown>>[] | undefined = [];
  #reason: string | undefined;

  constructor(socket: WebSocket, maxUnread = MAX_UNREAD_BYTES) {
    this.#socket = socket;
    this.#maxUnread = maxUnread;
    socket.on('message', (data, isBinary) => this.#receive(data as Buffer, isBinary));
    socket.on('error', (error) => {
      this.#reason ??= error.message;
    });
    socket.on('close', (_code, reason) => {
      const text = this.#reason ?? (reason.length > 0 ? reason.toString('utf8') : 'the connection ended');
      for (const listener of this.#closeListeners) listener(text);
      this.#closeListeners.clear();
    });
  }

  /** Throws `WireFormatError` on what may not travel; after the end it does nothing. */
  post(message: unknown): void {
    if (this.#reason !== undefined || this.#socket.readyState !== this.#socket.OPEN) return;
    this.#socket.send(encodeMessage(message));
    this.#dropIfUnread();
  }

  /** Says something of the hub's own: settings that every window keeps for the day it takes over. */
  say(word: Readonly<Record<string, unknown>>): void {
    if (this.#reason !== undefined || this.#socket.readyState !== this.#socket.OPEN) return;
    this.#socket.send(JSON.stringify(word));
    this.#dropIfUnread();
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#listeners.add(listener);
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const message of early) listener(message);
  }

  onWord(listener: (word: Readonly<Record<string, unknown>>) => void): void {
    this.#wordListeners.add(listener);
    const early = this.#earlyWords ?? [];
    this.#earlyWords = undefined;
    for (const word of early) listener(word);
  }

  /** Called once, with why; at once when it is over already. */
  onClose(listener: (reason: string) => void): void {
    if (this.#socket.readyState === this.#socket.CLOSED) listener(this.#reason ?? 'the connection ended');
    else this.#closeListeners.add(listener);
  }

  dispose(): void {
    this.close(CLOSE.ending, 'the other end was closed');
  }

  close(code: number, reason: string): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#socket.close(code, reason);
    const timer = setTimeout(() => this.#socket.terminate(), CLOSE_MS);
    this.#socket.once('close', () => clearTimeout(timer));
  }

  #dropIfUnread(): void {
    if (this.#socket.bufferedAmount <= this.#maxUnread) return;
    this.close(CLOSE.notReading, `more than ${Math.round(this.#maxUnread / 2 ** 20)} MiB waited to be read`);
  }

  #receive(data: Buffer, isBinary: boolean): void {
    if (this.#reason !== undefined) return;
    let message: unknown;
    try {
      message = isBinary ? decodeMessage(data) : JSON.parse(data.toString('utf8'));
    } catch (error) {
      this.close(CLOSE.malformed, error instanceof Error ? error.message.slice(0, 100) : 'no message');
      return;
    }
    if (isBinary) {
      this.#early?.push(message);
      for (const listener of this.#listeners) listener(message);
    } else if (typeof message === 'object' && message !== null) {
      const word = message as Readonly<Record<string, unknown>>;
      this.#earlyWords?.push(word);
      for (const listener of this.#wordListeners) listener(word);
    }
  }
}
