import type { SpanRef } from '../../src/core/model/span.ts';
import type { Host } from '../protocol/host.ts';
import { Store } from './store.ts';

/**
 * While it is on, moving through spans moves the editor, which does not take the keyboard. One place is asked for at a
 * time: of the spans passed meanwhile only the last counts, so that a held key does not open a file for every row.
 */
export class FollowMode {
  readonly on = new Store(false);
  readonly #host: Pick<Host, 'request'>;
  readonly #onFailed: (error: unknown) => void;
  #wanted: SpanRef | undefined;
  #asking = false;

  constructor(host: Pick<Host, 'request'>, onFailed: (error: unknown) => void) {
    this.#host = host;
    this.#onFailed = onFailed;
  }

  /** Turns it on or off; on, the selected span is shown at once. */
  toggle(selected: SpanRef | undefined): void {
    this.on.set(!this.on.value);
    this.selected(selected);
  }

  /** Another span is selected, or none. */
  selected(ref: SpanRef | undefined): void {
    this.#wanted = this.on.value ? ref : undefined;
    if (!this.#asking) void this.#show();
  }

  async #show(): Promise<void> {
    this.#asking = true;
    try {
      while (this.#wanted) {
        const ref = this.#wanted;
        this.#wanted = undefined;
        await this.#host.request('source/follow', ref);
      }
    } catch (error) {
      // Where following is not possible at all, each selection would fail again.
      this.on.set(false);
      this.#onFailed(error);
    } finally {
      this.#asking = false;
    }
  }
}
