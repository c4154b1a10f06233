import { resized } from './resized.ts';

/** Sizes are 4, 8, 16, … handles; lists beyond the largest class do not exist (2^30 handles). */
const CLASSES = 29;
const SMALLEST = 4;
/** Room for handles before there is any list, and the least there is. */
const SMALLEST_ROOM = 4096;

/**
 * Growing lists of handles, one for each trace, in one array: a list has room for a power of two and moves to twice
 * the room when full, so appending is amortised and a hundred thousand small traces cost no objects. Room that became
 * free is used again.
 */
export class HandleLists {
  /** List content: entry i of a list at offset o is `handles[o + i]`. */
  handles = new Uint32Array(SMALLEST_ROOM);
  private used = 0;
  /** Handles that the lists have room for; the rest of `used` is free. */
  private live = 0;
  /** Offsets of free room by size class. */
  private readonly free: number[][] = Array.from({ length: CLASSES }, () => []);

  get byteLength(): number {
    return 4 * this.handles.length;
  }

  /** Room for a new list; returns its offset. Its capacity is {@link capacityFor}(1). */
  allocate(capacity: number): number {
    this.live += capacity;
    const free = this.free[classOf(capacity)]!.pop();
    if (free !== undefined) return free;
    const offset = this.used;
    if (offset + capacity > this.handles.length) {
      this.handles = resized(this.handles, Math.max(this.handles.length * 2, offset + capacity));
    }
    this.used += capacity;
    return offset;
  }

  /** Whether most of the room is free, so that {@link startAnew} is worth it. */
  get isSparse(): boolean {
    return this.handles.length > SMALLEST_ROOM && this.live * 4 < this.handles.length;
  }

  /** Forgets all lists and makes room for them again, twice; returns what they were in, to be allocated anew from there. */
  startAnew(): Uint32Array {
    const { handles } = this;
    this.handles = new Uint32Array(Math.max(SMALLEST_ROOM, this.live * 2));
    this.used = this.live = 0;
    for (const free of this.free) free.length = 0;
    return handles;
  }

  /** Moves a full list of `count` handles to twice the room and returns its new offset. */
  grow(offset: number, count: number): number {
    const moved = this.allocate(count * 2);
    this.handles.copyWithin(moved, offset, offset + count);
    this.release(offset, count);
    return moved;
  }

  release(offset: number, capacity: number): void {
    this.live -= capacity;
    this.free[classOf(capacity)]!.push(offset);
  }
}

/** The room a list of `count` handles has. */
export function capacityFor(count: number): number {
  return count <= SMALLEST ? SMALLEST : 2 ** Math.ceil(Math.log2(count));
}

function classOf(capacity: number): number {
  return Math.log2(capacity / SMALLEST);
}
