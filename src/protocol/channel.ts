import { ProtocolError, type ProtocolErrorCode } from './errors.ts';

/** Method name → [parameters, result]. Only JSON values and typed arrays travel. */
export type MethodMap = object;
/** Event name → payload. */
export type EventMap = object;

type Params<M, K extends keyof M> = M[K] extends readonly [infer P, unknown] ? P : never;
type Result<M, K extends keyof M> = M[K] extends readonly [unknown, infer R] ? R : never;

/** A one-to-one message link: MessagePort, webview postMessage, or ws. */
export interface Transport {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  dispose(): void;
}

/** Timers come in as an interface: protocol code runs in workers, hosts and webviews alike. */
export interface Timers {
  set(callback: () => void, ms: number): unknown;
  clear(handle: unknown): void;
}

/** A handler may be asynchronous; `signal.cancelled` turns true when the caller no longer wants the answer. */
export interface CancelSignal {
  readonly cancelled: boolean;
}

export type Handlers<M> = {
  readonly [K in keyof M]: (params: Params<M, K>, signal: CancelSignal) => Result<M, K> | Promise<Result<M, K>>;
};

export interface RequestOptions {
  /** Milliseconds until the request fails with `timeout`; default 30 000. */
  readonly timeoutMs?: number;
  /** A newer request with the same key makes the older fail with `cancelled`. */
  readonly supersede?: string;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: ProtocolError) => void;
  readonly timer: unknown;
  readonly supersede: string | undefined;
}

type Message =
  | { readonly k: 'q'; readonly id: number; readonly m: string; readonly p: unknown }
  | { readonly k: 'a'; readonly id: number; readonly r: unknown }
  | { readonly k: 'e'; readonly id: number; readonly c: ProtocolErrorCode; readonly t: string }
  | { readonly k: 'x'; readonly id: number }
  | { readonly k: 'v'; readonly n: string; readonly p: unknown };

const DEFAULT_TIMEOUT_MS = 30_000;

function isMessage(value: unknown): value is Message {
  return typeof value === 'object' && value !== null && 'k' in value && typeof value.k === 'string';
}

/**
 * One end of a typed request/event link. Every request settles: by answer, typed error, timeout, cancellation or
 * `dispose`. Unknown methods and malformed messages are answered or dropped, never thrown into the transport.
 *
 * `Out`: methods this end calls; `In`: methods this end serves; likewise for events.
 */
export class Channel<
  Out extends MethodMap,
  In extends MethodMap,
  EventsIn extends EventMap,
  EventsOut extends EventMap,
> {
  readonly #transport: Transport;
  readonly #timers: Timers;
  readonly #handlers: Handlers<In>;
  readonly #pending = new Map<number, Pending>();
  readonly #serving = new Map<number, { cancelled: boolean }>();
  readonly #listeners = new Map<keyof EventsIn, Set<(payload: never) => void>>();
  #nextId = 1;
  #disposed = false;

  constructor(transport: Transport, handlers: Handlers<In>, timers: Timers) {
    this.#transport = transport;
    this.#handlers = handlers;
    this.#timers = timers;
    transport.onMessage((message) => {
      this.#receive(message);
    });
  }

  /** Calls a method of the other end. Rejects with {@link ProtocolError} only. */
  request<K extends keyof Out & string>(
    method: K,
    params: Params<Out, K>,
    options?: RequestOptions,
  ): Promise<Result<Out, K>> {
    if (this.#disposed) return Promise.reject(new ProtocolError('disposed', `${method}: the channel is closed`));
    const supersede = options?.supersede;
    if (supersede !== undefined) this.#cancelSuperseded(supersede);
    const id = this.#nextId++;
    return new Promise<Result<Out, K>>((resolve, reject) => {
      const timeoutMs = options?.timeoutMs ?? DEFAULT_TIMEOUT_MS;
      const timer = this.#timers.set(() => {
        this.#abandon(id, new ProtocolError('timeout', `${method}: no answer in ${String(timeoutMs)} ms`));
      }, timeoutMs);
      this.#pending.set(id, { resolve: resolve as (value: unknown) => void, reject, timer, supersede });
      this.#transport.post({ k: 'q', id, m: method, p: params } satisfies Message);
    });
  }

  /** Tells the other end that something happened. */
  emit<K extends keyof EventsOut & string>(event: K, payload: EventsOut[K]): void {
    if (!this.#disposed) this.#transport.post({ k: 'v', n: event, p: payload } satisfies Message);
  }

  /** Listens to an event of the other end; call the result to stop. */
  on<K extends keyof EventsIn & string>(event: K, listener: (payload: EventsIn[K]) => void): () => void {
    const set = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, set);
    set.add(listener);
    return () => set.delete(listener);
  }

  /** Settles everything pending with `disposed` and closes the transport. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const pending of this.#pending.values()) {
      this.#timers.clear(pending.timer);
      pending.reject(new ProtocolError('disposed', 'the channel was closed'));
    }
    this.#pending.clear();
    for (const signal of this.#serving.values()) signal.cancelled = true;
    this.#serving.clear();
    this.#listeners.clear();
    this.#transport.dispose();
  }

  #cancelSuperseded(key: string): void {
    for (const [id, pending] of this.#pending) {
      if (pending.supersede === key) this.#abandon(id, new ProtocolError('cancelled', 'superseded by a newer request'));
    }
  }

  #abandon(id: number, error: ProtocolError): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    this.#pending.delete(id);
    this.#timers.clear(pending.timer);
    this.#transport.post({ k: 'x', id } satisfies Message);
    pending.reject(error);
  }

  #receive(message: unknown): void {
    if (this.#disposed || !isMessage(message)) return;
    switch (message.k) {
      case 'q':
        void this.#serve(message.id, message.m, message.p);
        return;
      case 'x': {
        const signal = this.#serving.get(message.id);
        if (signal) signal.cancelled = true;
        return;
      }
      case 'a':
      case 'e': {
        const pending = this.#pending.get(message.id);
        if (!pending) return;
        this.#pending.delete(message.id);
        this.#timers.clear(pending.timer);
        if (message.k === 'a') pending.resolve(message.r);
        else pending.reject(new ProtocolError(message.c, message.t));
        return;
      }
      case 'v':
        for (const listener of this.#listeners.get(message.n as keyof EventsIn) ?? []) listener(message.p as never);
        return;
    }
  }

  async #serve(id: number, method: string, params: unknown): Promise<void> {
    const signal = { cancelled: false };
    this.#serving.set(id, signal);
    try {
      if (!Object.hasOwn(this.#handlers, method)) throw new ProtocolError('invalid', `unknown method ${method}`);
      const handler = this.#handlers[method as keyof In] as (params: unknown, signal: CancelSignal) => unknown;
      const result = await handler(params, signal);
      if (!signal.cancelled) this.#answer({ k: 'a', id, r: result });
    } catch (error) {
      const code = error instanceof ProtocolError ? error.code : 'failed';
      this.#answer({ k: 'e', id, c: code, t: error instanceof Error ? error.message : String(error) });
    } finally {
      this.#serving.delete(id);
    }
  }

  #answer(message: Message): void {
    if (!this.#disposed) this.#transport.post(message);
  }
}
