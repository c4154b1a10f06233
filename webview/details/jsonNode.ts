/** JSON as read for showing: numbers keep the sender's digits, members keep their order. */
export type JsonNode =
  | { readonly kind: 'scalar'; readonly type: 'number' | 'boolean' | 'null'; readonly text: string }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, JsonNode])[] };

/** A number as written; `JSON.parse` alone would round 64-bit integers. */
class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Reviver = (key: string, value: unknown, context?: { readonly source?: string }) => unknown;

const keepDigits: Reviver = (_key, value, context) =>
  typeof value === 'number' ? new NumberText(context?.source ?? String(value)) : value;

/** The value of a JSON text, or undefined when the text is not JSON. */
export function parseJson(text: string): JsonNode | undefined {
  try {
    return toNode(JSON.parse(text, keepDigits));
  } catch {
    return undefined;
  }
}

/** Cheap guess whether a text is worth parsing as a JSON structure. */
export function looksLikeJson(text: string): boolean {
  const trimmed = text.trim();
  const first = trimmed[0];
  const last = trimmed[trimmed.length - 1];
  return (first === '{' && last === '}') || (first === '[' && last === ']');
}

/** Longer texts are not looked into unasked. */
const MOST_IN_TEXT = 256 * 1024;

/** The structure that a text is as JSON; undefined for other texts, `{}` and `[]`. */
export function jsonInText(text: string): JsonNode | undefined {
  if (text.length > MOST_IN_TEXT || !looksLikeJson(text)) return undefined;
  const node = parseJson(text);
  return node && sizeOf(node) > 0 ? node : undefined;
}

function toNode(value: unknown): JsonNode {
  if (value === null) return { kind: 'scalar', type: 'null', text: 'null' };
  if (value instanceof NumberText) return { kind: 'scalar', type: 'number', text: value.text };
  if (typeof value === 'boolean') return { kind: 'scalar', type: 'boolean', text: String(value) };
  if (typeof value === 'string') return { kind: 'string', text: value };
  if (Array.isArray(value)) return { kind: 'array', items: value.map(toNode) };
  if (typeof value === 'object') {
    return { kind: 'object', entries: Object.entries(value).map(([key, each]) => [key, toNode(each)]) };
  }
  return { kind: 'string', text: '' };
}

/** Number of members of a structure. */
export function sizeOf(node: JsonNode): number {
  if (node.kind === 'array') return node.items.length;
  return node.kind === 'object' ? node.entries.length : 0;
}

/** A node as JSON text, with the sender's digits. */
export function jsonOfNode(node: JsonNode): string {
  switch (node.kind) {
    case 'scalar':
      return node.text;
    case 'string':
      return JSON.stringify(node.text);
    case 'array':
      return `[${node.items.map(jsonOfNode).join(',')}]`;
    case 'object':
      return `{${node.entries.map(([key, value]) => `${JSON.stringify(key)}:${jsonOfNode(value)}`).join(',')}}`;
  }
}
