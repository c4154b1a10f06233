import { traceIdText, type TraceId } from '../model/ids.ts';
import { capacityFor, HandleLists } from './handleLists.ts';
import { nanos } from '../model/time.ts';
import type { Nanos } from '../model/time.ts';
import { HandleIndex, hashIds } from './handleIndex.ts';
import { resized } from './resized.ts';
import { ServiceLists } from './serviceLists.ts';
import { NONE } from './spanColumns.ts';

/** Slots there is room for at least. */
const SMALLEST = 256;
/** Below a table of this many slots, 80 KB, compacting gives nothing back that is worth its time. */
const LEAST_COMPACTED = 1024;

const I32_COLUMNS = ['id0', 'id1', 'id2', 'id3'] as const;
const U32_COLUMNS = [
  'startHi',
  'startLo',
  'endHi',
  'endLo',
  'spans',
  'errors',
  'root',
  'rootHi',
  'rootLo',
  'first',
  'revision',
  'list',
  'hiddenBy',
  'born',
] as const;
const U8_COLUMNS = ['touched', 'rootEvicted', 'pinned', 'kept', 'noise'] as const;

/**
 * One row for each trace, by column: what the list shows and where the trace's spans are. A slot is the trace's number
 * while it is held; slots of traces that are gone are used again, and
 * {@link TraceTable.compact} numbers them anew.
 */
export class TraceTable {
  /** Traces held. */
  count = 0;
  /** Slots in use or free; iterate to here and skip those that are not {@link isHeld}. */
  end = 0;
  /** Grows when {@link compact} gives traces other slots. */
  numbering = 0;
  /** The trace id's four words, big endian, signed like all words of ids. */
  id0 = new Int32Array(SMALLEST);
  id1 = new Int32Array(SMALLEST);
  id2 = new Int32Array(SMALLEST);
  id3 = new Int32Array(SMALLEST);
  /** Earliest start. */
  startHi = new Uint32Array(SMALLEST);
  startLo = new Uint32Array(SMALLEST);
  /** Latest end. */
  endHi = new Uint32Array(SMALLEST);
  endLo = new Uint32Array(SMALLEST);
  spans = new Uint32Array(SMALLEST);
  errors = new Uint32Array(SMALLEST);
  /** Handle of the root span, the earliest if there are several, or NONE. */
  root = new Uint32Array(SMALLEST).fill(NONE);
  /** Start of the root. */
  rootHi = new Uint32Array(SMALLEST);
  rootLo = new Uint32Array(SMALLEST);
  /** Handle of the earliest span. */
  first = new Uint32Array(SMALLEST);
  /** Grows with every change of the trace; starts anew above any former value when a slot is used again. */
  revision = new Uint32Array(SMALLEST);
  list = new Uint32Array(SMALLEST);
  /** Number of the clear that hid the trace; 0 while it is shown. */
  hiddenBy = new Uint32Array(SMALLEST);
  /** Number of the trace in the order in which traces were first seen, or seen again after a clear. */
  born = new Uint32Array(SMALLEST);
  /** While the trace is among the changes that one or the other has not yet taken; see traceChanges. */
  touched = new Uint8Array(SMALLEST);
  /** 1 when the trace lost its root to eviction: it does not wait for it again. */
  rootEvicted = new Uint8Array(SMALLEST);
  /** 1 when the user pinned the trace: eviction moves it to the kept spans. */
  pinned = new Uint8Array(SMALLEST);
  /** 1 when spans of the trace were moved there: what else it has goes with them. */
  kept = new Uint8Array(SMALLEST);
  /** What the rules of noise said of it; see traceNoise. */
  noise = new Uint8Array(SMALLEST);
  lastArrivalMs = new Float64Array(SMALLEST);
  /** Every service the trace ever had a span of: columns name them by index, so none goes while the trace is held. */
  readonly services: (readonly string[])[] = [];
  /** Those it has spans of; the same list until eviction takes some. */
  readonly shownServices: (readonly string[])[] = [];
  readonly lists = new HandleLists();
  readonly serviceLists = new ServiceLists();
  private readonly index = new HandleIndex();
  private readonly seed: number;
  /** The last {@link born} given. */
  births = 0;
  private readonly freeSlots: number[] = [];
  /** No revision that a slot given back had is greater. */
  private formerRevisions = 0;

  /** @param seed Guards lookups against ids made up to collide. */
  constructor(seed: number) {
    this.seed = seed;
  }

  get byteLength(): number {
    return this.id0.length * (18 * 4 + 5 + 8) + this.lists.byteLength + this.index.byteLength;
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
    const hash = hashIds(id0 ^ id1, id2, id3, this.seed);
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
    if (slot === this.id0.length) this.resize(slot * 2);
    this.id0[slot] = id0;
    this.id1[slot] = id1;
    this.id2[slot] = id2;
    this.id3[slot] = id3;
    this.spans[slot] = 0;
    this.hiddenBy[slot] = 0;
    this.touched[slot] = 0;
    this.rootEvicted[slot] = 0;
    this.pinned[slot] = 0;
    this.kept[slot] = 0;
    this.noise[slot] = 0;
    this.born[slot] = ++this.births;
    this.lastArrivalMs[slot] = -1;
    this.services[slot] = this.shownServices[slot] = this.serviceLists.empty;
    this.revision[slot] = Math.max(this.revision[slot]!, this.formerRevisions);
    this.resetSummary(slot);
    this.list[slot] = this.lists.allocate(capacityFor(1));
    this.index.add(hashIds(id0 ^ id1, id2, id3, this.seed), slot);
    this.count++;
    return slot;
  }

  /** Forgets a trace. */
  remove(slot: number): void {
    const { index } = this;
    const hash = hashIds(this.id0[slot]! ^ this.id1[slot]!, this.id2[slot]!, this.id3[slot]!, this.seed);
    let at = index.first(hash);
    while (at >= 0 && index.handleAt(at) !== slot) at = index.next(hash, at);
    if (at >= 0) index.remove(at);
    this.spans[slot] = 0;
    this.services[slot] = this.shownServices[slot] = this.serviceLists.empty;
    this.freeSlots.push(slot);
    this.count--;
  }

  /** Adds a service to the trace's. */
  addService(slot: number, service: string): void {
    const { services, shownServices, serviceLists } = this;
    const all = services[slot]!;
    services[slot] = serviceLists.with(all, service);
    shownServices[slot] =
      shownServices[slot] === all ? services[slot] : serviceLists.with(shownServices[slot]!, service);
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
    return traceIdText(this.id0[slot]!, this.id1[slot]!, this.id2[slot]!, this.id3[slot]!);
  }

  /** Earliest start of a trace. */
  startOf(slot: number): Nanos {
    return nanos((BigInt(this.startHi[slot]!) << 32n) | BigInt(this.startLo[slot]!));
  }

  /** Revisions go on above all of another table's. */
  continueAfter(other: TraceTable): void {
    this.births = other.births;
    this.formerRevisions = other.revision.reduce((most, revision) => Math.max(most, revision), other.formerRevisions);
  }

  /** Whether few of the slots are held, so that {@link compact} is worth it. */
  get isSparse(): boolean {
    return this.id0.length > LEAST_COMPACTED && this.count * 4 < this.id0.length;
  }

  /**
   * Moves the held traces to the first slots and gives back the room behind twice as many. Slots below {@link count}
   * keep their trace when they have one; every slot a caller holds is to be mapped.
   * @returns the new slot by old slot; of slots that held no trace, any.
   */
  compact(): Uint32Array {
    const { count, end } = this;
    this.numbering++;
    const moved = new Uint32Array(end);
    let free = 0;
    for (let slot = 0; slot < end; slot++) {
      this.formerRevisions = Math.max(this.formerRevisions, this.revision[slot]!);
      if (slot < count) moved[slot] = slot;
      else if (this.isHeld(slot)) {
        while (this.isHeld(free)) free++;
        this.move(slot, free);
        moved[slot] = free;
      }
    }
    this.end = count;
    this.freeSlots.length = 0;
    this.services.length = this.shownServices.length = count;
    let size = this.id0.length;
    while (size > SMALLEST && size >= count * 4) size /= 2;
    this.resize(size);
    this.index.shrink();
    return moved;
  }

  /** Gives back what lists of traces that are gone, or became short, took. */
  compactLists(): void {
    if (!this.lists.isSparse) return;
    const from = this.lists.startAnew();
    for (let slot = 0; slot < this.end; slot++) {
      const count = this.spans[slot]!;
      if (count === 0) continue;
      const before = this.list[slot]!;
      const offset = this.lists.allocate(capacityFor(count));
      this.list[slot] = offset;
      const { handles } = this.lists;
      for (let i = 0; i < count; i++) handles[offset + i] = from[before + i]!;
    }
  }

  private move(from: number, to: number): void {
    const { index } = this;
    const hash = hashIds(this.id0[from]! ^ this.id1[from]!, this.id2[from]!, this.id3[from]!, this.seed);
    let at = index.first(hash);
    while (at >= 0 && index.handleAt(at) !== from) at = index.next(hash, at);
    if (at >= 0) index.replace(at, to);
    for (const name of [...I32_COLUMNS, ...U32_COLUMNS, ...U8_COLUMNS]) this[name][to] = this[name][from]!;
    this.lastArrivalMs[to] = this.lastArrivalMs[from]!;
    this.services[to] = this.services[from]!;
    this.shownServices[to] = this.shownServices[from]!;
    this.spans[from] = 0;
  }

  private resize(size: number): void {
    for (const name of I32_COLUMNS) this[name] = resized(this[name], size);
    for (const name of U32_COLUMNS) this[name] = resized(this[name], size);
    for (const name of U8_COLUMNS) this[name] = resized(this[name], size);
    this.lastArrivalMs = resized(this.lastArrivalMs, size);
  }
}
