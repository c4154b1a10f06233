/** A stretch in which a debugger of some window held a program. */
export interface DebugPause {
  /** Milliseconds since the epoch, by the clock of the debugger's machine. */
  readonly fromMs: number;
  /** Null while it lasts. */
  readonly toMs: number | null;
  /** What was debugged. */
  readonly label: string;
}

/** Pauses are told by `markers/put`; the engine keeps those of all windows, also of windows that are gone. */
export interface PauseMethods {
  /** Oldest first, at most {@link MOST_PAUSES}, the newest. */
  'pauses/list': readonly [Record<string, never>, { readonly pauses: readonly DebugPause[] }];
}

export interface PauseEvents {
  /** A program was stopped or goes on. */
  'pauses/changed': { readonly pauses: readonly DebugPause[] };
}

/** Most pauses kept. */
export const MOST_PAUSES = 500;
