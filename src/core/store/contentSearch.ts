import type { ByteNeedle } from '../find/byteNeedle.ts';
import type { ReadCache } from './blockCodec.ts';
import type { ContentChunks } from './contentChunks.ts';
import { resized } from './resized.ts';

const NOT_ASKED = 0;
const WITHOUT = 1;
const WITH = 2;
/** Chunks but the last of a value are at least so long: what is no longer lies in two at most. */
const LEAST_CHUNK = 512;

/**
 * Looks for needles in the long values of a segment. Each chunk is read once, and each pair of chunks that follow each
 * other in some value once more for what lies across their border.
 */
export class ContentSearch {
  /** Bytes read so far. */
  readBytes = 0;
  private readonly content: ContentChunks;
  private readonly needles: readonly ByteNeedle[];
  private readonly cache: ReadCache;
  private answers = new Uint8Array(64);
  private readonly seams = new Map<number, boolean>();

  constructor(content: ContentChunks, needles: readonly ByteNeedle[], cache: ReadCache) {
    this.content = content;
    this.needles = needles;
    this.cache = cache;
  }

  /** Whether the value of `count` references from `first` has a needle; of longer ones than a chunk, whether it may. */
  has(first: number, count: number): boolean {
    const { content } = this;
    if (this.needles.some((needle) => needle.length >= LEAST_CHUNK)) return true;
    for (let i = first; i < first + count; i++) {
      const chunk = content.chunkAt(i);
      if (this.chunkHas(chunk) || (i > first && this.seamHas(content.chunkAt(i - 1), chunk))) return true;
    }
    return false;
  }

  private chunkHas(chunk: number): boolean {
    if (chunk >= this.answers.length) {
      this.answers = resized(this.answers, Math.max(this.content.chunkCount, this.answers.length * 2));
    }
    if (this.answers[chunk] === NOT_ASKED) {
      const bytes = this.content.chunk(chunk, this.cache);
      this.readBytes += bytes.length;
      const has = this.needles.some((needle) => needle.find(bytes, 0, bytes.length) >= 0);
      this.answers[chunk] = has ? WITH : WITHOUT;
    }
    return this.answers[chunk] === WITH;
  }

  private seamHas(left: number, right: number): boolean {
    const key = left * 2 ** 26 + right;
    let has = this.seams.get(key);
    if (has === undefined) {
      has = this.needles.some((needle) => this.needleInSeam(needle, left, right));
      this.seams.set(key, has);
    }
    return has;
  }

  private needleInSeam(needle: ByteNeedle, left: number, right: number): boolean {
    const reach = needle.length - 1;
    if (reach === 0) return false;
    // Copied before the next is opened: its page may take the place of this one's.
    const before = this.content.chunk(left, this.cache).slice(-reach);
    const after = this.content.chunk(right, this.cache).subarray(0, reach);
    const seam = new Uint8Array(before.length + after.length);
    seam.set(before);
    seam.set(after, before.length);
    this.readBytes += seam.length;
    return needle.find(seam, 0, seam.length) >= 0;
  }
}
