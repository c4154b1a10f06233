import { Segment } from './segment.ts';

/** Spans or log records after which a segment is full; the message that fills it stays whole. */
export const SEGMENT_RECORDS = 65536;
const PAGE_BITS = 16;
const PAGES = 1 << (32 - PAGE_BITS);
/** Pages that one segment may take at most: its own 64k and one large message. */
const MAX_SEGMENT_PAGES = 64;
/** Records one message may have, so that handles of its segment stay in a row. 64 MiB of empty spans are 2.2 million. */
export const MAX_MESSAGE_RECORDS = (MAX_SEGMENT_PAGES - 2) * SEGMENT_RECORDS;

/**
 * The segments from oldest to newest. A handle is a number in a space of 65,536 pages of 65,536; a segment takes pages
 * in a row as it grows, so finding the segment of a handle is one array read. Numbers come again only after four
 * billion records, and never while their page is held.
 */
export class SegmentRing {
  readonly segments: Segment[] = [];
  private readonly pages: (Segment | undefined)[] = [];
  private nextPage = 0;
  private sealedBytes = 0;
  private activeBytes = 0;
  private active: Segment | undefined;

  /** Bytes of all segments, as of the last message that was stored. */
  get byteLength(): number {
    return this.sealedBytes + this.activeBytes;
  }

  segmentOf(handle: number): Segment | undefined {
    return this.pages[handle >>> PAGE_BITS];
  }

  /** Whether {@link open} would need a page that is still held: the oldest segment has to go first. */
  get isOutOfPages(): boolean {
    if (this.active !== undefined) return false;
    const from = this.pageForNext();
    return this.pages.slice(from, from + MAX_SEGMENT_PAGES).some((page) => page !== undefined);
  }

  /** The segment that takes the next message. */
  open(): Segment {
    if (this.active === undefined) {
      this.nextPage = this.pageForNext();
      this.active = new Segment((this.nextPage << PAGE_BITS) >>> 0);
      this.segments.push(this.active);
      this.pages[this.nextPage++] = this.active;
    }
    return this.active;
  }

  /**
   * To be called before handles of new records are used: takes pages, so that the open segment is found by the handle of
   * each of its first `records` spans or log records. Pages taken for a message that is rolled back serve the next.
   */
  reserve(records: number): void {
    const segment = this.active;
    if (segment === undefined) return;
    const first = segment.base >>> PAGE_BITS;
    while ((this.nextPage - first) * SEGMENT_RECORDS < records) this.pages[this.nextPage++] = segment;
  }

  /** To be called when records were added: seals the segment when it is full. */
  added(maxSegmentBytes: number): void {
    const segment = this.active;
    if (segment === undefined) return;
    const records = Math.max(segment.spans.count, segment.logs.count);
    if (records >= SEGMENT_RECORDS || segment.byteLength >= maxSegmentBytes) {
      segment.seal();
      this.sealedBytes += segment.byteLength;
      this.active = undefined;
    }
    this.activeBytes = this.active?.byteLength ?? 0;
  }

  /** Takes the oldest segment out; its handles lead nowhere from then on. */
  dropOldest(): Segment | undefined {
    const segment = this.segments.shift();
    if (segment === undefined) return undefined;
    if (segment === this.active) {
      this.active = undefined;
      this.activeBytes = 0;
    } else this.sealedBytes -= segment.byteLength;
    for (let page = segment.base >>> PAGE_BITS; this.pages[page] === segment; page++) this.pages[page] = undefined;
    return segment;
  }

  private pageForNext(): number {
    return this.nextPage + MAX_SEGMENT_PAGES >= PAGES ? 0 : this.nextPage;
  }
}
