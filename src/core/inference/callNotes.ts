import type { CallNote, ModelItem } from '../model/modelCall.ts';
import type { LogDetails, SpanDetails } from '../model/span.ts';
import { CONTENT_SETTINGS, MARKS } from './mergedTables.ts';

/** Kinds of calls that have content of their own; chains and agents may leave it to the spans below. */
const WITH_CONTENT: ReadonlySet<string> = new Set(['llm', 'embedding', 'retriever', 'reranker', 'tool']);
const NOT_RECORDED =
  'Many libraries record content only when asked to: OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true where the ' +
  'service starts, or the setting that the documentation of the library names.';
/** What instrument/ says of a call whose values it left out: they came too fast to describe each. */
const UNDESCRIBED_KEY = 'spanline.call.undescribed';
const UNDESCRIBED =
  'Its values were left out: of one library, values of some 200 calls a second are recorded, and these came faster.';
const MASKED = '\u2039redacted: ';
/** UTF-16 units of an item that are searched for a library's mark, which stands instead of a value or at its start. */
const MARK_CHARS = 256 * 1024;
const MASKED_NOTE =
  'Secrets in it were masked before it was kept, by the settings spanline.redact; the program itself used them unmasked.';

/**
 * Which end an SDK drops when a span has more attributes than it may: Python's and Ruby's throw the oldest out, the
 * others refuse new ones.
 */
const DROPS_FIRST: ReadonlySet<string> = new Set(['python', 'ruby']);
const SDK_NAMES: Readonly<Record<string, string>> = {
  python: 'Python',
  ruby: 'Ruby',
  nodejs: 'Node.js',
  webjs: 'the browser',
  java: 'Java',
  go: 'Go',
  dotnet: '.NET',
  rust: 'Rust',
  php: 'PHP',
  cpp: 'C++',
  erlang: 'Erlang',
  swift: 'Swift',
};

/** What the reader should know before trusting a call, with the cure of each. */
export function notesOf(
  details: SpanDetails,
  logs: readonly LogDetails[],
  kind: string,
  inputs: readonly ModelItem[],
  outputs: readonly ModelItem[],
): readonly CallNote[] {
  return [
    ...droppedNotes(details, logs),
    ...shortenedNotes([...inputs, ...outputs]),
    ...notRecordedNotes(details, kind, inputs, outputs),
    ...redactedNotes([...inputs, ...outputs]),
  ];
}

function droppedNotes(details: SpanDetails, logs: readonly LogDetails[]): readonly CallNote[] {
  const notes: CallNote[] = [];
  const { droppedAttributesCount: dropped, droppedEventsCount: events } = details;
  if (dropped > 0) {
    const language = languageOf(details);
    const name = SDK_NAMES[language];
    const which =
      name === undefined
        ? 'Python\u2019s and Ruby\u2019s SDK drop the first ones set, often the system prompt, others the last ones.'
        : DROPS_FIRST.has(language)
          ? `The SDK for ${name} drops the first ones set: often the system prompt and the first messages.`
          : `The SDK for ${name} drops the last ones set: often the answer and the token counts.`;
    notes.push({
      kind: 'droppedAttributes',
      text:
        `${count(dropped, 'attribute')} of this span ${dropped === 1 ? 'was' : 'were'} dropped before it was sent. ${which} ` +
        'Raise OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT (128 by default) where the service starts.',
    });
  }
  if (events > 0) {
    notes.push({
      kind: 'droppedAttributes',
      text:
        `${count(events, 'event')} of this span ${events === 1 ? 'was' : 'were'} dropped before it was sent. ` +
        'Raise OTEL_SPAN_EVENT_COUNT_LIMIT (128 by default) where the service starts.',
    });
  }
  const inRecords = logs.reduce((sum, log) => sum + log.droppedAttributesCount, 0);
  if (inRecords > 0) {
    notes.push({
      kind: 'droppedAttributes',
      text:
        `${count(inRecords, 'attribute')} of its log records ${inRecords === 1 ? 'was' : 'were'} dropped before they were ` +
        'sent. Raise OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT (128 by default) where the service starts.',
    });
  }
  return notes;
}

function languageOf({ resource }: SpanDetails): string {
  const value = resource.attributes.find(({ key }) => key === 'telemetry.sdk.language')?.value;
  return value?.type === 'string' ? value.value : '';
}

function count(number: number, what: string): string {
  return `${number.toLocaleString('en-US')} ${what}${number === 1 ? '' : 's'}`;
}

/** One for each cure: the items carry it, too. */
function shortenedNotes(items: readonly ModelItem[]): readonly CallNote[] {
  const cures = new Map<string, number>();
  for (const { shortened } of items)
    if (shortened !== undefined) cures.set(shortened.cure, (cures.get(shortened.cure) ?? 0) + 1);
  return [...cures].map(([cure, times]) => ({
    kind: 'shortened',
    text: `${times === 1 ? 'A value was' : `${times} values were`} shortened before it was sent. ${cure}`,
  }));
}

function notRecordedNotes(
  { scope, events, attributes }: SpanDetails,
  kind: string,
  inputs: readonly ModelItem[],
  outputs: readonly ModelItem[],
): readonly CallNote[] {
  if (attributes.some(({ key }) => key === UNDESCRIBED_KEY)) return [{ kind: 'notRecorded', text: UNDESCRIBED }];
  const content = [...inputs, ...outputs].some(({ part }) => part !== 'toolDefinition' && part !== 'outputSchema');
  if (content || !WITH_CONTENT.has(kind) || events.some(({ name }) => name.startsWith('gen_ai.'))) return [];
  const setting = CONTENT_SETTINGS.find((one) => one.scope.test(scope.name));
  const other = setting?.ifKey;
  const library = other && attributes.some(({ key }) => key === other.key) ? other.library : setting?.library;
  return [
    {
      kind: 'notRecorded',
      text: `The library recorded no content. ${setting?.cure ?? NOT_RECORDED}`,
      ...(library !== undefined && { library }),
    },
  ];
}

function redactedNotes(items: readonly ModelItem[]): readonly CallNote[] {
  const texts = new Set<string>();
  for (const { text, json } of items) {
    if (text.includes(MASKED) || json?.includes(MASKED) === true) texts.add(MASKED_NOTE);
    const start = text.slice(0, MARK_CHARS);
    for (const mark of MARKS) if (mark.means === 'redacted' && mark.text.test(start)) texts.add(mark.cure);
  }
  return [...texts].map((text) => ({ kind: 'redacted', text }));
}
