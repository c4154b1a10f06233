/** More announced spans than anybody looks at; of a flood the newest are known. */
const MOST = 4096;

/** Handles of announced spans; some of them have ended since. */
export class RunningHandles {
  handles: number[] = [];

  add(handle: number): void {
    this.handles.push(handle);
    if (this.handles.length >= 2 * MOST) this.handles = this.handles.slice(-MOST);
  }
}
