import type { TraceColumns } from '../store/storeReader.ts';
import { hashOfId } from './idIndex.ts';

/** Slots for ids near the one looked at: 256 KB, which a core's own cache holds; 2^this. */
const NEAR_BITS = 16;
/** How far ahead ids are known: a batch of the SDKs and the next. Those behind are kept until written over. */
const AHEAD = 1024;
/** Fractional part of the golden ratio × 2^32. */
const SPREAD = 0x9e3779b1;

/** Who is whose parent, by index in the columns. */
export interface ParentLinks {
  /** Index of the parent; `count` for roots and orphans. */
  readonly parent: Uint32Array;
  readonly orphans: Orphans;
}

/** Spans whose parent is not here, in order of arrival. */
export interface Orphans {
  readonly index: Uint32Array;
  /** Number of the parent each names, below `missingCount`; they are counted in order of arrival. */
  readonly missing: Uint32Array;
  readonly missingCount: number;
  /** By number of a missing parent: its id. */
  readonly missingHi: Uint32Array;
  readonly missingLo: Uint32Array;
}

/**
 * Finds every span's parent. Children arrive near their parents, mostly in the same batch, so each id is first looked up
 * among its neighbours, in a table that stays in the processor's cache; only for parents that were not there all ids are
 * gone through once. Linear, whatever arrives; `seed` keeps senders from guessing which ids fall together. Of spans with
 * equal ids any may be the parent.
 */
export function linkParents(columns: TraceColumns, seed: number): ParentLinks {
  const parent = new Uint32Array(columns.count);
  const open = linkNear(columns, parent);
  if (open > 0) return { parent, orphans: linkFar(columns, parent, open, seed) };
  const none = new Uint32Array(0);
  return { parent, orphans: { index: none, missing: none, missingCount: 0, missingHi: none, missingLo: none } };
}

/** Answers how many have a parent that is not near; their `parent` is `count + 1`. */
function linkNear({ count, idHi, idLo, parentHi, parentLo }: TraceColumns, parent: Uint32Array): number {
  let bits = 4;
  while (bits < NEAR_BITS && 1 << bits < count * 2) bits++;
  const shift = 32 - bits;
  // Index + 1 of the last id that fell there.
  const near = new Uint32Array(1 << bits);
  const ahead = Math.min(count, AHEAD);
  for (let index = 0; index < ahead; index++)
    near[Math.imul(idLo[index]! ^ idHi[index]!, SPREAD) >>> shift] = index + 1;
  let open = 0;
  let lastHi = 0;
  let lastLo = 0;
  let lastFound = count;
  for (let index = 0; index < count; index++) {
    const coming = index + ahead;
    if (coming < count) near[Math.imul(idLo[coming]! ^ idHi[coming]!, SPREAD) >>> shift] = coming + 1;
    const hi = parentHi[index]!;
    const lo = parentLo[index]!;
    // Siblings tend to arrive together; so do roots, which name nobody.
    if (lo !== lastLo || hi !== lastHi) {
      lastHi = hi;
      lastLo = lo;
      if (hi === 0 && lo === 0) {
        lastFound = count;
      } else {
        const at = near[Math.imul(lo ^ hi, SPREAD) >>> shift]! - 1;
        lastFound = at >= 0 && idLo[at] === lo && idHi[at] === hi ? at : count + 1;
      }
    }
    parent[index] = lastFound;
    if (lastFound > count) open++;
  }
  return open;
}

/** Finds the parents of the `open` spans that are left, by going through all ids with those that are asked for. */
function linkFar(columns: TraceColumns, parent: Uint32Array, open: number, seed: number): Orphans {
  const { count, parentHi, parentLo } = columns;
  const asking = new Uint32Array(open);
  for (let index = 0, at = 0; at < open; index++) if (parent[index]! > count) asking[at++] = index;
  const asked = new AskedIds(columns, asking, seed);
  const found = asked.findAll();
  // From here on: number of the missing parent instead of that of the parent asked for.
  const numberOf = new Uint32Array(asked.count);
  const orphanAt = new Uint32Array(open);
  const missing = new Uint32Array(open);
  const missingHi = new Uint32Array(asked.count);
  const missingLo = new Uint32Array(asked.count);
  let orphanCount = 0;
  let missingCount = 0;
  for (let at = 0; at < open; at++) {
    const index = asking[at]!;
    const id = asked.idOf[at]!;
    const parentIndex = found[id]! - 1;
    if (parentIndex >= 0) {
      parent[index] = parentIndex;
      continue;
    }
    parent[index] = count;
    if (numberOf[id] === 0) {
      missingHi[missingCount] = parentHi[index]!;
      missingLo[missingCount] = parentLo[index]!;
      numberOf[id] = ++missingCount;
    }
    orphanAt[orphanCount] = index;
    missing[orphanCount++] = numberOf[id]! - 1;
  }
  return {
    index: orphanAt.slice(0, orphanCount),
    missing: missing.slice(0, orphanCount),
    missingCount,
    missingHi: missingHi.slice(0, missingCount),
    missingLo: missingLo.slice(0, missingCount),
  };
}

/**
 * The different ids that some spans name as their parent. Open addressing at most half full; the bits of a slot that a
 * number does not need hold some of the id's hash, so that as a rule only the right id is compared.
 */
class AskedIds {
  readonly #columns: TraceColumns;
  readonly #seed: number;
  /** Number of an id + 1 in the bits of the mask, hash above; 0 is free. */
  readonly #slots: Uint32Array;
  readonly #mask: number;
  /** By number of an id: the first that names it. */
  readonly #firstAsking: Uint32Array;
  /** By place in `asking`: number of the id. */
  readonly idOf: Uint32Array;
  count = 0;

  constructor(columns: TraceColumns, asking: Uint32Array, seed: number) {
    let size = 16;
    while (size < asking.length * 2) size *= 2;
    this.#columns = columns;
    this.#seed = seed | 0;
    this.#slots = new Uint32Array(size);
    this.#mask = size - 1;
    this.#firstAsking = new Uint32Array(asking.length);
    this.idOf = new Uint32Array(asking.length);
    this.#add(asking);
  }

  #add(asking: Uint32Array): void {
    const { parentHi, parentLo } = this.#columns;
    const slots = this.#slots;
    const mask = this.#mask;
    const firstAsking = this.#firstAsking;
    for (let at = 0; at < asking.length; at++) {
      const index = asking[at]!;
      const hi = parentHi[index]!;
      const lo = parentLo[index]!;
      const hash = hashOfId(hi, lo, this.#seed);
      const print = Math.imul(hash, SPREAD) & ~mask;
      for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
        const entry = slots[slot]!;
        if (entry === 0) {
          firstAsking[this.count] = index;
          this.idOf[at] = this.count++;
          slots[slot] = print | this.count;
          break;
        }
        if (((entry ^ print) & ~mask) !== 0) continue;
        const id = (entry & mask) - 1;
        const first = firstAsking[id]!;
        if (parentLo[first] === lo && parentHi[first] === hi) {
          this.idOf[at] = id;
          break;
        }
      }
    }
  }

  /** By number of an id: index + 1 of the first span that has it; 0 when none does. */
  findAll(): Uint32Array {
    const { count, idHi, idLo, parentHi, parentLo } = this.#columns;
    const slots = this.#slots;
    const mask = this.#mask;
    const firstAsking = this.#firstAsking;
    const found = new Uint32Array(this.count);
    let left = this.count;
    for (let index = 0; index < count && left > 0; index++) {
      const hi = idHi[index]!;
      const lo = idLo[index]!;
      const hash = hashOfId(hi, lo, this.#seed);
      let slot = hash & mask;
      let entry = slots[slot]!;
      if (entry === 0) continue;
      const print = Math.imul(hash, SPREAD) & ~mask;
      for (; entry !== 0; entry = slots[slot]!) {
        slot = (slot + 1) & mask;
        if (((entry ^ print) & ~mask) !== 0) continue;
        const id = (entry & mask) - 1;
        const first = firstAsking[id]!;
        if (parentLo[first] !== lo || parentHi[first] !== hi) continue;
        if (found[id] === 0) {
          found[id] = index + 1;
          left--;
        }
        break;
      }
    }
    return found;
  }
}
