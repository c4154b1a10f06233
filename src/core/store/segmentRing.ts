import type { Age } from './age.ts';
import type { BlockCodec, ReadCache } from './blockCodec.ts';
import { Segment } from './segment.ts';
import { SegmentPacker } from './segmentPacker.ts';

/** Spans or log records after which a segment is full; the message that fills it stays whole. */
export const SEGMENT_RECORDS = 65536;
const PAGE_BITS = 16;
const PAGES = 1 << (32 - PAGE_BITS);
/** Pages that one segment may take at most: its own 64k and one large message. */
const MAX_SEGMENT_PAGES = 64;
/** Records one message may have, so that handles of its segment stay in a row. 64 MiB of empty spans are 2.2 million. */
export const MAX_MESSAGE_RECORDS = (MAX_SEGMENT_PAGES - 2) * SEGMENT_RECORDS;

/** Segments of one stretch of the past; a journal file fills a few. */
const PAST_ORDERS = 2 ** 20;
/** Kept segments are older than all others. */
const KEPT_ORDER = -(2 ** 50);

/** A segment that takes messages, and the page behind its last. */
interface OpenSegment {
  readonly segment: Segment;
  pagesEnd: number;
  bytes: number;
}

/**
 * The segments from oldest to newest. A handle is a number in a space of 65,536 pages of 65,536; a segment takes pages
 * in a row as it grows, so finding the segment of a handle is one array read. Numbers come again only after four
 * billion records, and never while their page is held. Besides the newest segment one of
 * the past can be open, and one of kept spans, which stand before all others.
 */
export class SegmentRing {
  readonly segments: Segment[] = [];
  private readonly pages: (Segment | undefined)[] = [];
  private nextPage = 0;
  private sealedBytes = 0;
  private readonly openSegments = new Map<Age, OpenSegment>();
  /** Order of the next segment of each age. */
  private readonly nextOrder: Record<Age, number> = { present: 1, past: 0, kept: KEPT_ORDER };
  /** Where the next segment of the past goes. */
  private pastAt = 0;
  private pastStretches = 0;
  /** Sealed and not packed yet, oldest first. */
  private readonly unpacked: Segment[] = [];
  private packer: SegmentPacker | undefined;
  private readonly cache: ReadCache;

  constructor(cache: ReadCache) {
    this.cache = cache;
  }

  /** Bytes of all segments, as of the last message that was stored. */
  get byteLength(): number {
    let bytes = this.sealedBytes;
    for (const open of this.openSegments.values()) bytes += open.bytes;
    return bytes;
  }

  /** Handles go on above another ring's. */
  continueAfter(other: SegmentRing): void {
    this.nextPage = other.nextPage;
  }

  segmentOf(handle: number): Segment | undefined {
    return this.pages[handle >>> PAGE_BITS];
  }

  /** Segments of kept spans: those before {@link segments}[keptCount]. */
  get keptCount(): number {
    let count = 0;
    while (count < this.segments.length && this.segments[count]!.age === 'kept') count++;
    return count;
  }

  /** Whether {@link open} would need a page that is still held: the oldest segment has to go first. */
  isOutOfPages(age: Age): boolean {
    if (this.openSegments.has(age)) return false;
    const from = this.pageForNext();
    return this.pages.slice(from, from + MAX_SEGMENT_PAGES).some((page) => page !== undefined);
  }

  /** The segment that takes the next message of an age. */
  open(age: Age): Segment {
    const open = this.openSegments.get(age);
    if (open !== undefined) return open.segment;
    const page = this.pageForNext();
    const segment = new Segment((page << PAGE_BITS) >>> 0, age, this.nextOrder[age]++, this.cache);
    if (age === 'present') {
      this.segments.push(segment);
    } else {
      this.segments.splice(age === 'past' ? this.pastAt : this.keptCount, 0, segment);
      this.pastAt++;
    }
    this.pages[page] = segment;
    this.nextPage = page + 1;
    this.openSegments.set(age, { segment, pagesEnd: page + 1, bytes: segment.byteLength });
    return segment;
  }

  /**
   * To be called before handles of new records are used: takes pages, so that the open segment is found by the handle of
   * each of its first `records` spans or log records. Pages taken for a message that is rolled back serve the next.
   */
  reserve(segment: Segment, records: number): void {
    const open = this.openOf(segment);
    if (open === undefined) return;
    const first = segment.base >>> PAGE_BITS;
    while ((open.pagesEnd - first) * SEGMENT_RECORDS < records) this.pages[open.pagesEnd++] = segment;
    this.nextPage = Math.max(this.nextPage, open.pagesEnd);
  }

  /** To be called when records were added: seals the segment when it is full. */
  added(segment: Segment, maxSegmentBytes: number): void {
    const open = this.openOf(segment);
    if (open === undefined) return;
    open.bytes = segment.byteLength;
    const records = Math.max(segment.spans.count, segment.logs.count);
    if (records >= SEGMENT_RECORDS || open.bytes >= maxSegmentBytes) this.seal(open);
  }

  /** What is added to the past from now on is older than everything held. */
  beginPast(): void {
    this.endPast();
    this.pastAt = this.keptCount;
    this.nextOrder.past = -++this.pastStretches * PAST_ORDERS;
  }

  endPast(): void {
    const past = this.openSegments.get('past');
    if (past !== undefined) this.seal(past);
  }

  /** Whether {@link packStep} has something to do. */
  get hasUnpacked(): boolean {
    return this.packer !== undefined || this.unpacked.length > 0;
  }

  /** Makes sealed segments smaller by one step of about 256 KiB; false when there was nothing to do. */
  packStep(codec: BlockCodec | undefined): boolean {
    if (this.packer === undefined) {
      const segment = this.unpacked.shift();
      if (segment === undefined) return false;
      this.packer = new SegmentPacker(segment, codec);
    }
    const { packer } = this;
    const before = packer.segment.byteLength;
    if (!packer.step()) this.packer = undefined;
    this.sealedBytes += packer.segment.byteLength - before;
    return true;
  }

  /** Takes a segment out; its handles lead nowhere from then on. */
  drop(segment: Segment): void {
    const at = this.segments.indexOf(segment);
    if (at < 0) return;
    this.segments.splice(at, 1);
    if (at < this.pastAt) this.pastAt--;
    if (this.openOf(segment) !== undefined) {
      this.openSegments.delete(segment.age);
    } else {
      this.sealedBytes -= segment.byteLength;
      if (this.packer?.segment === segment) this.packer = undefined;
      const waiting = this.unpacked.indexOf(segment);
      if (waiting >= 0) this.unpacked.splice(waiting, 1);
    }
    for (let page = segment.base >>> PAGE_BITS; this.pages[page] === segment; page++) this.pages[page] = undefined;
  }

  private seal(open: OpenSegment): void {
    const { segment } = open;
    segment.seal();
    this.sealedBytes += segment.byteLength;
    this.unpacked.push(segment);
    this.openSegments.delete(segment.age);
  }

  private openOf(segment: Segment): OpenSegment | undefined {
    const open = this.openSegments.get(segment.age);
    return open?.segment === segment ? open : undefined;
  }

  /** Behind all pages taken, and behind those that a segment which is still open may take. */
  private pageForNext(): number {
    let page = this.nextPage;
    for (const { segment } of this.openSegments.values()) {
      page = Math.max(page, (segment.base >>> PAGE_BITS) + MAX_SEGMENT_PAGES);
    }
    return page + MAX_SEGMENT_PAGES >= PAGES ? 0 : page;
  }
}
