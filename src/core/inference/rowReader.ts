import type { ModelPart } from '../model/modelCall.ts';
import { finish } from '../statistics/steps.ts';
import { JsonMembers } from '../text/jsonMembers.ts';
import type { Row, Shape } from './dialect.ts';
import { asList, field, isFields } from './fields.ts';
import { ITEM_CHARS, type ItemContent, type ItemList, type ItemSource } from './itemList.ts';
import { readMessage, readMessages, saysRoles, type MessageFacts } from './messageReader.ts';
import { readParts, readToolCalls } from './partReader.ts';
import { readOutputSchema, readTools } from './requestReader.ts';
import { decodeText, parseJson } from './valueDecoder.ts';
import type { Found } from './valueFinder.ts';

/** What the items of a row are. */
const PARTS: Partial<Record<Shape, ModelPart>> = {
  documents: 'documents',
  embeddingVector: 'embedding',
  vector: 'embedding',
  features: 'features',
  scores: 'scores',
  tensor: 'tensor',
  reasoning: 'reasoning',
};

/** Adds the items of what was found at a row's place. `messageOf` numbers the message that rows of a group share. */
export function readRow(
  row: Row,
  found: readonly Found[],
  list: ItemList,
  facts: MessageFacts,
  messageOf: () => number,
): void {
  if (row.shape === 'documents') readDocuments(row, found, list);
  else for (const one of found) readFound(row, one, list, facts, messageOf);
}

function readFound(row: Row, found: Found, list: ItemList, facts: MessageFacts, messageOf: () => number): void {
  const { decoded } = found;
  const role = found.role ?? row.role;
  const parsed = decoded.json === undefined ? undefined : (decoded.parsed ?? parseJson(decoded.json));
  switch (row.shape) {
    case 'messages':
      if (parsed === undefined || !readMessages(parsed, found, role, list, facts))
        readValue(row, found, list, messageOf);
      break;
    case 'chat':
      if (!saysRoles(parsed) || !readMessages(parsed, found, role, list, facts)) {
        readValue({ ...row, role: '' }, found, list, messageOf);
      }
      break;
    case 'arguments':
      if (!isFields(parsed)) readValue(row, found, list, messageOf);
      else for (const one of namedValues(row, found)) readFound(one.row, one.found, list, facts, messageOf);
      break;
    case 'messageBody':
      if (parsed === undefined) readValue(row, found, list, messageOf);
      else readMessage(parsed, found, role, list, facts);
      break;
    case 'parts':
      readParts(parsed ?? decoded.text, found, role, list);
      break;
    case 'toolCalls':
      if (parsed === undefined) readValue(row, found, list, messageOf);
      else readToolCalls(parsed, { ...found, message: messageOf() }, role, list);
      break;
    case 'embeddingText':
    case 'embeddingVector': {
      const wanted = row.shape === 'embeddingText' ? 'text' : 'vector';
      const value = field(field(parsed, 'embedding') ?? parsed, wanted);
      if (value !== undefined) addJson(row, found, list, value);
      break;
    }
    case 'tools':
      if (parsed !== undefined) readTools(parsed, found, list);
      break;
    case 'outputSchema':
      if (parsed !== undefined) readOutputSchema(parsed, found, list);
      break;
    case 'vector':
      if (row.place.in === 'event' && parsed !== undefined) addJson(row, found, list, unwrap(parsed));
      else readValue(row, found, list, messageOf);
      break;
    case 'documents':
    case 'features':
    case 'scores':
    case 'tensor':
    case 'text':
    case 'reasoning':
    case 'value':
      readValue(row, found, list, messageOf);
      break;
  }
}

/** The members of an object, with their digits and in their order. */
function namedValues(row: Row, found: Found): readonly { readonly row: Row; readonly found: Found }[] {
  const json = found.decoded.json ?? '{}';
  const members = new JsonMembers(json, 0);
  finish(members.find(Infinity));
  return finish(members.read(0, members.counted)).map(({ key = '', start, end }) => {
    const decoded = decodeText(json.slice(start, end));
    const from = `${found.from} \u2192 ${key}`;
    return {
      row: { ...row, shape: 'chat', label: key },
      found: { from, named: key, form: decoded.form, incomplete: found.incomplete, decoded },
    };
  });
}

function readValue(row: Row, found: Found, list: ItemList, messageOf: () => number): void {
  const { text, json } = found.decoded;
  const unwrapped = row.place.in === 'flattened' && json !== undefined ? unwrap(parseJson(json)) : undefined;
  if (unwrapped !== undefined) {
    addJson(row, found, list, unwrapped);
    return;
  }
  if (text === '' && !found.incomplete) return;
  const kind = kindOf(row, found);
  // What has a role is a message, though only one of one part.
  const source = kind.role === '' ? found : { ...found, message: messageOf() };
  list.add(source, { ...kind, text, ...(json === undefined ? {} : { json }) });
}

function addJson(row: Row, found: Found, list: ItemList, value: unknown): void {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const structured = typeof value === 'object' && value !== null;
  list.add(found, { ...kindOf(row, found), text, ...(structured ? { json: text } : {}) });
}

function kindOf(row: Row, found: Found): Pick<ItemContent, 'role' | 'label' | 'part'> {
  const part = PARTS[row.shape];
  return { role: found.role ?? row.role, label: row.label, ...(part === undefined ? {} : { part }) };
}

/** All documents as one list; each by itself when the list came in pieces and is too long for one item. */
function readDocuments(row: Row, found: readonly Found[], list: ItemList): void {
  const [first] = found;
  if (first === undefined) return;
  if (row.place.in !== 'flattened' && row.place.in !== 'event') {
    const parsed = first.decoded.json === undefined ? undefined : parseJson(first.decoded.json);
    const documents = asList(parsed);
    const label = documents === undefined ? row.label : `${row.label} (${documents.length})`;
    for (const one of found) readValue({ ...row, label }, one, list, () => 0);
    return;
  }
  const { role } = row;
  const documents = found.map(({ decoded }) => documentJson(decoded.json ?? ''));
  const json = `[${documents.join(',')}]`;
  const incomplete = found.some((one) => one.incomplete);
  if (json.length <= ITEM_CHARS && !incomplete) {
    const from = row.place.in === 'flattened' ? `${row.place.prefix}.*` : first.from;
    const source: ItemSource = { from, form: 'structured', incomplete };
    list.add(source, { role, label: `${row.label} (${documents.length})`, text: json, json, part: 'documents' });
  } else {
    found.forEach((one, i) => {
      const text = documents[i] ?? '';
      list.add(one, { role, label: 'document', text, json: text, part: 'documents' });
    });
  }
}

/** `{"prompt":{"text":"x"}}` → `x`: flattened lists wrap each element in a name of its own. */
function unwrap(value: unknown): unknown {
  let inner = value;
  while (isFields(inner)) {
    const values = Object.values(inner);
    if (values.length !== 1) return inner;
    inner = values[0];
  }
  return inner;
}

/** A flattened document without its wrapper, `metadata` as the structure its JSON text holds. */
function documentJson(json: string): string {
  const parsed = parseJson(json);
  const inner = unwrap(parsed);
  const document = isFields(inner) ? inner : (field(parsed, 'document') ?? parsed);
  if (!isFields(document)) return json;
  const { metadata } = document;
  const structure = typeof metadata === 'string' ? parseJson(metadata) : undefined;
  return JSON.stringify(isFields(structure) ? { ...document, metadata: structure } : document);
}
