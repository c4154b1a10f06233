/** No new span for this long and the root is here: the trace is settled (SDKs export every 5 s). */
export const SETTLE_MS = 6000;
/** No new span for this long: the trace is settled without a root; its root went elsewhere, or was not sampled. */
export const ROOTLESS_SETTLE_MS = 30_000;

/**
 * Traces by when they last got a span, to be told after a silence of `settleMs`. An entry holds while it is the trace's last arrival; older ones of the same
 * trace are passed over, so nothing is ever searched or moved.
 */
export class SettleQueue {
  private entries: { readonly slot: number; readonly atMs: number }[] = [];
  private head = 0;
  private readonly settleMs: number;

  constructor(settleMs: number) {
    this.settleMs = settleMs;
  }

  push(slot: number, atMs: number): void {
    this.entries.push({ slot, atMs });
  }

  /** Takes out the slots that got their last span that long ago or earlier. */
  takeDue(nowMs: number, isLast: (slot: number, atMs: number) => boolean): number[] {
    const due: number[] = [];
    while (this.head < this.entries.length) {
      const entry = this.entries[this.head]!;
      const last = isLast(entry.slot, entry.atMs);
      if (last && entry.atMs + this.settleMs > nowMs) break;
      if (last) due.push(entry.slot);
      this.head++;
    }
    if (this.head > 1024 && this.head * 2 > this.entries.length) {
      this.entries = this.entries.slice(this.head);
      this.head = 0;
    }
    return due;
  }

  /** Forgets the entries that are passed over. */
  keepLast(isLast: (slot: number, atMs: number) => boolean): void {
    this.entries = this.entries.slice(this.head).filter((entry) => isLast(entry.slot, entry.atMs));
    this.head = 0;
  }

  /** Traces have other slots now; the queue has entries of held ones only, see {@link keepLast}. */
  renumber(moved: Uint32Array): void {
    this.entries = this.entries.map(({ slot, atMs }) => ({ slot: moved[slot]!, atMs }));
  }

  /** Milliseconds from now until the next trace is due, 0 when one is; undefined when none waits. */
  waitMs(nowMs: number, isLast: (slot: number, atMs: number) => boolean): number | undefined {
    while (this.head < this.entries.length) {
      const entry = this.entries[this.head]!;
      if (isLast(entry.slot, entry.atMs)) {
        return Math.max(0, Math.min(entry.atMs + this.settleMs - nowMs, this.settleMs));
      }
      this.head++;
    }
    return undefined;
  }
}
