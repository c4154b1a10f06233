import { readKeyValue, scalarText } from '../core/otlp/anyValue.ts';
import { FieldCursor, lastField } from '../core/otlp/fieldCursor.ts';
import { decodeUtf8 } from '../core/otlp/utf8.ts';
import type { Segment } from '../core/store/segment.ts';
import { SUPERSEDED } from '../core/store/spanColumns.ts';
import type { StoreState } from '../core/store/storeState.ts';

/** Spans looked at, newest first: enough to tell what is frequent, and some milliseconds to read. */
const SPANS = 3000;
const MOST_DISTINCT = 1000;
/** Longer values are texts, not values to choose from; they are cut. */
const VALUE_BYTES = 160;
const SHORT = { inlineBytes: VALUE_BYTES, ref: (): string => '' };
const ATTRIBUTES = 9;
const EVENTS = 11;

export interface Counted {
  readonly text: string;
  /** Among the spans looked at; 0 for what only others have. */
  readonly count: number;
}

/** The newest spans, for what is frequent in them. Everything is read when first asked for and kept. */
export class SpanSample {
  readonly state: StoreState;
  readonly #spans: readonly { readonly segment: Segment; readonly index: number }[];
  readonly #keys = new Map<string | undefined, readonly Counted[]>();
  readonly #values = new Map<string, readonly Counted[]>();

  constructor(state: StoreState) {
    this.state = state;
    const spans: { segment: Segment; index: number }[] = [];
    for (const segment of [...state.ring.segments].reverse()) {
      const { bits, trace, count } = segment.spans;
      for (let index = count - 1; index >= 0 && spans.length < SPANS; index--) {
        const isShown = state.traces.hiddenBy[trace[index] ?? 0] === 0;
        if (isShown && ((bits[index] ?? 0) & SUPERSEDED) === 0) spans.push({ segment, index });
      }
      if (spans.length >= SPANS) break;
    }
    this.#spans = spans;
  }

  /** Keys of attributes, most frequent first, then those that no span looked at has. `home`: `span`, `event`, `resource`. */
  keys(home: string | undefined): readonly Counted[] {
    const known = this.#keys.get(home);
    if (known) return known;
    const counts = new Map<string, number>();
    this.#each(home, (key) => count(counts, key));
    if (home === undefined) {
      for (const segment of this.state.ring.segments.slice(-4)) {
        const { strings } = segment.keys;
        for (let index = 0; index < strings.count && counts.size < MOST_DISTINCT; index++) {
          const key = strings.text(index);
          if (!counts.has(key)) counts.set(key, 0);
        }
      }
    }
    const keys = sorted(counts);
    this.#keys.set(home, keys);
    return keys;
  }

  /** Values of a field or a key. */
  values(name: string): readonly Counted[] {
    const known = this.#values.get(name);
    if (known) return known;
    const counts = new Map<string, number>();
    switch (name.toLowerCase()) {
      case 'service':
        for (const { segment, index } of this.#spans) count(counts, segment.serviceOf(index));
        for (const segment of this.state.ring.segments) for (const each of segment.services) addRare(counts, each);
        break;
      case 'name':
      case 'trace.name':
        for (const { segment, index } of this.#spans) count(counts, segment.nameOf(index));
        break;
      case 'scope':
        for (const { segment, index } of this.#spans) count(counts, scopeOf(segment, index));
        break;
      case 'model':
        for (const key of ['gen_ai.request.model', 'llm.model_name', 'model.name', 'model_name'])
          this.#count(counts, key);
        break;
      default: {
        const [, home, key] = /^(resource|span|event)\.(.+)$/.exec(name) ?? [];
        this.#count(counts, key ?? name, home);
      }
    }
    counts.delete('');
    const values = sorted(counts);
    this.#values.set(name, values);
    return values;
  }

  #count(counts: Map<string, number>, wanted: string, home?: string): void {
    const end = `.${wanted}`;
    this.#each(home, (key, value) => {
      if (key === wanted || key.endsWith(end)) count(counts, value());
    });
  }

  #each(home: string | undefined, take: (key: string, value: () => string) => void): void {
    for (const { segment, index } of this.#spans) {
      const { bytes, start, end } = segment.spanRange(index);
      if (home === undefined || home === 'span') eachIn(segment, bytes, start, end, ATTRIBUTES, take);
      if (home === undefined || home === 'event') {
        const cursor = new FieldCursor(bytes, start, end);
        while (cursor.next()) {
          if (cursor.field === EVENTS) eachIn(segment, bytes, cursor.start, cursor.end, 3, take);
        }
      }
      if (home === undefined || home === 'resource') {
        const resource = segment.resources.message(segment.origins.get(segment.spans.origin[index] ?? 0, 0));
        eachIn(segment, resource.bytes, resource.start, resource.end, 1, take);
      }
    }
  }
}

function eachIn(
  segment: Segment,
  bytes: Uint8Array,
  start: number,
  end: number,
  field: number,
  take: (key: string, value: () => string) => void,
): void {
  const cursor = new FieldCursor(bytes, start, end);
  while (cursor.next()) {
    if (cursor.field !== field) continue;
    const [from, to] = [cursor.start, cursor.end];
    const key = lastField(bytes, from, to, 1);
    if (key === undefined) continue;
    take(segment.keys.textOf(bytes, key.start, key.end - key.start), () => {
      const { value } = readKeyValue(bytes, from, to, SHORT);
      return 'cut' in value ? '' : scalarText(value);
    });
  }
}

function scopeOf(segment: Segment, index: number): string {
  const { bytes, start, end } = segment.scopes.message(segment.origins.get(segment.spans.origin[index] ?? 0, 1));
  const name = lastField(bytes, start, end, 1);
  return name === undefined ? '' : decodeUtf8(bytes, name.start, name.end);
}

function count(counts: Map<string, number>, text: string): void {
  const before = counts.get(text);
  if (before !== undefined || counts.size < MOST_DISTINCT) counts.set(text, (before ?? 0) + 1);
}

function addRare(counts: Map<string, number>, text: string): void {
  if (!counts.has(text) && counts.size < MOST_DISTINCT) counts.set(text, 0);
}

function sorted(counts: ReadonlyMap<string, number>): readonly Counted[] {
  return Array.from(counts, ([text, times]) => ({ text, count: times })).sort(
    (a, b) => b.count - a.count || (a.text < b.text ? -1 : 1),
  );
}
