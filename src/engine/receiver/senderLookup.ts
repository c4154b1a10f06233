import { findProcess } from './processLookup.ts';

/** The ends of a connection as its receiving side names them. */
export interface ConnectionEnds {
  readonly localPort?: number | undefined;
  readonly remotePort?: number | undefined;
}

const LOOKUP_TIMEOUT_MS = 1000;
/** A sender that retries in a loop must not keep us reading /proc. */
const MAX_LOOKUPS = 4;

/** Finds the program at the other end of a connection. */
export class SenderLookup {
  #running = 0;

  /**
   * As `command (pid 123)` while the connection is open; undefined where the system does not tell, and while too many
   * are being looked for. Never rejects.
   */
  async find({ localPort, remotePort }: ConnectionEnds): Promise<string | undefined> {
    if (localPort === undefined || remotePort === undefined || this.#running >= MAX_LOOKUPS) return undefined;
    this.#running++;
    try {
      return await findProcess({ localPort: remotePort, remotePort: localPort }, LOOKUP_TIMEOUT_MS);
    } finally {
      this.#running--;
    }
  }
}
