/** More announced spans than anybody looks at; of a flood the newest are known. */
const MOST = 4096;

/** Handles of announced spans, and what process runs each once that was read; some of them have ended since. */
export class RunningHandles {
  readonly processes = new Map<number, string | undefined>();

  add(handle: number): void {
    this.processes.set(handle, undefined);
    if (this.processes.size < 2 * MOST) return;
    for (const oldest of this.processes.keys()) {
      if (this.processes.size <= MOST) break;
      this.processes.delete(oldest);
    }
  }
}
