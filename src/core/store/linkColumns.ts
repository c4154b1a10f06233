import { FieldCursor } from '../otlp/fieldCursor.ts';
import type { ByteRange } from './rangeTable.ts';
import { resized } from './resized.ts';

/** Links of one span that can be found from their other end; OpenTelemetry SDKs keep 128 at most. */
const MOST_OF_SPAN = 128;
/** And of one segment: 7 MB. */
const MOST_OF_SEGMENT = 262_144;
const WORDS = 6;

/**
 * What the spans of one segment link to, in the order they came: four words of the trace's id, two of the span's. Bounded
 * a span and a segment; goes with its segment. Links beyond the bounds are still links of their span.
 */
export class LinkColumns {
  count = 0;
  /** {@link WORDS} a link, big endian, signed like all words of ids. */
  #words = new Int32Array(0);
  /** Index of the span that has the link. */
  #source = new Uint32Array(0);

  get byteLength(): number {
    return 4 * (this.#words.length + this.#source.length);
  }

  rollback(count: number): void {
    this.count = count;
  }

  /** Gives back room that is not used. */
  trim(): void {
    this.#resize(this.count);
  }

  /** Index of the span that has link `link`. */
  sourceOf(link: number): number {
    return this.#source[link]!;
  }

  /** Word `word` of a link's target: 0–3 of the trace's id, 4 and 5 of the span's. */
  word(link: number, word: number): number {
    return this.#words[link * WORDS + word]!;
  }

  /** The first link to a trace from `from` on, or -1. */
  nextTo(from: number, t0: number, t1: number, t2: number, t3: number): number {
    const words = this.#words;
    for (let link = from, at = from * WORDS; link < this.count; link++, at += WORDS) {
      if (words[at + 3] === t3 && words[at + 2] === t2 && words[at + 1] === t1 && words[at] === t0) return link;
    }
    return -1;
  }

  /** Takes the links of span `source`, which lies at `range`. Ids of another length lead nowhere. */
  add(source: number, range: ByteRange): void {
    const cursor = new FieldCursor(range.bytes, range.start, range.end);
    let taken = 0;
    while (cursor.next()) {
      if (cursor.field !== 13) continue;
      if (taken++ === MOST_OF_SPAN || this.count === MOST_OF_SEGMENT) return;
      this.#ensure();
      if (this.#read(cursor.inside())) this.#source[this.count++] = source;
    }
  }

  #read(link: FieldCursor): boolean {
    const at = this.count * WORDS;
    let found = 0;
    while (link.next()) {
      const length = link.end - link.start;
      if (link.field === 1 && length === 16) found |= this.#copy(link, at, 4) ? 1 : 0;
      else if (link.field === 2 && length === 8) found |= this.#copy(link, at + 4, 2) ? 2 : 0;
    }
    return found === 3;
  }

  #copy({ bytes, start }: FieldCursor, at: number, words: number): boolean {
    for (let word = 0; word < words; word++) {
      const from = start + word * 4;
      this.#words[at + word] =
        (bytes[from]! << 24) | (bytes[from + 1]! << 16) | (bytes[from + 2]! << 8) | bytes[from + 3]!;
    }
    return true;
  }

  #ensure(): void {
    if (this.count === this.#source.length) this.#resize(Math.max(16, this.count * 2));
  }

  #resize(links: number): void {
    this.#words = resized(this.#words, links * WORDS);
    this.#source = resized(this.#source, links);
  }
}
