import type { TraceId } from '../model/ids.ts';
import { capacityFor, HandleLists } from './handleLists.ts';
import { nanos } from '../model/time.ts';
import type { Nanos } from '../model/time.ts';
import { HandleIndex, hashIds } from './handleIndex.ts';
import { ServiceLists } from './serviceLists.ts';
import { NONE } from './spanColumns.ts';

/**
 * One row for each trace, by column: what the list shows and where the trace's spans are. A slot is the trace's number
 * while it is held; slots of traces that are gone are used again.
 */
export class TraceTable {
  /** Traces held. */
  count = 0;
  /** Slots in use or free; iterate to here and skip those that are not {@link isHeld}. */
  end = 0;
  /** The trace id's four words, big endian, signed like all words of ids. */
  id0 = new Int32Array(256);
  id1 = new Int32Array(256);
  id2 = new Int32Array(256);
  id3 = new Int32Array(256);
  /** Earliest start. */
  startHi = new Uint32Array(256);
  startLo = new Uint32Array(256);
  /** Latest end. */
  endHi = new Uint32Array(256);
  endLo = new Uint32Array(256);
  spans = new Uint32Array(256);
  errors = new Uint32Array(256);
  /** Handle of the root span, the earliest if there are several, or NONE. */
  root = new Uint32Array(256).fill(NONE);
  /** Start of the root. */
  rootHi = new Uint32Array(256);
  rootLo = new Uint32Array(256);
  /** Handle of the earliest span. */
  first = new Uint32Array(256);
  /** Grows with every change of the trace; starts anew above any former value when a slot is used again. */
  revision = new Uint32Array(256);
  list = new Uint32Array(256);
  /** Number of the clear that hid the trace; 0 while it is shown. */
  hiddenBy = new Uint32Array(256);
  /** 1 while the trace is among the changes not yet taken. */
  touched = new Uint8Array(256);
  /** 1 when the trace lost its root to eviction: it does not wait for it again. */
  rootEvicted = new Uint8Array(256);
  lastArrivalMs = new Float64Array(256);
  readonly services: (readonly string[])[] = [];
  readonly lists = new HandleLists();
  readonly serviceLists = new ServiceLists();
  private readonly index = new HandleIndex();
  private readonly freeSlots: number[] = [];

  get byteLength(): number {
    return this.id0.length * (17 * 4 + 2 + 8) + this.lists.byteLength + this.index.byteLength;
  }

  isHeld(slot: number): boolean {
    return slot < this.end && this.spans[slot]! > 0;
  }

  /** Whether the root is here, or was. */
  hadRoot(slot: number): boolean {
    return this.root[slot] !== NONE || this.rootEvicted[slot] === 1;
  }

  /** Slot of a trace, or -1. */
  find(id0: number, id1: number, id2: number, id3: number): number {
    const { index } = this;
    const hash = hashIds(id0 ^ id1, id2, id3);
    for (let at = index.first(hash); at >= 0; at = index.next(hash, at)) {
      const slot = index.handleAt(at);
      if (this.id3[slot] === id3 && this.id2[slot] === id2 && this.id1[slot] === id1 && this.id0[slot] === id0) {
        return slot;
      }
    }
    return -1;
  }

  /** A slot for a trace that is not here yet; the caller appends its first span at once. */
  create(id0: number, id1: number, id2: number, id3: number): number {
    const slot = this.freeSlots.pop() ?? this.end++;
    if (slot === this.id0.length) this.grow();
    this.id0[slot] = id0;
    this.id1[slot] = id1;
    this.id2[slot] = id2;
    this.id3[slot] = id3;
    this.spans[slot] = 0;
    this.hiddenBy[slot] = 0;
    this.touched[slot] = 0;
    this.rootEvicted[slot] = 0;
    this.lastArrivalMs[slot] = -1;
    this.services[slot] = this.serviceLists.empty;
    this.resetSummary(slot);
    this.list[slot] = this.lists.allocate(capacityFor(1));
    this.index.add(hashIds(id0 ^ id1, id2, id3), slot);
    this.count++;
    return slot;
  }

  /** Forgets a trace. */
  remove(slot: number): void {
    const { index } = this;
    const hash = hashIds(this.id0[slot]! ^ this.id1[slot]!, this.id2[slot]!, this.id3[slot]!);
    let at = index.first(hash);
    while (at >= 0 && index.handleAt(at) !== slot) at = index.next(hash, at);
    if (at >= 0) index.remove(at);
    this.spans[slot] = 0;
    this.services[slot] = this.serviceLists.empty;
    this.freeSlots.push(slot);
    this.count--;
  }

  /** Clears start, end, errors and root, before they are taken anew from the spans. */
  resetSummary(slot: number): void {
    this.startHi[slot] = this.startLo[slot] = NONE;
    this.endHi[slot] = this.endLo[slot] = 0;
    this.errors[slot] = 0;
    this.root[slot] = NONE;
    this.first[slot] = NONE;
  }

  /** Appends a handle to the trace's list and returns its position. */
  append(slot: number, handle: number): number {
    const position = this.spans[slot]!;
    // Room is a power of two, at least 4: a count that is one is full.
    if (position >= 4 && (position & (position - 1)) === 0) {
      this.list[slot] = this.lists.grow(this.list[slot]!, position);
    }
    this.lists.handles[this.list[slot]! + position] = handle;
    this.spans[slot] = position + 1;
    return position;
  }

  handleAt(slot: number, position: number): number {
    return this.lists.handles[this.list[slot]! + position]!;
  }

  /** Sets the list to the `count` handles already moved to its front, in as much room as they need. */
  truncate(slot: number, count: number): void {
    const before = capacityFor(this.spans[slot]!);
    const after = capacityFor(count);
    const offset = this.list[slot]!;
    this.spans[slot] = count;
    if (count === 0) {
      this.lists.release(offset, before);
    } else if (after < before) {
      const moved = this.lists.allocate(after);
      this.lists.handles.copyWithin(moved, offset, offset + count);
      this.lists.release(offset, before);
      this.list[slot] = moved;
    }
  }

  /** Whether `a` starts before `b`; slots. */
  startsBefore(a: number, b: number): boolean {
    const high = this.startHi[a]! - this.startHi[b]!;
    return high === 0 ? this.startLo[a]! < this.startLo[b]! : high < 0;
  }

  idOf(slot: number): TraceId {
    return (word(this.id0[slot]!) + word(this.id1[slot]!) + word(this.id2[slot]!) + word(this.id3[slot]!)) as TraceId;
  }

  /** Earliest start of a trace. */
  startOf(slot: number): Nanos {
    return nanos((BigInt(this.startHi[slot]!) << 32n) | BigInt(this.startLo[slot]!));
  }

  private grow(): void {
    const size = this.id0.length * 2;
    const u32 = (from: Uint32Array): Uint32Array<ArrayBuffer> => {
      const to = new Uint32Array(size);
      to.set(from);
      return to;
    };
    const i32 = (from: Int32Array): Int32Array<ArrayBuffer> => {
      const to = new Int32Array(size);
      to.set(from);
      return to;
    };
    this.id0 = i32(this.id0);
    this.id1 = i32(this.id1);
    this.id2 = i32(this.id2);
    this.id3 = i32(this.id3);
    this.startHi = u32(this.startHi);
    this.startLo = u32(this.startLo);
    this.endHi = u32(this.endHi);
    this.endLo = u32(this.endLo);
    this.spans = u32(this.spans);
    this.errors = u32(this.errors);
    this.root = u32(this.root);
    this.rootHi = u32(this.rootHi);
    this.rootLo = u32(this.rootLo);
    this.first = u32(this.first);
    this.revision = u32(this.revision);
    this.list = u32(this.list);
    this.hiddenBy = u32(this.hiddenBy);
    const u8 = (from: Uint8Array): Uint8Array<ArrayBuffer> => {
      const to = new Uint8Array(size);
      to.set(from);
      return to;
    };
    this.touched = u8(this.touched);
    this.rootEvicted = u8(this.rootEvicted);
    const lastArrivalMs = new Float64Array(size);
    lastArrivalMs.set(this.lastArrivalMs);
    this.lastArrivalMs = lastArrivalMs;
  }
}

/** Eight hex digits. */
export function word(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}
