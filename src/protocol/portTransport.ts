import type { Transport } from './channel.ts';

/** The part of a worker_threads `MessagePort` or `Worker` that a transport needs. */
export interface PortLike {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
}

/** A {@link Transport} over a worker_threads port; `close` ends the other side (`port.close`, `worker.terminate`). */
export function portTransport(port: PortLike, close: () => void): Transport {
  return {
    post(message) {
      port.postMessage(message);
    },
    onMessage(listener) {
      port.on('message', listener);
    },
    dispose: close,
  };
}
