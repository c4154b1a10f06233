import type { PageLooks, PaletteChoice } from '../../src/protocol/looksApi.ts';
import type { Host } from '../protocol/host.ts';
import { Store } from './store.ts';

/** How the page looks, where the page itself chooses: undefined in an editor, whose settings say it. */
export class LooksModel {
  readonly chosen = new Store<PageLooks | undefined>(undefined);
  readonly #host: Host;

  constructor(host: Host, palette: Store<PaletteChoice>) {
    this.#host = host;
    host.on('panel/looks', (looks) => {
      this.chosen.set(looks);
      palette.set(looks.palette);
    });
  }

  choose(change: Partial<PageLooks>): void {
    const { value } = this.chosen;
    // What is refused stays as it was.
    if (value) this.#host.request('looks/keep', { ...value, ...change }).catch(() => undefined);
  }
}
