import { FIELD, FOUND, RecordFields } from '../find/recordFields.ts';
import { RecordTexts } from '../find/recordTexts.ts';
import type { TextMatcher } from '../find/textMatcher.ts';
import { FieldCursor } from '../otlp/fieldCursor.ts';
import { hexOf } from '../otlp/utf8.ts';
import type { ReadCache } from './blockCodec.ts';
import { codeTextsOf } from './codeHintReader.ts';
import { ContentSearch } from './contentSearch.ts';
import type { Cut } from './recordBlocks.ts';
import { resized } from './resized.ts';
import { resourceTexts } from './resourceTexts.ts';
import type { Segment } from './segment.ts';
import { scopeNameOf } from './signatureTable.ts';
import { NONE, SUPERSEDED } from './spanColumns.ts';
import { SPAN_BIT } from './storeReader.ts';
import { hexWord } from './storeState.ts';

/** In answers by name, origin or code: asked already. */
const ASKED = 0x8000;
/** Protobuf's tag of a `bytes_value`. */
const TAG_OF_BYTES = 0x3a;

/** Looks for a text in the records of one segment, further as it grows. */
export class SegmentSearch {
  readonly segment: Segment;
  /** By span: FOUND bits, 0 while none were found. */
  found = new Uint16Array(0);
  /** Spans whose name, service, scope and id were asked; spans whose record was; log records that were. */
  named = 0;
  read = 0;
  logsRead = 0;
  /** Spans from here on came after the search began: their log records may have been read before them. */
  readonly late: number;
  private readonly matcher: TextMatcher;
  private readonly cache: ReadCache;
  private readonly fields = new RecordFields();
  private readonly scalars: RecordTexts | undefined;
  private readonly texts: RecordTexts;
  private readonly content: ContentSearch;
  private readonly id: IdBits | undefined;
  private names = new Uint16Array(64);
  private origins = new Uint16Array(64);
  private codes = new Uint16Array(64);

  constructor(segment: Segment, matcher: TextMatcher, cache: ReadCache, late: number) {
    this.segment = segment;
    this.matcher = matcher;
    this.cache = cache;
    this.late = late;
    this.id = idBits(matcher.idPrefix);
    this.content = new ContentSearch(segment.blocks.content, matcher.needles, cache);
    const matches = (text: string): boolean => matcher.matches(text);
    this.scalars = matcher.asksScalars ? new RecordTexts({ scalar: matches }) : undefined;
    this.texts = new RecordTexts({ text: matches, scalar: matches });
  }

  get readBytes(): number {
    return this.content.readBytes;
  }

  /** Asks what is known of new spans without reading them; `slot` is their trace, -1 for all. True when any was found. */
  askNames(slot: number): boolean {
    const { spans } = this.segment;
    const { count, trace, bits } = spans;
    if (this.found.length < count) {
      this.found = resized(this.found, Math.max(count, spans.capacity));
    }
    let any = false;
    for (let index = this.named; index < count; index++) {
      if ((slot >= 0 && trace[index] !== slot) || (bits[index]! & SUPERSEDED) !== 0) continue;
      const found = this.askNamed(index);
      if (found === 0) continue;
      this.found[index]! |= found;
      any = true;
    }
    this.named = count;
    return any;
  }

  /** What is found of span `index` without reading its record. */
  askNamed(index: number): number {
    const { name, origin, code, idHi, idLo } = this.segment.spans;
    const { id } = this;
    let found = this.askName(name[index]!) | this.askOrigin(origin[index]!);
    if (code[index] !== 0 && code[index] !== NONE) found |= this.askCode(code[index]!);
    if (id !== undefined && ((idHi[index]! ^ id.hi) & id.hiMask) === 0 && ((idLo[index]! ^ id.lo) & id.loMask) === 0) {
      found |= FOUND.id;
    }
    return found;
  }

  /** What is found in the record of span `index`. */
  askSpan(index: number): number {
    const { segment, matcher } = this;
    const { spans, blocks } = segment;
    const found = this.askRecord(spans.block[index]!, spans.start[index]!, spans.end[index]!, FIELD.span);
    if (found !== 0 || matcher.idPrefix === '' || (spans.bits[index]! & SPAN_BIT.hasLinks) === 0) return found;
    const range = blocks.range(spans.block[index]!, spans.start[index]!, spans.end[index]!);
    return linkBegins(range.bytes, range.start, range.end, matcher.idPrefix) ? FOUND.links : 0;
  }

  /** What is found in log record `index`. */
  askLog(index: number): number {
    const { logs } = this.segment;
    return this.askRecord(logs.block[index]!, logs.start[index]!, logs.end[index]!, FIELD.log);
  }

  private askRecord(block: number, start: number, end: number, root: number): number {
    const { matcher, fields, scalars } = this;
    const { blocks } = this.segment;
    if (matcher.needles.length === 0) return this.askWhole(block, start, end, root);
    const bytes = blocks.cutBytes(block, this.cache);
    const cuts = blocks.cutsIn(block, start, end);
    const plain = cuts?.flatMap(({ at, length }) => [at, length]);
    for (const needle of matcher.needles) {
      for (let at = needle.find(bytes, start, end); at >= 0;) {
        const place = fields.locate(bytes, start, end, root, at, needle.length, plain);
        if (place !== 0 && (needle.isExact || this.texts.matches(bytes, fields.start, fields.end))) return place;
        at = needle.find(bytes, place === 0 ? at + 1 : fields.end, end);
      }
    }
    if (scalars !== undefined) {
      const place = scalars.walk(bytes, start, end, root, plain);
      if (place !== 0) return place;
    }
    if (cuts === undefined || !cuts.some((cut) => this.mayBeInCut(bytes, cut))) return 0;
    // In which field it is, and whether it is a match at all: rare enough to put the record together.
    return this.askWhole(block, start, end, root);
  }

  private askWhole(block: number, start: number, end: number, root: number): number {
    const range = this.segment.blocks.range(block, start, end);
    return this.texts.walk(range.bytes, range.start, range.end, root, undefined);
  }

  private mayBeInCut(bytes: Uint8Array, cut: Cut): boolean {
    let sizeBytes = 1;
    for (let rest = cut.length; rest >= 128; rest = Math.floor(rest / 128)) sizeBytes++;
    return bytes[cut.at - sizeBytes - 1] !== TAG_OF_BYTES && this.content.has(cut.first, cut.count);
  }

  private askName(name: number): number {
    if (name === NONE) return 0;
    if (name >= this.names.length) this.names = grown(this.names, this.segment.names.count);
    if (this.names[name] === 0) {
      this.names[name] = ASKED | (this.matcher.matches(this.segment.names.text(name)) ? FOUND.name : 0);
    }
    return this.names[name]! & ~ASKED;
  }

  private askOrigin(origin: number): number {
    if (origin >= this.origins.length) this.origins = grown(this.origins, this.segment.origins.count);
    if (this.origins[origin] === 0) {
      const { segment, matcher } = this;
      const resource = segment.origins.get(origin, 0);
      const isInResource = resourceTexts(segment, resource).some(({ text }) => matcher.find(text, true) !== undefined);
      this.origins[origin] =
        ASKED |
        (matcher.matches(segment.services[resource]!) ? FOUND.service : 0) |
        (isInResource ? FOUND.resource : 0) |
        (matcher.matches(scopeNameOf(segment, origin)) ? FOUND.scope : 0);
    }
    return this.origins[origin]! & ~ASKED;
  }

  private askCode(code: number): number {
    if (code >= this.codes.length) this.codes = grown(this.codes, this.segment.codes.count + 1);
    if (this.codes[code] === 0) {
      const has = codeTextsOf(this.segment, code).some((text) => this.matcher.matches(text));
      this.codes[code] = ASKED | (has ? FOUND.attributes : 0);
    }
    return this.codes[code]! & ~ASKED;
  }
}

/** The bits that a beginning of an id fixes, and which they are; words are signed like those of ids. */
interface IdBits {
  readonly hi: number;
  readonly hiMask: number;
  readonly lo: number;
  readonly loMask: number;
}

function idBits(prefix: string): IdBits | undefined {
  if (prefix === '' || prefix.length > 16) return undefined;
  const value = prefix.padEnd(16, '0');
  const mask = 'f'.repeat(prefix.length).padEnd(16, '0');
  return {
    hi: hexWord(value, 0),
    hiMask: hexWord(mask, 0),
    lo: hexWord(value, 8),
    loMask: hexWord(mask, 8),
  };
}

function linkBegins(bytes: Uint8Array, start: number, end: number, prefix: string): boolean {
  const cursor = new FieldCursor(bytes, start, end);
  while (cursor.next()) {
    if (cursor.field !== 13) continue;
    const link = cursor.inside();
    while (link.next()) {
      if (link.field <= 2 && hexOf(bytes, link.start, link.end).startsWith(prefix)) return true;
    }
  }
  return false;
}

function grown(from: Uint16Array<ArrayBuffer>, count: number): Uint16Array<ArrayBuffer> {
  return resized(from, Math.max(count, from.length * 2));
}
