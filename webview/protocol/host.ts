import { Channel, type RequestOptions, type Transport } from '../../src/protocol/channel.ts';
import type { PanelEvents, PanelHostMethods } from '../../src/protocol/panelApi.ts';

export type HostMethod = keyof PanelHostMethods;
export type HostParams<K extends HostMethod> = PanelHostMethods[K][0];
export type HostResult<K extends HostMethod> = PanelHostMethods[K][1];

/** The host as the webview sees it; models take this interface so that they can be tried without a window. */
export interface Host {
  request<K extends HostMethod>(method: K, params: HostParams<K>, options?: RequestOptions): Promise<HostResult<K>>;
  on<K extends keyof PanelEvents>(event: K, listener: (payload: PanelEvents[K]) => void): () => void;
}

/** Opens the channel to the host over a transport. */
export function connectHost(transport: Transport): Host {
  const channel = new Channel<PanelHostMethods, object, PanelEvents, object>(
    transport,
    {},
    {
      set: (callback, ms) => setTimeout(callback, ms),
      clear: (handle) => clearTimeout(handle as number),
    },
  );
  return {
    request: (method, params, options) => channel.request(method, params as never, options) as never,
    on: (event, listener) => channel.on(event, listener),
  };
}
