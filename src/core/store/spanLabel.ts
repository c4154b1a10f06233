import { rankedAttributes } from './rankedAttributes.ts';
import type { Segment } from './segment.ts';

const MAX_CHARACTERS = 120;
/** Bytes of a value that a label is made of; a character has at most four. */
const LIMIT = { inlineBytes: MAX_CHARACTERS * 4 + 4, ref: (): string => '' };

/**
 * Attributes that tell calls of the same name apart, best first. A value that the span's name already contains says
 * nothing new: the next one is taken.
 */
const LABEL_KEYS: readonly string[] = [
  'http.route',
  'url.path',
  'http.target',
  'gen_ai.request.model',
  'llm.model_name',
  'model.name',
  'model_name',
  'gen_ai.tool.name',
  'tool.name',
  'gen_ai.agent.name',
  'gen_ai.retrieval.query.text',
  'db.query.summary',
  'db.query.text',
  'db.statement',
  'db.operation.name',
  'db.collection.name',
  'rpc.method',
  'messaging.destination.name',
  'messaging.destination',
  'url.full',
  'http.url',
  'faas.name',
  'code.function.name',
];
const METHOD_KEYS: readonly string[] = ['http.request.method', 'http.method'];
const RANK: ReadonlyMap<string, number> = new Map([...LABEL_KEYS, ...METHOD_KEYS].map((key, rank) => [key, rank]));

/** The label of span `index`: one line, at most 120 characters, empty when nothing fits. */
export function labelOf(segment: Segment, index: number): string {
  const found = rankedAttributes(segment, index, RANK, LIMIT).map((value) => oneLine(value ?? ''));
  const name = segment.nameOf(index);
  for (let rank = 0; rank < LABEL_KEYS.length; rank++) {
    const value = found[rank];
    if (value === undefined || value === '' || name.includes(value)) continue;
    return shortened(withMethod(LABEL_KEYS[rank]!, value, name, found));
  }
  return '';
}

/** Routes and paths read better with their method, unless the name has it. */
function withMethod(key: string, value: string, name: string, found: readonly (string | undefined)[]): string {
  if (key !== 'http.route' && key !== 'url.path' && key !== 'http.target') return value;
  const method = found[LABEL_KEYS.length] ?? found[LABEL_KEYS.length + 1] ?? '';
  return method === '' || name.includes(method) ? value : `${method} ${value}`;
}

/** Span text is hostile: line breaks and control characters become spaces. */
function oneLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\s]+/g, ' ').trim();
}

function shortened(text: string): string {
  if (text.length <= MAX_CHARACTERS) return text;
  const cut = text.slice(0, MAX_CHARACTERS - 1);
  // Never half of a surrogate pair.
  return `${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}
