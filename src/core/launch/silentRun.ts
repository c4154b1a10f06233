import type { LaunchNote } from './launchEnvironment.ts';

/** A run of which no span arrived, as far as it is known from outside. */
export interface SilentRun {
  /** What its launch kept of the user's own. */
  readonly notes: readonly LaunchNote[];
  /** What it has nothing of, and can get: an SDK, or what sets the one up that a library brought. */
  readonly lacks: 'sdk' | 'setUp' | undefined;
  readonly ended: boolean;
}

/**
 * Why nothing arrived: a variable that leads `elsewhere`, or under which none are sent; no SDK, or one that is `unset`; else what
 * is not seen from here: it `ended` untraced, or serves and nothing in it was traced `yet`.
 */
export type Silence =
  | { readonly kind: 'elsewhere' | 'silenced'; readonly variable: string; readonly value: string }
  | { readonly kind: 'noSdk' | 'unset' | 'ended' | 'yet' };

/** The first thing that would have to change. */
export function silenceOf({ notes, lacks, ended }: SilentRun): Silence {
  if (lacks !== undefined) return { kind: lacks === 'sdk' ? 'noSdk' : 'unset' };
  const { kind, variable = '', value = '' } = notes.find((note) => BLOCKING.has(note.kind)) ?? {};
  if (kind === 'elsewhere' || kind === 'silenced') return { kind, variable, value };
  return { kind: ended ? 'ended' : 'yet' };
}

const BLOCKING: ReadonlySet<LaunchNote['kind']> = new Set(['elsewhere', 'silenced']);
/** Of a shell, for a program that a signal ended: Ctrl+C, kill -9, kill. */
const BY_SIGNAL = [130, 137, 143];

/** Whether a program failed by itself: then there is something else to look at than its traces. */
export function failedByItself(exitCode: number | undefined): boolean {
  return exitCode !== undefined && exitCode > 0 && !BY_SIGNAL.includes(exitCode);
}
