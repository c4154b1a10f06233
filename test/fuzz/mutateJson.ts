import { joined, mutateBytes } from './mutateProtobuf.ts';
import type { Random } from './random.ts';

const NAMES = [
  'traceId',
  'spanId',
  'name',
  'attributes',
  'key',
  'value',
  'stringValue',
  'intValue',
  'arrayValue',
  '__proto__',
];
const VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  '9223372036854775807',
  '-9223372036854775808',
  '18446744073709551616',
  'NaN',
  '',
  '\ud800',
  'password=x1y2',
  'ff'.repeat(16),
  [],
  {},
  [[[[]]]],
];

/** Of the few texts that are mutated again and again; changes are made in copies. */
const PARSED = new WeakMap<Uint8Array, object>();

/** JSON text with one to five changes of its values and members; now and then also of its bytes. */
export function mutateJson(text: Uint8Array, random: Random): Uint8Array<ArrayBuffer> {
  const parsed = PARSED.get(text) ?? (JSON.parse(Buffer.from(text).toString()) as object);
  PARSED.set(text, parsed);
  let value: unknown = parsed;
  for (let count = 1 + random.below(5); count > 0; count--) value = changeSomewhere(value, random, 0);
  const written = Buffer.from(JSON.stringify(value, undefined, random.chance(0.2) ? 2 : 0));
  return random.chance(0.3) ? mutateBytes(written, random) : joined(written);
}

function changeSomewhere(value: unknown, random: Random, depth: number): unknown {
  const goesDown = depth < 14 && random.chance(0.9);
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    if (items.length === 0 || random.chance(0.05)) return [...items, random.pick(VALUES)];
    const at = random.below(items.length);
    if (goesDown) return items.with(at, changeSomewhere(items[at], random, depth + 1));
    return random.chance(0.5) ? items.toSpliced(at, 1) : items.toSpliced(at, 0, items[at], items[at]);
  }
  if (typeof value === 'object' && value !== null) {
    const members: readonly (readonly [string, unknown])[] = Object.entries(value);
    if (members.length === 0) return { [random.pick(NAMES)]: random.pick(VALUES) };
    const [name, member] = members[random.below(members.length)]!;
    if (goesDown) return { ...value, [name]: changeSomewhere(member, random, depth + 1) };
    const rest = Object.fromEntries(members.filter(([other]) => other !== name));
    return random.chance(0.4) ? rest : { ...rest, [random.pick(NAMES)]: member };
  }
  if (random.chance(0.1)) return nested(value, 1 + random.below(120));
  return random.pick(VALUES);
}

function nested(value: unknown, levels: number): unknown {
  let inside = value;
  for (let level = 0; level < levels; level++) inside = level % 2 === 0 ? [inside] : { values: inside };
  return inside;
}
