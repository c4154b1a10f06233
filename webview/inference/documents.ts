import type { JsonNode } from '../details/jsonNode.ts';

/** A document as a list shows it; what it does not have is empty. */
export interface ShownDocument {
  readonly id: string;
  /** The sender's digits. */
  readonly score: string;
  readonly content: string;
  /** Everything else that was said of it. */
  readonly metadata: JsonNode | undefined;
}

const ID_KEYS = ['id', 'document_id', 'doc_id', 'chunk_id'];
const SCORE_KEYS = ['score', 'relevance_score', 'similarity'];
const CONTENT_KEYS = ['content', 'page_content', 'text', 'document', 'body'];

type Entry = readonly [string, JsonNode];

/** The documents of a list; undefined when it is another kind of structure. A document alone is a list of one. */
export function documentsIn(node: JsonNode): readonly ShownDocument[] | undefined {
  const list = node.kind === 'array' ? node.items : [node];
  const documents: ShownDocument[] = [];
  for (const each of list) {
    const document = documentOf(each);
    if (!document) return undefined;
    documents.push(document);
  }
  return documents;
}

function documentOf(node: JsonNode): ShownDocument | undefined {
  if (node.kind === 'string') return { id: '', score: '', content: node.text, metadata: undefined };
  if (node.kind !== 'object') return undefined;
  const left: Entry[] = [...node.entries];
  const take = (keys: readonly string[], fits: (value: JsonNode) => boolean): string => {
    for (const key of keys) {
      const at = left.findIndex(([name, value]) => name === key && fits(value));
      const value = left[at]?.[1];
      if (value?.kind !== 'string' && value?.kind !== 'scalar') continue;
      left.splice(at, 1);
      return value.text;
    }
    return '';
  };
  const isText = (value: JsonNode): boolean => value.kind === 'string';
  const content = take(CONTENT_KEYS, isText);
  const score = take(SCORE_KEYS, (value) => isText(value) || (value.kind === 'scalar' && value.type === 'number'));
  const id = take(ID_KEYS, (value) => isText(value) || value.kind === 'scalar');
  const [only] = left;
  const metadata: JsonNode | undefined =
    only === undefined
      ? undefined
      : left.length === 1 && only[0] === 'metadata'
        ? only[1]
        : { kind: 'object', entries: left };
  return { id, score, content, metadata };
}
