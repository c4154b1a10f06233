import type { VisibleRange } from '../../src/core/layout/timeScale.ts';
import { Store } from '../state/store.ts';

/** The stretch of the open trace that the user marked: shown over the rows, and what statistics of an area are about. */
export class SelectionModel {
  /** Nanoseconds from the trace's start, whole and inside the trace; undefined when nothing is marked. */
  readonly area = new Store<VisibleRange | undefined>(undefined);

  /** Marks a stretch; the ends may come in any order. One without a length, or that is no number, marks nothing. */
  select(fromNs: number, toNs: number, extentNs: number): void {
    if (!Number.isFinite(fromNs) || !Number.isFinite(toNs)) return;
    const inside = (ns: number): number => Math.round(Math.min(Math.max(0, ns), extentNs));
    const [beginNs, endNs] = [inside(Math.min(fromNs, toNs)), inside(Math.max(fromNs, toNs))];
    if (beginNs === endNs) return;
    const old = this.area.value;
    if (old?.beginNs !== beginNs || old.endNs !== endNs) this.area.set({ beginNs, endNs });
  }

  /** Answers whether anything was marked. */
  clear(): boolean {
    const had = this.area.value !== undefined;
    this.area.set(undefined);
    return had;
  }
}
