/** No new span for this long and the root is here: the trace is settled (SDKs export every 5 s). */
export const SETTLE_MS = 6000;

/**
 * Traces by when they last got a span. An entry holds while it is the trace's last arrival; older ones of the same
 * trace are passed over, so nothing is ever searched or moved.
 */
export class SettleQueue {
  private entries: { readonly slot: number; readonly atMs: number }[] = [];
  private head = 0;

  push(slot: number, atMs: number): void {
    this.entries.push({ slot, atMs });
  }

  /** Takes out the slots that got their last span {@link SETTLE_MS} ago or earlier. */
  takeDue(nowMs: number, isLast: (slot: number, atMs: number) => boolean): number[] {
    const due: number[] = [];
    while (this.head < this.entries.length) {
      const entry = this.entries[this.head]!;
      const last = isLast(entry.slot, entry.atMs);
      if (last && entry.atMs + SETTLE_MS > nowMs) break;
      if (last) due.push(entry.slot);
      this.head++;
    }
    if (this.head > 1024 && this.head * 2 > this.entries.length) {
      this.entries = this.entries.slice(this.head);
      this.head = 0;
    }
    return due;
  }

  /** Receiver clock at which the next trace is due, or undefined. */
  nextDueMs(isLast: (slot: number, atMs: number) => boolean): number | undefined {
    while (this.head < this.entries.length) {
      const entry = this.entries[this.head]!;
      if (isLast(entry.slot, entry.atMs)) return entry.atMs + SETTLE_MS;
      this.head++;
    }
    return undefined;
  }
}
