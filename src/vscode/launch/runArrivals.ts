/** What runs wait by; `setTimeout` and `clearTimeout` but in tests. */
export interface Timers {
  readonly set: (act: () => void, ms: number) => unknown;
  readonly clear: (timer: unknown) => void;
}

const SYSTEM_TIMERS: Timers = {
  set: (act, ms) => setTimeout(act, ms),
  clear: (timer) => {
    clearTimeout(timer as NodeJS.Timeout);
  },
};

/** Milliseconds after which a program that still runs is said to have sent nothing yet. */
export const QUIET_MS = 120_000;
/** What a program sends as its last is here by then. */
export const LAST_MS = 1_500;
/** The least between two questions whether something arrived. */
export const ASK_MS = 1_000;

/** How a run is silent: it ended, or runs on. */
export type SilentState = { readonly ended: true; readonly exitCode: number | undefined } | { readonly ended: false };

interface Parts<Run> {
  /** Whether spans of a run arrived; undefined where that is not known (the receiver stopped, traces wait). */
  readonly ask: (runId: string) => Promise<boolean | undefined>;
  /** Nothing arrived of a run: told once when it has run for {@link QUIET_MS}, and once when it has ended. */
  readonly silent: (run: Run, state: SilentState) => void;
  /** Something arrived of a run, or it is not known any more. */
  readonly heard: (run: Run) => void;
}

interface Watched<Run> {
  readonly run: Run;
  timer: unknown;
}

/** Which of the programs that were started have sent nothing. Asks only while there is one. */
export class RunArrivals<Run extends { readonly runId: string }> {
  readonly #parts: Parts<Run>;
  readonly #timers: Timers;
  readonly #watched = new Set<Watched<Run>>();
  #asking: unknown;

  constructor(parts: Parts<Run>, timers = SYSTEM_TIMERS) {
    this.#parts = parts;
    this.#timers = timers;
  }

  /** Answers what to call when it has ended: with what tells how, a moment later. */
  watch(run: Run): (exitCode: () => number | undefined) => void {
    const watched: Watched<Run> = { run, timer: undefined };
    this.#watched.add(watched);
    const check = (state: () => SilentState) => (): void => {
      void this.#heard(watched).then((heard) => {
        if (!heard && this.#watched.has(watched)) this.#parts.silent(run, state());
      });
    };
    watched.timer = this.#timers.set(
      check(() => ({ ended: false })),
      QUIET_MS,
    );
    return (exitCode) => {
      this.#timers.clear(watched.timer);
      if (!this.#watched.has(watched)) return;
      watched.timer = this.#timers.set(() => {
        check(() => ({ ended: true, exitCode: exitCode() }))();
      }, LAST_MS);
    };
  }

  /** Nobody wants to know of this run any more. */
  forget(run: Run): void {
    for (const watched of this.#watched)
      if (watched.run === run) {
        this.#timers.clear(watched.timer);
        this.#watched.delete(watched);
      }
  }

  /** Something arrived, of whatever program. */
  changed(): void {
    if (this.#watched.size === 0 || this.#asking !== undefined) return;
    this.#asking = this.#timers.set(() => {
      this.#asking = undefined;
      for (const watched of this.#watched) void this.#heard(watched);
    }, ASK_MS);
  }

  async #heard(watched: Watched<Run>): Promise<boolean> {
    const arrived = await this.#parts.ask(watched.run.runId).catch(() => undefined);
    if (arrived === false) return false;
    if (this.#watched.has(watched)) {
      this.forget(watched.run);
      this.#parts.heard(watched.run);
    }
    return true;
  }
}
