import type { Transport } from '../../src/protocol/channel.ts';

/** What VS Code hands a webview, once (`acquireVsCodeApi`). */
export interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

/**
 * Messages to and from the extension host. VS Code forwards the host's messages from the frame around ours, under our
 * own origin: a message of any other origin did not come from the host and is dropped unread.
 */
export function windowTransport(api: VsCodeApi, target: Window): Transport {
  let stop: (() => void) | undefined;
  return {
    post(message) {
      api.postMessage(message);
    },
    onMessage(listener) {
      const receive = (event: MessageEvent<unknown>): void => {
        if (event.origin === target.origin) listener(event.data);
      };
      target.addEventListener('message', receive);
      stop = () => target.removeEventListener('message', receive);
    },
    dispose() {
      stop?.();
    },
  };
}
