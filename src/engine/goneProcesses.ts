import { readlinkSync } from 'node:fs';
import os from 'node:os';
import type { RunningSpan } from '../core/store/runningSpans.ts';
import type { Timers } from '../protocol/channel.ts';

/** How often the processes of running spans are looked at. */
const EVERY_MS = 1_000;

export interface GoneProcessesDeps {
  readonly timers: Timers;
  /** Cheap: asked at every request. */
  readonly anyRunning: () => boolean;
  readonly running: () => readonly RunningSpan[];
  /** Ends the spans with these handles: their process is gone. */
  readonly end: (handles: readonly number[]) => void;
  /** Whether the process still runs; undefined when that cannot be known from here. */
  readonly isAlive: (process: string) => boolean | undefined;
}

/** Looks whether the processes of spans that were announced and have not ended are still there. Idle, it holds no timer. */
export class GoneProcesses {
  readonly #deps: GoneProcessesDeps;
  #timer: unknown;
  #disposed = false;

  constructor(deps: GoneProcessesDeps) {
    this.#deps = deps;
  }

  /** There may be running spans. */
  wake(): void {
    if (this.#timer !== undefined || this.#disposed || !this.#deps.anyRunning()) return;
    this.#timer = this.#deps.timers.set(() => this.#look(), EVERY_MS);
  }

  dispose(): void {
    this.#disposed = true;
    if (this.#timer !== undefined) this.#deps.timers.clear(this.#timer);
  }

  #look(): void {
    this.#timer = undefined;
    const alive = new Map<string, boolean | undefined>();
    const gone: number[] = [];
    let rest = 0;
    for (const { handle, process } of this.#deps.running()) {
      if (!alive.has(process)) alive.set(process, this.#deps.isAlive(process));
      if (alive.get(process) === false) gone.push(handle);
      else if (alive.get(process) === true) rest++;
    }
    if (gone.length > 0) this.#deps.end(gone);
    if (rest > 0 && !this.#disposed) this.#timer = this.#deps.timers.set(() => this.#look(), EVERY_MS);
  }
}

/** `PID@HOST`, and on Linux the namespace of processes: another container has other processes by the same numbers. */
const PROCESS = /^([1-9]\d{0,9})@(.*)$/;

/** Where this process is; asked once, as it stays there. */
let hereabouts: string | undefined;

/** Looks for a process of this machine by the name that `instrument/` gives it. */
export function isProcessAlive(name: string): boolean | undefined {
  const [, pid = '', place] = PROCESS.exec(name) ?? [];
  hereabouts ??= placeOfProcesses();
  if (place !== hereabouts) return undefined;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    // EPERM: another user's.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function placeOfProcesses(): string {
  const host = os.hostname();
  try {
    return `${host}/${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return host;
  }
}
