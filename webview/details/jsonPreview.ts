import type { JsonNode } from './jsonNode.ts';
import { recordedNode } from './recordedNode.ts';

const PREVIEW_CHARACTERS = 120;

/** One line that stands for a folded structure. */
export function previewOf(node: JsonNode): string {
  const text = preview(node, PREVIEW_CHARACTERS);
  return text.length > PREVIEW_CHARACTERS ? `${text.slice(0, PREVIEW_CHARACTERS)}…` : text;
}

function preview(node: JsonNode, room: number): string {
  switch (node.kind) {
    case 'scalar':
      return node.text;
    case 'string':
      return JSON.stringify(node.text.length > room ? node.text.slice(0, room) : node.text);
    case 'array':
      return `[${joined(node.items, room, (item, left) => preview(item, left))}]`;
    case 'object':
      return (
        recordedNode(node)?.text ??
        `{${joined(node.entries, room, ([key, value], left) => `${key}: ${preview(value, left)}`)}}`
      );
  }
}

function joined<T>(items: readonly T[], room: number, write: (item: T, room: number) => string): string {
  let text = '';
  for (const item of items) {
    if (text.length > room) return `${text}, …`;
    text += (text === '' ? '' : ', ') + write(item, Math.max(0, room - text.length));
  }
  return text;
}
