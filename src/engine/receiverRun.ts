import type { Handlers, Timers } from '../protocol/channel.ts';
import type { EngineMethods, ReceiverOptions, ReceiverState } from '../protocol/engineApi.ts';
import { Params } from './params.ts';
import { receiverOptions } from './receiverOptions.ts';

/** The receiver as the engine drives it; `Receiver` is the real one. */
export interface EngineReceiver {
  readonly state: ReceiverState;
  readonly metrics: { readonly refusedRequests: number };
  start(options: ReceiverOptions): Promise<ReceiverState>;
  stop(): Promise<void>;
}

export interface ReceiverRunDeps {
  readonly receiver: EngineReceiver;
  readonly timers: Timers;
  /** Monotonic milliseconds. */
  readonly elapsed: () => number;
  /** Resolves when what is acknowledged can be written down. */
  readonly opened: Promise<void>;
  /** Before the receiver starts with these. */
  readonly onOptions: (options: ReceiverOptions) => void;
  /** Told by what options the receiver runs, with the ports it has; undefined when it was stopped. */
  readonly onReceiver: ((options: ReceiverOptions | undefined) => void) | undefined;
  /** The receiver's state may be another. */
  readonly onChange: () => void;
}

/** After a takeover: how long its ports may be closing, and how soon they are first asked for again. */
const TAKEOVER_MS = 3000;
const FIRST_RETRY_MS = 20;

/** Starts and stops the receiver for all clients: what was asked last counts. */
export class ReceiverRun {
  readonly #deps: ReceiverRunDeps;
  /** Counts what was asked of the receiver. */
  #asked = 0;
  /** Until then (by `elapsed`) a taken port may be one that the engine before is just closing. */
  #portsFreeBy = Number.NEGATIVE_INFINITY;

  constructor(deps: ReceiverRunDeps) {
    this.#deps = deps;
  }

  /**
   * Starts the receiver that another engine ran until now: whose ports are still being closed is asked again for some
   * seconds, here and in what clients ask meanwhile.
   */
  resume(options: ReceiverOptions): Promise<ReceiverState> {
    this.#portsFreeBy = this.#deps.elapsed() + TAKEOVER_MS;
    return this.#start(options);
  }

  /** Stops the receiver for good. */
  async dispose(): Promise<void> {
    this.#asked++;
    await this.#deps.receiver.stop();
  }

  handlers(): Pick<Handlers<EngineMethods>, 'receiver/start' | 'receiver/stop'> {
    return {
      'receiver/start': (params) => this.#start(receiverOptions(new Params('receiver/start', params))),
      'receiver/stop': async () => {
        await this.dispose();
        this.#deps.onReceiver?.(undefined);
        this.#deps.onChange();
        return this.#deps.receiver.state;
      },
    };
  }

  async #start(options: ReceiverOptions): Promise<ReceiverState> {
    const { receiver, timers, elapsed, opened, onOptions, onReceiver, onChange } = this.#deps;
    const asked = ++this.#asked;
    await opened;
    if (asked !== this.#asked) return receiver.state;
    onOptions(options);
    for (let pause = FIRST_RETRY_MS; ; pause *= 2) {
      const state = await receiver.start(options);
      onChange();
      if (state.kind === 'listening') onReceiver?.({ ...options, httpPort: state.httpPort, grpcPort: state.grpcPort });
      if (state.kind !== 'portTaken' || elapsed() + pause > this.#portsFreeBy) return state;
      await new Promise<void>((resolve) => {
        timers.set(resolve, pause);
      });
      // Somebody asked for something else meanwhile: that counts.
      if (asked !== this.#asked) return receiver.state;
    }
  }
}
