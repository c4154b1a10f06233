import { isShownKey } from './shownKeys.ts';

/** What stands for a text. */
const COVER = '•••';
/** Shorter texts do not tell how long they are: a yes or no would be read from that. */
const LENGTH_TOLD = 40;

/** Fields whose texts are names, ids, kinds and places, never what a program put into a call. */
const SHOWN_FIELDS: ReadonlySet<string> = new Set([
  ...['traceId', 'spanId', 'rootSpanId', 'parentSpanId', 'spanIds', 'id', 'ids', 'viewId', 'ref', 'slowest', 'example'],
  ...[
    'name',
    'names',
    'service',
    'services',
    'serviceName',
    'scopeName',
    'spanName',
    'eventName',
    'schemaUrl',
    'version',
  ],
  ...[
    'kind',
    'callKind',
    'type',
    'special',
    'relation',
    'place',
    'part',
    'form',
    'side',
    'home',
    'severityText',
    'role',
  ],
  ...['start', 'end', 'time', 'from', 'key', 'keys', 'usedKeys', 'columns', 'unit', 'mediaType'],
  ...['operation', 'model', 'modelVersion', 'provider', 'dialects', 'finishReasons', 'conversationId', 'responseId'],
  ...['agent', 'agents', 'toolName', 'toolCallId', 'callId', 'label', 'problem', 'rule'],
]);

/** Subtrees that are written by the readers of calls, or hold keys and times only. */
const SHOWN_TREES: ReadonlySet<string> = new Set([
  'notes',
  'shortened',
  'factKeys',
  'phases',
  'firstToken',
  'tokensPerSecond',
  'cost',
]);

/** Fields that only serve to show or fetch a value whole, or are content as numbers. */
const LEFT_OUT: ReadonlySet<string> = new Set(['json', 'cut', 'jsonCut', 'confidence']);

/** Parts that are drawn from their content: without it they are texts. */
const DRAWN_PARTS: ReadonlySet<unknown> = new Set([
  'image',
  'audio',
  'file',
  'documents',
  'features',
  'tensor',
  'embedding',
  'scores',
]);

const VALUE_TYPES: ReadonlySet<unknown> = new Set(['string', 'bool', 'int', 'double', 'bytes', 'array', 'kvlist']);

type Fields = Readonly<Record<string, unknown>>;

/** A text covered: `•••`, of longer ones with their length; an empty one stays empty. */
export function coverText(text: string): string {
  return coverOf(text.length);
}

function coverOf(length: number): string {
  if (length === 0) return '';
  return length < LENGTH_TOLD ? COVER : `${COVER} ${length.toLocaleString('en-US')} characters`;
}

/**
 * An answer of the engine with everything covered that is not known to be harmless: texts outside of the fields above, and
 * values of attributes whose key `isShownKey` does not name. Shapes stay, so that whatever shows an answer shows this one.
 */
export function coverAnswer<T>(answer: T): T {
  return cover(answer, '') as T;
}

function cover(value: unknown, field: string): unknown {
  if (typeof value === 'string') return SHOWN_FIELDS.has(field) ? value : coverText(value);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return value.map((each: unknown) => cover(each, field));
  const fields = value as Fields;
  const { key } = fields;
  if (typeof key === 'string' && isShownKey(key)) return value;
  if (isAttributeValue(fields)) return { type: 'string', value: coverOf(lengthOf(fields)) };
  const covered: Record<string, unknown> = {};
  for (const [name, each] of Object.entries(fields)) {
    if (LEFT_OUT.has(name) || (name === 'part' && DRAWN_PARTS.has(each))) continue;
    // A filter made of a value would be refused or mean something else when it is covered.
    if (name === 'filter') covered[name] = '';
    else covered[name] = SHOWN_TREES.has(name) ? each : cover(each, name);
  }
  return covered;
}

/** An attribute's value or the body of a log record, see core/model/attributes.ts. */
function isAttributeValue(fields: Fields): boolean {
  return VALUE_TYPES.has(fields['type']) && ('value' in fields || 'values' in fields || 'entries' in fields);
}

/** Of numbers and structures not their length: it would tell small ones. */
function lengthOf({ value, cut }: Fields): number {
  const total = (cut as { readonly totalBytes?: number } | undefined)?.totalBytes;
  return total ?? (typeof value === 'string' ? value.length : 1);
}
