/** Hex texts found in pasted text, lower case, in order, each once. */
export interface FoundIds {
  /** 32 digits: trace ids. */
  readonly whole: readonly string[];
  /** 16 digits: span ids, or the low half of a trace id. */
  readonly half: readonly string[];
  /** 8 to 31 other digits: beginnings of ids. */
  readonly prefixes: readonly string[];
}

const UUID = /(?<![0-9a-z])([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})(?![0-9a-z])/g;
const HEX = /(?<![0-9a-z])(?:0x)?([0-9a-f]{8,32})(?![0-9a-z])/g;
const MOST_IDS = 64;

/**
 * Ids in any text: a log line, a W3C `traceparent`, a UUID with dashes, `0x…`, or the first 8 digits or more of an id.
 * Digits inside longer words and zeros are passed over; at most 64 are read.
 */
export function idsInText(text: string): FoundIds {
  const plain = text.toLowerCase().replace(UUID, '$1$2$3$4$5');
  const found = new Set<string>();
  for (const match of plain.matchAll(HEX)) {
    const digits = match[1] ?? '';
    if (!/^0+$/.test(digits)) found.add(digits);
    if (found.size === MOST_IDS) break;
  }
  const ids = [...found];
  return {
    whole: ids.filter((id) => id.length === 32),
    half: ids.filter((id) => id.length === 16),
    prefixes: ids.filter((id) => id.length !== 32 && id.length !== 16),
  };
}
