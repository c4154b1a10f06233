/**
 * A number of 53 bits for a text: cyrb53, two rounds of multiplying and mixing. Equal texts have equal numbers; texts that
 * differ have the same by chance once in 10^15, so it stands for the text where only what is shown depends on it.
 */
export function textKey(text: string, seed = 0): number {
  let a = 0xdeadbeef ^ seed;
  let b = 0x41c6ce57 ^ seed;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 2_654_435_761);
    b = Math.imul(b ^ unit, 1_597_334_677);
  }
  a = Math.imul(a ^ (a >>> 16), 2_246_822_507) ^ Math.imul(b ^ (b >>> 13), 3_266_489_909);
  b = Math.imul(b ^ (b >>> 16), 2_246_822_507) ^ Math.imul(a ^ (a >>> 13), 3_266_489_909);
  return 4_294_967_296 * (2_097_151 & b) + (a >>> 0);
}

/** JSON text with the members of objects in the order of their names, so that equal values have equal texts. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value === undefined) return 'null';
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

/** White space that a library may add or trim says nothing. */
export function foldSpace(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** At most `limit` UTF-16 units in one line, `…` behind what was longer; holds on to nothing of the long text. */
export function shortLine(text: string, limit: number): string {
  // More than the limit, since runs of white space become one space; far less than a text of megabytes.
  const line = foldSpace(text.slice(0, limit * 3));
  const isAll = text.length <= limit * 3 && line.length <= limit;
  const end = line.charCodeAt(limit - 2);
  const cut = isAll ? line : `${line.slice(0, end >= 0xd800 && end <= 0xdbff ? limit - 2 : limit - 1)}…`;
  // A slice of a long string keeps all of it in memory; one of a joined string only that.
  return ` ${cut}`.slice(1);
}
