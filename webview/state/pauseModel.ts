import type { DebugPause } from '../../src/protocol/pauseApi.ts';
import type { ViewInfo } from '../../src/protocol/viewApi.ts';
import { heldStretches, type HeldStretch } from '../../src/core/layout/heldTime.ts';
import type { Host } from '../protocol/host.ts';
import { Store } from './store.ts';

const NONE: readonly HeldStretch[] = [];

/** The debuggers' pauses, and what of them lies within the open trace. */
export class PauseModel {
  readonly stretches = new Store(NONE);
  readonly all = new Store<readonly DebugPause[]>([]);
  readonly #host: Host;
  readonly #info: Store<ViewInfo | undefined>;

  constructor(host: Host, info: Store<ViewInfo | undefined>) {
    this.#host = host;
    this.#info = info;
    info.subscribe(() => this.#place());
    host.on('engine/restarted', () => void this.load());
    host.on('pauses/changed', ({ pauses }) => this.#take(pauses));
  }

  /** Asks for those that were; an engine that is away tells them when it is back. */
  async load(): Promise<void> {
    try {
      this.#take((await this.#host.request('pauses/list', {})).pauses);
    } catch {
      // Nothing is drawn as held then.
    }
  }

  #take(pauses: readonly DebugPause[]): void {
    this.all.set(pauses);
    this.#place();
  }

  #place(): void {
    const summary = this.#info.value?.summary;
    const found = summary ? heldStretches(this.all.value, summary.start, summary.durationNs) : NONE;
    const isSame = JSON.stringify(found) === JSON.stringify(this.stretches.value);
    if (!isSame) this.stretches.set(found);
  }
}
