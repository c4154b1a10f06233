/**
 * What was masked, as the mark says it. Order is part of the stored form: the place in this list is written in the mask.
 * Twelve fit.
 */
const KINDS = [
  'api key',
  'bearer',
  'basic',
  'password',
  'secret',
  'token',
  'cookie',
  'private key',
  'email',
  'authorization',
  'custom',
] as const;

export type SecretKind = (typeof KINDS)[number];

/** SUBSTITUTE, then the kind, then fill: characters of ASCII that texts do not have in this order. */
const LEAD = 0x1a;
const FIRST_KIND = 0x0e;
const FILL = 0x7f;
/** A mask of one byte has no room for a kind. */
const ALONE = 0x2a;
const LEAD_TEXT = '\x1a';
const MASKS = /(?:\x1a([\x0e-\x18])\x7f*)+/g;

/** Every mask as {@link showMasks} shows it. */
export const SHOWN_MASKS: readonly string[] = KINDS.map((kind) => `‹redacted: ${kind}›`);

/** Whether a mask may begin at `at`. */
export function mayBeMask(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === LEAD && isKind(bytes[at + 1]);
}

export function kindNumber(kind: SecretKind): number {
  return KINDS.indexOf(kind);
}

/**
 * Overwrites `bytes[start .. end)`, a part of the text at `low .. high`, with a mask of kind number `kind`. A mask of that
 * text that the range cuts is taken over whole, so that no part of one is left over. Does nothing when the range is one
 * mask already.
 * @returns whether anything was written
 */
export function writeMask(
  bytes: Uint8Array,
  low: number,
  start: number,
  end: number,
  high: number,
  kind: number,
): boolean {
  if (start >= end || isMask(bytes, start, end)) return false;
  const from = maskStart(bytes, low, start);
  const to = end < high && maskStart(bytes, low, end) < end ? maskEnd(bytes, end, high) : end;
  if (to - from === 1) {
    if (bytes[from] === ALONE) return false;
    bytes[from] = ALONE;
    return true;
  }
  bytes[from] = LEAD;
  bytes[from + 1] = FIRST_KIND + kind;
  bytes.fill(FILL, from + 2, to);
  return true;
}

/**
 * `text` with every mask as `‹redacted: bearer›`, those that touch as one: text grows by it, and senders can write masks,
 * too. Costs one search when there is none.
 */
export function showMasks(text: string): string {
  if (!text.includes(LEAD_TEXT)) return text;
  return text.replace(MASKS, (mask, kind: string) => {
    const name = KINDS[kind.charCodeAt(0) - FIRST_KIND];
    return name === undefined ? mask : `‹redacted: ${name}›`;
  });
}

/** The mask that begins at `at` of a text that ends at `end`, with those that touch it: what it reads and where it ends. */
export function readMask(
  bytes: Uint8Array,
  at: number,
  end: number,
): { readonly name: string; readonly end: number } | undefined {
  let name: string | undefined;
  let stop = at;
  while (stop + 1 < end && bytes[stop] === LEAD && isKind(bytes[stop + 1])) {
    name = KINDS[bytes[stop + 1]! - FIRST_KIND];
    stop = maskEnd(bytes, stop + 1, end);
  }
  return name === undefined ? undefined : { name, end: stop };
}

/** Whether `bytes[start .. end)` is exactly one mask of two bytes or more. */
export function isMask(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 2 || bytes[start] !== LEAD || !isKind(bytes[start + 1])) return false;
  return maskEnd(bytes, start + 1, end) === end;
}

/**
 * Where to cut the text `bytes[start .. end)` instead of at `at`, so that no mask is in two pieces: before a mask that `at`
 * is inside of, behind it when it begins at `start` (such a page is longer in bytes, but short as text).
 */
export function maskBoundary(bytes: Uint8Array, start: number, end: number, at: number): number {
  if (at <= start || at >= end) return at;
  const before = maskStart(bytes, start, at);
  if (before === at) return at;
  return before > start ? before : maskEnd(bytes, at, end);
}

/** Start of the mask that position `at` is inside of, not before `low`; `at` itself when it is inside of none. */
function maskStart(bytes: Uint8Array, low: number, at: number): number {
  let kind = at;
  while (kind > low && bytes[kind] === FILL) kind--;
  return kind > low && isKind(bytes[kind]) && bytes[kind - 1] === LEAD ? kind - 1 : at;
}

/** End of the mask that position `at` is inside of, at its kind or in its fill. */
function maskEnd(bytes: Uint8Array, at: number, high: number): number {
  let end = at;
  if (isKind(bytes[end])) end++;
  while (end < high && bytes[end] === FILL) end++;
  return end;
}

function isKind(byte: number | undefined): boolean {
  return byte !== undefined && byte >= FIRST_KIND && byte < FIRST_KIND + KINDS.length;
}
