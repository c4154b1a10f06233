/** A stretch in which a debugger held a program: milliseconds since the epoch, no end while it lasts. */
export interface HeldPause {
  readonly fromMs: number;
  readonly toMs: number | null;
}

/** A stretch of a trace in which a debugger held a program, ns from the trace's start; no end while it lasts. */
export interface HeldStretch {
  readonly fromNs: number;
  readonly toNs: number;
}

/** The pauses that a trace of this start and length saw, in order, those that overlap as one. */
export function heldStretches(pauses: readonly HeldPause[], startNs: string, lengthNs: number): readonly HeldStretch[] {
  const start = BigInt(startNs);
  // Nanoseconds since the epoch do not fit into one float.
  const offsetNs = (ms: number): number => Number(BigInt(Math.round(ms * 1e3)) * 1000n - start);
  const stretches: { fromNs: number; toNs: number }[] = [];
  const sorted = pauses
    .map(({ fromMs, toMs }) => ({ fromNs: offsetNs(fromMs), toNs: toMs === null ? Infinity : offsetNs(toMs) }))
    .sort((a, b) => a.fromNs - b.fromNs);
  for (const { fromNs, toNs } of sorted) {
    if (toNs <= 0 || fromNs >= lengthNs || toNs <= fromNs) continue;
    const last = stretches.at(-1);
    if (last && fromNs <= last.toNs) last.toNs = Math.max(last.toNs, toNs);
    else stretches.push({ fromNs, toNs });
  }
  return stretches;
}

/**
 * How long a span waited over pauses. Only what began before a pause did: a held program begins nothing, and what another
 * one begins and ends meanwhile does not wait.
 */
export function heldNs(stretches: readonly HeldStretch[], offsetNs: number, durationNs: number): number {
  let held = 0;
  for (const stretch of waitedOver(stretches, offsetNs)) {
    held += Math.max(0, Math.min(stretch.toNs, offsetNs + durationNs) - stretch.fromNs);
  }
  return held;
}

/** The pauses that a span of this start can have waited over. */
export function waitedOver(stretches: readonly HeldStretch[], offsetNs: number): readonly HeldStretch[] {
  return stretches.filter(({ fromNs }) => fromNs > offsetNs);
}

/** How long a whole trace of this start and length waited over pauses. */
export function heldInTrace(pauses: readonly HeldPause[], startNs: string, lengthNs: number): number {
  return pauses.length === 0 ? 0 : heldNs(heldStretches(pauses, startNs, lengthNs), 0, lengthNs);
}
