import { sortSlots } from './sortSlots.ts';
import { resized } from '../store/resized.ts';

/**
 * Slots in order of a key, ascending; equal ones by `tie`, ascending. Taking changes costs a copy of the order and sorting
 * of what changed. Keys of slots in the order are never changed but by {@link SlotOrder.rebuild} and {@link SlotOrder.update}.
 */
export class SlotOrder {
  /** The first `count` are in order. */
  slots: Uint32Array = new Uint32Array(0);
  count = 0;
  key = new Float64Array(0);
  readonly #tie: (slot: number) => number;

  /** @param tie Asked of slots in the order; must not change while they are in it. */
  constructor(tie: (slot: number) => number) {
    this.#tie = tie;
  }

  /** Sorts anew. `end`: all slots are smaller. */
  rebuild(members: Uint32Array, end: number, keyOf: (slot: number) => number): void {
    if (this.key.length < end) this.key = new Float64Array(roomFor(end));
    const { key } = this;
    for (const slot of members) key[slot] = this.#tie(slot);
    sortSlots(members, key);
    for (const slot of members) key[slot] = keyOf(slot);
    sortSlots(members, key);
    this.slots = members;
    this.count = members.length;
  }

  /**
   * Takes changed slots out and those that are members in again. `isChanged[slot]` is 1 for each of `changed`, which names
   * none twice.
   */
  update(
    changed: readonly number[],
    isChanged: Uint8Array,
    end: number,
    isMember: (slot: number) => boolean,
    keyOf: (slot: number) => number,
  ): void {
    if (this.key.length < end) {
      this.key = resized(this.key, roomFor(end));
    }
    const { slots, key } = this;
    let kept = 0;
    for (let i = 0; i < this.count; i++) {
      const slot = slots[i]!;
      if (isChanged[slot] === 0) slots[kept++] = slot;
    }
    const fresh = changed.filter(isMember);
    for (const slot of fresh) key[slot] = keyOf(slot);
    fresh.sort((a, b) => this.compare(a, b));
    this.count = kept + fresh.length;
    let to = slots;
    if (to.length < this.count) {
      to = new Uint32Array(roomFor(this.count));
      to.set(slots.subarray(0, kept));
      this.slots = to;
    }
    // From the end, so that nothing is overwritten that is still to be read.
    let at = this.count - 1;
    let old = kept - 1;
    for (let i = fresh.length - 1; i >= 0; i--) {
      const slot = fresh[i]!;
      while (old >= 0 && this.compare(to[old]!, slot) > 0) to[at--] = to[old--]!;
      to[at--] = slot;
    }
  }

  /** Place of a slot that is in the order. */
  indexOf(slot: number): number {
    let low = 0;
    let high = this.count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.compare(this.slots[middle]!, slot) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  compare(a: number, b: number): number {
    return this.key[a]! - this.key[b]! || this.#tie(a) - this.#tie(b) || a - b;
  }
}

function roomFor(count: number): number {
  return Math.max(256, Math.ceil(count * 1.5));
}
