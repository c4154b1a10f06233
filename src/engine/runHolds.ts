import type { Handlers } from '../protocol/channel.ts';
import type { RunMethods } from '../protocol/runApi.ts';

/** Which clients have started programs that send here. */
export class RunHolds {
  readonly #clients = new Set<object>();

  handlers(client: object): Handlers<RunMethods> {
    return {
      'run/hold': () => {
        this.#clients.add(client);
      },
      'run/holds': () => ({ count: this.#clients.size - (this.#clients.has(client) ? 1 : 0) }),
    };
  }

  forget(client: object): void {
    this.#clients.delete(client);
  }
}
