import { SOURCE_KEYS, type SourceHints } from '../model/source.ts';
import { FieldCursor } from '../otlp/fieldCursor.ts';
import { decodeUtf8 } from '../otlp/utf8.ts';
import { matchedPath, templateSegments } from '../source/routeTemplate.ts';
import type { Steps } from '../statistics/steps.ts';
import { resized } from './resized.ts';
import type { Segment } from './segment.ts';
import { siblingPlaces } from './siblingPlaces.ts';
import { NONE } from './spanColumns.ts';
import { isMadeForCaller, MAX_PARENTS, readOwnHints } from './spanHints.ts';
import type { StoreState } from './storeState.ts';

/** Kinds told apart; what comes beyond has none until eviction made room. */
const MAX_KINDS = 20_000;
/** Ways in which one segment's spans are written, before they are looked at anew. */
const MAX_WRITTEN = 32_768;
/** Of an attribute that tells where to look, with its key: no more of it is told anyway. */
const MAX_ATTRIBUTE_BYTES = 600;
/** Spans read between two yields: a few microseconds each. */
const SPANS_PER_STEP = 512;
const FIELD_ATTRIBUTES = 9;

/** Spans that come from the same place by everything they say of it, in order of first sight. */
export interface SpanKind {
  readonly id: number;
  readonly hints: SourceHints;
}

/** What spans say by themselves. */
interface Own {
  readonly number: number;
  /** Those of the last span that was read: a process started anew may run from elsewhere. */
  hints: SourceHints;
  readonly isMadeForCaller: boolean;
}

/** The same with the spans around. */
interface Chain {
  readonly number: number;
  readonly own: Own;
  readonly parent: Chain | undefined;
  readonly sibling: SourceHints['sibling'];
  /** Of the kind, once a span is of it. */
  id: number;
}

interface Columns {
  /** By span: number of what it says by itself; 0 while it was not read, NONE for nothing. */
  own: Uint32Array<ArrayBuffer>;
  /** By span: its kind's id; 0 for none. */
  kind: Uint32Array<ArrayBuffer>;
  /** What spans say by themselves, by how it is written. */
  readonly written: Map<string, Own>;
  /** By key of the segment: 0 not looked at, 1 says nothing of the place, 2 does. */
  keys: Uint8Array<ArrayBuffer>;
}

/**
 * The kinds of span that are held, told apart by all that a single span is resolved by: attributes, the spans around those
 * that libraries make, and the place among equal siblings ({@link readHints}, but for stack traces and times). Spans are
 * read once, when {@link SpanKinds.update} first meets them; their bytes are not read again when their trace grows.
 */
export class SpanKinds {
  readonly state: StoreState;
  private readonly columns = new WeakMap<Segment, Columns>();
  /** By slot: revision of the trace when it was read. */
  private seen = new Uint32Array(0);
  private numbering = -1;
  private owns = new Map<string, Own>();
  private ownList: Own[] = [];
  private chains = new Map<string, Chain>();
  private listed: Chain[] = [];
  private nextId: number;
  /** Spans evicted when there was no room for another kind; -1 while there is. */
  private fullAt = -1;

  private readonly maxKinds: number;

  /** @param after Ids go on above another one's. */
  constructor(state: StoreState, after?: SpanKinds, maxKinds = MAX_KINDS) {
    this.state = state;
    this.nextId = after?.nextId ?? 1;
    this.maxKinds = maxKinds;
  }

  /** At most `limit` kinds with an id above `after`, by id. */
  after(after: number, limit: number): readonly SpanKind[] {
    let from = 0;
    let to = this.listed.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (this.listed[middle]!.id <= after) from = middle + 1;
      else to = middle;
    }
    return this.listed.slice(from, from + limit).map((chain) => ({ id: chain.id, hints: hintsOf(chain) }));
  }

  /** Ids of the spans' kinds, by index; 0 or undefined for spans without. Undefined for a segment not met yet. */
  kindsIn(segment: Segment): Uint32Array | undefined {
    return this.columns.get(segment)?.kind;
  }

  serviceOf(id: number): string | undefined {
    const [kind] = this.after(id - 1, 1);
    return kind?.id === id ? kind.hints.serviceName : undefined;
  }

  /** Gives kinds to what arrived or changed since. What changes between two steps is met by the next update. */
  *update(): Steps<void> {
    const { state } = this;
    if (this.fullAt >= 0 && this.fullAt !== state.evictedSpans) this.startOver();
    for (let slot = 0; slot < state.traces.end; slot++) {
      const { traces } = state;
      if (traces.numbering !== this.numbering) {
        this.numbering = traces.numbering;
        this.seen = new Uint32Array(traces.end);
        slot = -1;
        continue;
      }
      if (slot >= this.seen.length) this.seen = resized(this.seen, Math.max(256, 2 * this.seen.length, traces.end));
      if (!traces.isHeld(slot) || traces.hiddenBy[slot] !== 0 || this.seen[slot] === traces.revision[slot]) continue;
      this.seen[slot] = traces.revision[slot]!;
      yield* this.readTrace(slot);
    }
  }

  private *readTrace(slot: number): Steps<void> {
    const { state } = this;
    const { traces } = state;
    let siblings: ReturnType<typeof siblingPlaces> | undefined;
    for (let position = 0; position < traces.spans[slot]!; position++) {
      if (position % SPANS_PER_STEP === SPANS_PER_STEP - 1) {
        yield;
        // Slots may be others' now: what is there is met again.
        if (traces.numbering !== this.numbering) return;
      }
      const handle = traces.handleAt(slot, position);
      const segment = state.segmentOf(handle);
      if (segment === undefined) continue;
      const columns = this.columnsOf(segment);
      const own = this.ownOf(segment, columns, handle);
      if (own === undefined) continue;
      const index = handle - segment.base;
      // Only the spans around can change what a span is.
      if (!own.isMadeForCaller && columns.kind[index] !== 0) continue;
      if (own.isMadeForCaller) siblings ??= siblingPlaces(state, slot);
      const chain = this.chainOf(slot, handle, own, siblings, MAX_PARENTS);
      columns.kind[index] = chain === undefined ? 0 : this.idOf(chain);
    }
  }

  private columnsOf(segment: Segment): Columns {
    let columns = this.columns.get(segment);
    if (columns === undefined) {
      const empty = new Uint32Array(0);
      columns = { own: empty, kind: empty, written: new Map(), keys: new Uint8Array(0) };
      this.columns.set(segment, columns);
    }
    if (columns.own.length < segment.spans.count) {
      const room = Math.max(segment.spans.count, Math.min(2 * segment.spans.count, segment.spans.capacity));
      columns.own = resized(columns.own, room);
      columns.kind = resized(columns.kind, room);
    }
    return columns;
  }

  private ownOf(segment: Segment, columns: Columns, handle: number): Own | undefined {
    const index = handle - segment.base;
    const known = columns.own[index]!;
    if (known !== 0) return known === NONE ? undefined : this.ownList[known - 1];
    const own = segment.spans.name[index] === NONE ? undefined : this.readOwn(segment, columns, handle);
    columns.own[index] = own?.number ?? NONE;
    return own;
  }

  private readOwn(segment: Segment, columns: Columns, handle: number): Own | undefined {
    const key = writtenAs(segment, columns, handle - segment.base);
    const known = columns.written.get(key);
    if (known) return known;
    const read = readOwnHints(this.state, handle);
    if (read === undefined) return undefined;
    const hints = withoutValues(read);
    const { serviceName, spanName, scopeName, language, code, kind, attributes } = hints;
    const text = JSON.stringify([serviceName, spanName, scopeName, language, code, kind, attributes]);
    let own = this.owns.get(text);
    if (own) own.hints = hints;
    else {
      if (this.owns.size >= this.maxKinds) {
        this.isFull();
        return undefined;
      }
      own = { number: this.ownList.length + 1, hints, isMadeForCaller: isMadeForCaller(hints) };
      this.owns.set(text, own);
      this.ownList.push(own);
    }
    if (columns.written.size >= MAX_WRITTEN) columns.written.clear();
    columns.written.set(key, own);
    return own;
  }

  /** The same walk as of one span's hints. */
  private chainOf(
    slot: number,
    handle: number,
    own: Own,
    siblings: ReturnType<typeof siblingPlaces> | undefined,
    depth: number,
  ): Chain | undefined {
    if (!own.isMadeForCaller || depth === 0) return this.chain(own, undefined, undefined);
    const { state } = this;
    const { spans, base } = state.segmentOf(handle)!;
    const [hi, lo] = [spans.parentHi[handle - base]!, spans.parentLo[handle - base]!];
    const parentHandle = (hi | lo) === 0 ? NONE : state.handleIn(slot, hi, lo);
    const holder = parentHandle === handle ? undefined : state.segmentOf(parentHandle);
    const around = holder && this.ownOf(holder, this.columnsOf(holder), parentHandle);
    if (around?.hints.serviceName !== own.hints.serviceName) return this.chain(own, undefined, undefined);
    const parent = this.chainOf(slot, parentHandle, around, siblings, depth - 1);
    return parent && this.chain(own, parent, siblings?.get(handle));
  }

  private chain(own: Own, parent: Chain | undefined, sibling: SourceHints['sibling']): Chain | undefined {
    const place = sibling ? `${String(sibling.index)}/${String(sibling.count)}` : '';
    const key = `${String(own.number)} ${String(parent?.number ?? 0)} ${place}`;
    const known = this.chains.get(key);
    if (known) return known;
    if (this.chains.size >= 2 * this.maxKinds) {
      this.isFull();
      return undefined;
    }
    const chain: Chain = { number: this.chains.size + 1, own, parent, sibling, id: 0 };
    this.chains.set(key, chain);
    return chain;
  }

  private idOf(chain: Chain): number {
    if (chain.id !== 0) return chain.id;
    if (this.listed.length >= this.maxKinds) {
      this.isFull();
      return 0;
    }
    chain.id = this.nextId++;
    this.listed.push(chain);
    return chain.id;
  }

  private isFull(): void {
    this.fullAt = this.state.evictedSpans;
  }

  /** Kinds of what was evicted make room only by numbering anew those that are held. */
  private startOver(): void {
    this.fullAt = -1;
    for (const segment of this.state.ring.segments) this.columns.delete(segment);
    this.seen = new Uint32Array(0);
    this.numbering = -1;
    this.owns = new Map();
    this.ownList = [];
    this.chains = new Map();
    this.listed = [];
  }
}

function hintsOf({ own, parent, sibling }: Chain): SourceHints {
  return { ...own.hints, ...(parent ? { parent: hintsOf(parent) } : {}), ...(sibling ? { sibling } : {}) };
}

/** Columns and attributes of a span that say where it was made, as they stand in its bytes. */
function writtenAs(segment: Segment, columns: Columns, index: number): string {
  const { spans } = segment;
  let key = `${String(spans.origin[index])} ${String(spans.name[index])} ${String(spans.code[index])} ${String(spans.kind[index])}`;
  const { bytes, start, end } = segment.spanRange(index);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const cursor = new FieldCursor(bytes, start, end);
  while (cursor.next()) {
    if (cursor.field !== FIELD_ATTRIBUTES || cursor.wireType !== 2) continue;
    if (!saysPlace(segment, columns, view, cursor)) continue;
    key += `\n${decodeUtf8(bytes, cursor.start, Math.min(cursor.end, cursor.start + MAX_ATTRIBUTE_BYTES))}`;
  }
  return key;
}

/** Whether the attribute at the cursor is one of those that tell where to look; `code.*` has a column where it is short. */
function saysPlace(segment: Segment, columns: Columns, view: DataView, { bytes, start, end }: FieldCursor): boolean {
  const length = bytes[start + 1]!;
  // Senders write the key first, and short ones with one byte of length; of any other order the whole is compared.
  if (bytes[start] !== 0x0a || length >= 0x80 || start + 2 + length > end) return true;
  const key = segment.keys.strings.find(view, start + 2, length);
  if (key >= segment.keys.strings.count) return isPlaceKey(decodeUtf8(bytes, start + 2, start + 2 + length));
  if (key >= columns.keys.length) columns.keys = resized(columns.keys, Math.max(64, 2 * key));
  columns.keys[key] ||= isPlaceKey(segment.keys.strings.text(key)) ? 2 : 1;
  return columns.keys[key] === 2;
}

function isPlaceKey(key: string): boolean {
  return SOURCE_KEYS.has(key) || key.startsWith('code.');
}

/** Values in a requested path would make each request a kind of its own: only what leads to its route is kept. */
function withoutValues(hints: SourceHints): SourceHints {
  const { attributes } = hints;
  const path = attributes?.['url.path'] ?? attributes?.['http.target']?.replace(/[?#].*$/s, '');
  if (attributes === undefined || path === undefined) return hints;
  const kept: Record<string, string> = { ...attributes };
  delete kept['http.target'];
  delete kept['url.path'];
  const route = attributes['http.route'];
  const isServed = route !== undefined && matchedPath(templateSegments(route), templateSegments(path)) !== undefined;
  if (!isServed) kept['url.path'] = path.split('/').map(plainSegment).join('/');
  return { ...hints, attributes: kept };
}

/** A number or an id stands for any other of its form. */
function plainSegment(segment: string): string {
  if (/^\d+$/.test(segment)) return '1';
  return segment.length >= 8 && /\d/.test(segment) && /^[\da-f-]+$/i.test(segment)
    ? segment.replaceAll(/[\da-f]/gi, '0')
    : segment;
}
