import { lastField } from '../otlp/fieldCursor.ts';
import { decodeUtf8 } from '../otlp/utf8.ts';
import type { SourceHints } from '../model/source.ts';
import { codeHintsOf } from './codeHintReader.ts';
import { readProcessHints } from './processHints.ts';
import type { Segment } from './segment.ts';
import { NONE } from './spanColumns.ts';
import { NO_TUPLE, TupleTable } from './tupleTable.ts';

/** Kinds of span remembered; the least recently seen tenth goes when there are more. */
const MAX_SIGNATURES = 20_000;
/** Kinds told apart in one segment before a lookup by text. */
const MAX_IN_SEGMENT = 32_768;

/** Spans of one kind: same service, name, scope and code hints. */
export interface Signature {
  readonly id: number;
  hints: SourceHints;
  count: number;
  /** Handle of the span of this kind that arrived last. */
  last: number;
  lastBatch: number;
  /** Forgotten: segment-local entries that still point here must look again. */
  gone: boolean;
}

/**
 * Groups spans by kind as they arrive. For each span it costs one lookup by three numbers of its segment; texts are
 * compared only when a combination is new in the segment. Names that were not interned (ids in names) have no kind.
 */
export class SignatureTable {
  revision = 0;
  private readonly byText = new Map<string, Signature>();
  private segment: Segment | undefined;
  private local = new TupleTable(3, MAX_IN_SEGMENT);
  private localEntries: Signature[] = [];
  private readonly tuple = new Uint32Array(3);
  private nextId = 1;
  private batch = 0;

  get signatures(): Iterable<Signature> {
    return this.byText.values();
  }

  get size(): number {
    return this.byText.size;
  }

  /** Ids and revisions go on above another table's. */
  continueAfter(other: SignatureTable): void {
    this.nextId = other.nextId;
    this.revision = other.revision + 1;
  }

  /** Once for each message that adds spans. */
  beginBatch(segment: Segment): void {
    this.batch++;
    this.revision++;
    if (segment !== this.segment) {
      this.segment = segment;
      this.local = new TupleTable(3, MAX_IN_SEGMENT);
      this.localEntries = [];
    }
  }

  /** Counts span `index` of the batch's segment. */
  add(segment: Segment, index: number, handle: number): void {
    const { tuple } = this;
    const code = segment.spans.code[index]!;
    const name = segment.spans.name[index]!;
    if (name === NONE || code === NONE) return;
    tuple[0] = segment.spans.origin[index]!;
    tuple[1] = name;
    tuple[2] = code;
    const local = this.local.intern(tuple);
    if (local === NO_TUPLE) return;
    let entry = this.localEntries[local];
    if (entry === undefined || entry.gone) {
      entry = this.lookUp(segment, index);
      this.localEntries[local] = entry;
    }
    entry.count++;
    entry.last = handle;
    entry.lastBatch = this.batch;
  }

  /** The span behind `from` is now span `index` of the batch's segment, behind `to`: nothing more was called. */
  moved(segment: Segment, index: number, from: number, to: number): void {
    const name = segment.spans.name[index]!;
    const code = segment.spans.code[index]!;
    if (name === NONE || code === NONE) return;
    const entry = this.byText.get(keyOf(signatureHints(segment, index)));
    if (entry?.last === from) entry.last = to;
  }

  /** Drops the kinds whose last span is no longer held. */
  dropWhere(isGone: (handle: number) => boolean): void {
    for (const [key, entry] of this.byText) {
      if (!isGone(entry.last)) continue;
      entry.gone = true;
      this.byText.delete(key);
    }
    this.revision++;
  }

  private lookUp(segment: Segment, index: number): Signature {
    const hints = signatureHints(segment, index);
    const key = keyOf(hints);
    const known = this.byText.get(key);
    if (known !== undefined) {
      // A process started anew may run from elsewhere: the newest directories hold.
      known.hints = hints;
      return known;
    }
    if (this.byText.size >= MAX_SIGNATURES) this.forgetOldest();
    const entry = { id: this.nextId++, hints, count: 0, last: NONE, lastBatch: this.batch, gone: false };
    this.byText.set(key, entry);
    return entry;
  }

  private forgetOldest(): void {
    const oldest = [...this.byText].sort((a, b) => a[1].lastBatch - b[1].lastBatch).slice(0, MAX_SIGNATURES / 10);
    for (const [key, entry] of oldest) {
      entry.gone = true;
      this.byText.delete(key);
    }
  }
}

function keyOf(hints: SourceHints): string {
  return JSON.stringify([hints.serviceName, hints.spanName, hints.scopeName, hints.language, hints.code]);
}

/** What all spans of the kind of span `index` have in common. */
function signatureHints(segment: Segment, index: number): SourceHints {
  const origin = segment.spans.origin[index]!;
  const resource = segment.origins.get(origin, 0);
  return {
    serviceName: segment.services[resource]!,
    spanName: segment.names.text(segment.spans.name[index]!),
    scopeName: scopeNameOf(segment, origin),
    ...readProcessHints(segment, resource),
    code: codeHintsOf(segment, segment.spans.code[index]!),
    stackTraces: [],
  };
}

/** Name of the instrumentation scope of an origin, or empty. */
export function scopeNameOf(segment: Segment, origin: number): string {
  const { bytes, start, end } = segment.scopes.message(segment.origins.get(origin, 1));
  const name = lastField(bytes, start, end, 1);
  return name === undefined ? '' : decodeUtf8(bytes, name.start, Math.min(name.end, name.start + 1024));
}
