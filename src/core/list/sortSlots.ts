const BITS = 11;
const BUCKETS = 1 << BITS;
const PASSES = 6;

/**
 * Sorts `slots` by `key[slot]`, ascending, equal ones in the order they had. A radix sort: as long for any keys, and
 * several times faster than comparing from some thousands on. NaN sorts last.
 */
export function sortSlots(slots: Uint32Array, key: Float64Array): void {
  const count = slots.length;
  if (count < 2) return;
  let from = slots;
  let to: Uint32Array = new Uint32Array(count);
  const doubles = new Float64Array(count);
  const words = new Uint32Array(doubles.buffer);
  for (let i = 0; i < count; i++) {
    const value = key[slots[i]!]!;
    // Minus zero is zero.
    doubles[i] = value === 0 ? 0 : value;
  }
  // A double's bits sort as unsigned numbers once negative ones are turned over and others get the sign bit.
  for (let i = 1; i < words.length; i += 2) {
    const high = words[i]!;
    if (high >= 0x80000000) {
      words[i] = ~high;
      words[i - 1] = ~words[i - 1]!;
    } else {
      words[i] = high | 0x80000000;
    }
  }
  let keys = words;
  let nextKeys = new Uint32Array(words.length);
  const starts = new Uint32Array(BUCKETS + 1);
  for (let pass = 0; pass < PASSES; pass++) {
    starts.fill(0);
    for (let i = 0; i < count; i++) starts[digit(keys, i, pass) + 1]!++;
    // All in one bucket: nothing to move.
    if (starts.includes(count)) continue;
    for (let bucket = 0; bucket < BUCKETS; bucket++) starts[bucket + 1]! += starts[bucket]!;
    for (let i = 0; i < count; i++) {
      const at = starts[digit(keys, i, pass)]!++;
      to[at] = from[i]!;
      nextKeys[2 * at] = keys[2 * i]!;
      nextKeys[2 * at + 1] = keys[2 * i + 1]!;
    }
    [from, to] = [to, from];
    [keys, nextKeys] = [nextKeys, keys];
  }
  if (from !== slots) slots.set(from);
}

/** Eleven bits of the 64-bit key. */
function digit(keys: Uint32Array, i: number, pass: number): number {
  const low = keys[2 * i]!;
  const high = keys[2 * i + 1]!;
  switch (pass) {
    case 0:
      return low & 0x7ff;
    case 1:
      return (low >>> 11) & 0x7ff;
    case 2:
      return (low >>> 22) | ((high & 1) << 10);
    case 3:
      return (high >>> 1) & 0x7ff;
    case 4:
      return (high >>> 12) & 0x7ff;
    default:
      return high >>> 23;
  }
}
