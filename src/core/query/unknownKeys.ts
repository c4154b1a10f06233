import { FieldCursor, lastField } from '../otlp/fieldCursor.ts';
import { decodeUtf8 } from '../otlp/utf8.ts';
import type { StoreState } from '../store/storeState.ts';
import { SPAN_FIELDS, TRACE_FIELDS, type Filter, type FilterExpression } from './filterExpression.ts';

/** An attribute that a filter names and no span has. */
export interface UnknownKey {
  readonly key: string;
  /** What was probably meant: a field, or (the end of) a key that is held; empty when nothing is near. */
  readonly nearest: string;
}

/** Strings looked at; with more nothing is said, since it might be wrong. */
const MOST_STRINGS = 100_000;
/** Longer keys are no slips of the keyboard. */
const LONGEST = 100;
const RESOURCE_ATTRIBUTES = 1;

/**
 * Attributes a filter names that neither a held span, event or resource has, by their whole key or its end behind a dot,
 * each with what is written most alike. Of a filter that matches nothing this is most often the reason.
 */
export function unknownKeys({ expression }: Filter, state: StoreState): UnknownKey[] {
  const asked = expression ? keysIn(expression) : new Map<string, boolean>();
  if (asked.size === 0) return [];
  const held = heldKeys(state);
  if (held === undefined) return [];
  const ends = new Set<string>();
  for (const key of held) for (const end of endsOf(key)) ends.add(end);
  return [...asked]
    .filter(([key]) => !ends.has(key) && key !== 'name')
    .map(([key, mayBeField]) => {
      return { key, nearest: nearest(key, mayBeField ? [...SPAN_FIELDS, ...TRACE_FIELDS, ...ends] : [...ends]) };
    });
}

/** Keys of attributes, and whether a field of spans could have been meant. */
function keysIn(expression: FilterExpression): Map<string, boolean> {
  const keys = new Map<string, boolean>();
  const visit = (part: FilterExpression): void => {
    switch (part.kind) {
      case 'and':
      case 'or':
        part.parts.forEach(visit);
        return;
      case 'not':
      case 'scope':
        visit(part.part);
        return;
      case 'compare':
        if (part.field.kind === 'attribute') keys.set(part.field.key, part.field.home === 'any');
        return;
      case 'hasKey':
        keys.set(part.key, false);
        return;
      case 'has':
      case 'errors':
      case 'text':
    }
  };
  visit(expression);
  return keys;
}

/** All keys held; undefined when there are too many to look through. */
function heldKeys(state: StoreState): Set<string> | undefined {
  const keys = new Set<string>();
  let looked = 0;
  for (const { keys: table, resources } of state.ring.segments) {
    looked += table.strings.count + resources.count;
    if (looked > MOST_STRINGS) return undefined;
    for (let index = 0; index < table.strings.count; index++) keys.add(table.strings.text(index));
    for (let index = 0; index < resources.count; index++) {
      const { bytes, start, end } = resources.message(index);
      const cursor = new FieldCursor(bytes, start, end);
      while (cursor.next()) {
        const key = cursor.field === RESOURCE_ATTRIBUTES ? lastField(bytes, cursor.start, cursor.end, 1) : undefined;
        if (key) keys.add(decodeUtf8(bytes, key.start, key.end));
      }
    }
  }
  return keys;
}

/** The key, and what stands behind each of its dots. */
function endsOf(key: string): string[] {
  const ends = [key];
  for (let dot = key.indexOf('.'); dot >= 0; dot = key.indexOf('.', dot + 1)) ends.push(key.slice(dot + 1));
  return ends;
}

/** The candidate with the fewest slips, up to one in three letters and three in all; the shorter one of two. */
function nearest(key: string, candidates: readonly string[]): string {
  if (key.length > LONGEST) return '';
  const wanted = key.toLowerCase();
  let best = '';
  let least = Math.min(3, Math.floor(key.length / 3)) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - key.length) > 3) continue;
    const found = slips(wanted, candidate.toLowerCase(), least);
    if (found < least || (found === least && best !== '' && candidate.length < best.length)) {
      least = found;
      best = candidate;
    }
  }
  return best;
}

/** Letters left out, put in, changed, or two turned around, to make one text of the other (optimal string alignment). */
function slips(a: string, b: string, enough: number): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      let cost = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (isSame ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1);
      row.push(cost);
    }
    if (Math.min(...row) > enough) return enough + 1;
    [before, above] = [above, row];
  }
  return above[b.length]!;
}
