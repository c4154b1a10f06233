import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DisplayTree } from '../core/layout/displayTree.ts';
import type { RowOrder } from '../core/layout/rowOrder.ts';
import type { SpanId, TraceId } from '../core/model/ids.ts';
import { ProtocolError } from '../protocol/errors.ts';
import { FOUND_ROW, type FindState } from '../protocol/findApi.ts';
import type { FindHits } from './findHits.ts';
import type { RowId } from '../protocol/rowApi.ts';
import { placeOfRow, rowIdAt } from './rowIds.ts';

/** Work in one go; what was received and asked meanwhile has its turn after it. */
const SLICE_MS = 8;
/** States are told so often while something is looked for. */
const TELL_MS = 100;

export interface FindSessionDeps {
  readonly findId: number;
  /** Undefined: there is nothing to look for, `problem` may say why. */
  readonly hits: FindHits | undefined;
  readonly kind: FindState['kind'];
  readonly problem: string;
  /** The rows of the view now; throws once the view is gone. */
  readonly order: () => RowOrder;
  /** Monotonic milliseconds. */
  readonly elapsed: () => number;
}

interface Waiter {
  readonly version: number;
  readonly resolve: () => void;
  readonly reject: (error: ProtocolError) => void;
}

/** One search in the trace of a view: works in slices, and again when there is more to look at. */
export class FindSession {
  readonly #deps: FindSessionDeps;
  #version = 1;
  #running = false;
  #ended = false;
  #toldAt = Number.NEGATIVE_INFINITY;
  #saidFound = false;
  #waiters: Waiter[] = [];
  /** Places of the spans found, ascending, in one order of rows and of one revision of the hits. */
  #places = new Uint32Array(0);
  #placesOf: RowOrder | undefined;
  #placesRevision = -1;

  constructor(deps: FindSessionDeps) {
    this.#deps = deps;
  }

  get findId(): number {
    return this.#deps.findId;
  }

  /** Grows with what is found. */
  get revision(): number {
    return this.#deps.hits?.revision ?? 0;
  }

  /** Undefined when the view is gone, or its trace. */
  get traceId(): TraceId | undefined {
    try {
      return this.#deps.order().tree.traceId;
    } catch {
      return undefined;
    }
  }

  /** The first slice is worked off at once, the rest when others had their turn. */
  start(): void {
    if (this.#deps.hits === undefined || this.#running || this.#ended) return;
    this.#running = true;
    if (this.#slice()) void this.#run();
    else this.#finish();
  }

  /** Nobody wants it any more. */
  end(): void {
    this.#ended = true;
    for (const { reject } of this.#waiters.splice(0)) {
      reject(new ProtocolError('cancelled', 'another search took the place of this one'));
    }
  }

  /** Settles when the version is another one. */
  changed(version: number): Promise<void> {
    if (version !== this.#version) return Promise.resolve();
    return new Promise((resolve, reject) => {
      // One page asks once at a time; what it gave up must not pile up.
      if (this.#waiters.length > 8) this.#waiters.shift()?.reject(new ProtocolError('cancelled', 'asked too often'));
      this.#waiters.push({ version, resolve, reject });
    });
  }

  state(at: RowId | ''): Omit<FindState, 'view'> {
    const { findId, kind, problem, hits } = this.#deps;
    const places = this.found();
    return {
      findId,
      version: this.#version,
      searching: this.#running,
      progress: this.#running ? (hits?.progress ?? 1) : 1,
      total: places.length,
      ordinal: at === '' ? 0 : this.#ordinal(at),
      kind,
      problem,
    };
  }

  /** The span to go to, and whether an end was passed; undefined when none is found. */
  next(from: RowId | '', forward: boolean, stay: boolean): { spanId: SpanId; wrapped: boolean } | undefined {
    const places = this.found();
    const count = places.length;
    if (count === 0) return undefined;
    const order = this.#deps.order();
    const at = from === '' ? -1 : placeOfRow(order, from);
    let number: number;
    if (at < 0) number = forward ? 0 : count - 1;
    else {
      number = firstAtLeast(places, at);
      const isOne = places[number] === at;
      if (!(isOne && stay)) number = forward ? number + (isOne ? 1 : 0) : number - 1;
    }
    const wrapped = number < 0 || number >= count;
    const place = places[(number + count) % count] ?? 0;
    // Only spans are found: what names this row is a span's id.
    return { spanId: rowIdAt(order, place) as SpanId, wrapped };
  }

  /** See `find/rows`, by place of each row. */
  rows(rowPlaces: Uint32Array): Uint8Array {
    const places = this.found();
    const order = this.#deps.order();
    return Uint8Array.from(rowPlaces, (at) => {
      const first = firstAtLeast(places, at);
      const isOne = places[first] === at;
      const below = places[isOne ? first + 1 : first] ?? Infinity;
      return (isOne ? FOUND_ROW.found : 0) | (below <= at + order.belowAt(at) ? FOUND_ROW.below : 0);
    });
  }

  /** See `find/marks`. */
  marks(pixels: number): Uint8Array {
    const order = this.#deps.order();
    const { tree } = order;
    const marks = new Uint8Array(pixels);
    const perPixel = tree.lengthNs / pixels;
    for (const place of this.found()) {
      const offset = tree.offsetNs[tree.indexAt[order.positionAt(place)] ?? 0] ?? 0;
      marks[perPixel > 0 ? Math.min(pixels - 1, Math.floor(offset / perPixel)) : 0] = 1;
    }
    return marks;
  }

  /** Places of the spans found, ascending, in the rows of the view as they are now or, during a relayout, will be. */
  found(order = this.#deps.order()): Uint32Array {
    const { hits } = this.#deps;
    if (hits === undefined) return this.#places;
    if (order === this.#placesOf && hits.revision === this.#placesRevision) return this.#places;
    const { tree } = order;
    const isFound = new Uint8Array(order.count);
    let total = 0;
    // In order of arrival, as the store has them.
    for (let index = 0; index < tree.count; index++) {
      if (!hits.has(tree, index)) continue;
      isFound[order.placeOf(tree.positionOf[index] ?? 0)] = 1;
      total++;
    }
    const places = new Uint32Array(total);
    for (let place = 0, at = 0; at < total; place++) if (isFound[place] === 1) places[at++] = place;
    this.#places = places;
    this.#placesOf = order;
    this.#placesRevision = hits.revision;
    return places;
  }

  #ordinal(rowId: RowId): number {
    const places = this.found();
    const at = placeOfRow(this.#deps.order(), rowId);
    if (at < 0) return 0;
    const number = firstAtLeast(places, at);
    return places[number] === at ? number + 1 : 0;
  }

  async #run(): Promise<void> {
    for (;;) {
      await nextTurn();
      if (this.#ended) return;
      if (!this.#slice()) break;
      // What is found first is told at once.
      const isFirst = !this.#saidFound && this.revision > 0;
      if (isFirst || this.#deps.elapsed() - this.#toldAt >= TELL_MS) this.#tell();
    }
    this.#finish();
  }

  /** False when there is nothing more to do, or nobody to do it for. */
  #slice(): boolean {
    const { hits, elapsed } = this.#deps;
    let tree: DisplayTree;
    try {
      ({ tree } = this.#deps.order());
    } catch {
      // The view was closed, or its trace is gone.
      this.end();
      return false;
    }
    const until = elapsed() + SLICE_MS;
    while (hits?.step(tree) === true) if (elapsed() >= until) return true;
    return false;
  }

  #finish(): void {
    this.#running = false;
    if (!this.#ended) this.#tell();
  }

  #tell(): void {
    this.#version++;
    this.#toldAt = this.#deps.elapsed();
    this.#saidFound = this.revision > 0;
    for (const { resolve } of this.#waiters.splice(0)) resolve();
  }
}

/** Number of the first entry of an ascending list that is `least` or more. */
function firstAtLeast(places: Uint32Array, least: number): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((places[middle] ?? 0) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
