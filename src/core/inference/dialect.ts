import type { ContentLibraryId } from '../launch/contentLibraries.ts';
import type { TokenCounts } from '../model/modelCall.ts';

/*
 * The form of a dialect's table: where one convention or library keeps what went in, what came out and what else it tells
 * of a call. Tables are data only; `dialects/` has one file each, `dialectTables.ts` lists them.
 */

/** How a value is read. */
export type Shape =
  /** A list of chat messages, one message, or (when it is neither) a plain value. */
  | 'messages'
  /** Messages that say their roles; anything else is a plain value. */
  | 'chat'
  /** An object of named values: each by itself, under its name, as `chat` is read. */
  | 'arguments'
  /** The body of a v1.28–1.36 event: one message; `gen_ai.choice` wraps it in `message`. */
  | 'messageBody'
  /** A list of message parts, or a text: one message. */
  | 'parts'
  /** The text of a message. */
  | 'text'
  /** A text that the assistant thought. */
  | 'reasoning'
  /** A list of tool calls the assistant makes. */
  | 'toolCalls'
  /** A list of `{id, content, score, …}`. */
  | 'documents'
  /** Flattened `embedding.embeddings.N.embedding`. */
  | 'embeddingText'
  | 'embeddingVector'
  /** A vector, or a list of them. */
  | 'vector'
  /** Tools the request offers. */
  | 'tools'
  /** `response_format` and its like: the schema the output had to follow. */
  | 'outputSchema'
  /** Named values a prediction was made from. */
  | 'features'
  /** Explanation scores: how much each feature counted. */
  | 'scores'
  | 'tensor'
  /** Anything: structure when it can be read as one, text otherwise. */
  | 'value';

/** Event names, each with the role of a message of that event that names none. */
export type EventRoles = Readonly<Record<string, string>>;

/** Where a value stands. */
export type Place =
  | { readonly in: 'span'; readonly key: string }
  /** Attributes flattened below `prefix.N.` */
  | { readonly in: 'flattened'; readonly prefix: string }
  /** All attributes whose keys begin with `prefix.`, as one object. */
  | { readonly in: 'family'; readonly prefix: string; readonly except?: readonly string[] }
  /** All attributes `prefix.NAME.field`, as one object of names and values. */
  | { readonly in: 'members'; readonly prefix: string; readonly field: string }
  /** Span events of these names: the attribute `key`, or when there is none all attributes of the event. */
  | { readonly in: 'event'; readonly events: EventRoles; readonly key: string }
  /** Log records joined to the span with these event names: the attribute `key`, or the body when `key` is empty. */
  | { readonly in: 'log'; readonly events: EventRoles; readonly key: string };

export interface Row {
  readonly place: Place;
  readonly shape: Shape;
  /** What the item is, where the value itself does not say. */
  readonly label: string;
  /** Role of a message that names none. */
  readonly role: string;
}

export type Side = 'system' | 'input' | 'tools' | 'schema' | 'output';

/**
 * Of all dialects' groups of one side, those of the first rank are asked first, in the order of the dialects; the first
 * that yields anything wins. `typed`: messages. `special`: arguments, queries, documents, vectors. `whole`: what any
 * function got and gave, as some libraries record it beside.
 *
 * Keys of services that follow no convention have ranks of their own. `beside`: what they name is a model's, and is
 * shown beside whatever else the span carries. `word`: bare words, read when no convention gave anything. `last`: words
 * that any web or database span may carry, read when nothing else did and the span is a model call for other reasons.
 */
export type Rank = 'typed' | 'special' | 'whole' | 'beside' | 'word' | 'last';

/** Rows that are read together. */
export interface Group {
  readonly side: Side;
  readonly rank: Rank;
  readonly rows: readonly Row[];
  /** Only of spans with such an instrumentation scope or name: for keys that elsewhere mean something else. */
  readonly only?: SpanTest;
}

/** A span by its instrumentation scope, its name, or both. */
export interface SpanTest {
  readonly scope?: RegExp;
  readonly name?: RegExp;
}

/** A key, or a field of the JSON that stands at it. */
export type FactPlace = string | { readonly key: string; readonly field: string };

export type FactName =
  | 'operation'
  | 'model'
  | 'modelVersion'
  | 'provider'
  | 'confidence'
  | 'finishReasons'
  | 'conversationId'
  | 'responseId'
  | 'agent'
  | 'tool'
  | 'toolCallId'
  | `tokens.${keyof TokenCounts}`;

/** Where each fact stands, newest key first. */
export type Facts = Readonly<Partial<Record<FactName, readonly FactPlace[]>>>;

/** A key that names the kind of a call, with the kinds its values (lower case) stand for. */
export interface KindKey {
  readonly key: string;
  readonly kinds: Readonly<Record<string, string>>;
  /** The key is for nothing else, and is asked before those that name an operation. */
  readonly own?: true;
}

/** When no key names the kind: a key that begins so tells it. */
export interface KindFamily {
  readonly prefix: string;
  readonly kind: string;
}

/** Where the parameters of a request stand: each below a prefix, or as fields of a JSON. */
export type ParameterPlace =
  | { readonly in: 'family'; readonly prefix: string; readonly except: readonly string[] }
  | { readonly in: 'json'; readonly key: string }
  /** Named by the last word of its key. */
  | { readonly in: 'span'; readonly key: string; readonly name?: string };

/** What a library does with content, and the setting that changes it. */
export interface ContentSetting {
  readonly scope: RegExp;
  /** Complete sentence: how to have the content recorded. */
  readonly cure: string;
  /** Whose variables record it, of the table by which programs are launched; left out where code alone decides. */
  readonly library?: ContentLibraryId;
  /** Another, for spans that carry the key. */
  readonly ifKey?: { readonly key: string; readonly library: ContentLibraryId };
}

/** A text by which a library says that it left something out. */
export interface Mark {
  /** Looked for in the values of items. */
  readonly text: RegExp;
  readonly means: 'shortened' | 'redacted';
  readonly cure: string;
}

/** Spans whose kind their name tells, for dialects without a key for it. */
export interface NamedKind {
  readonly test: SpanTest;
  readonly kind: string;
}

export interface Dialect {
  /** Folder of its fixtures. */
  readonly id: string;
  /** As people call it. */
  readonly name: string;
  readonly groups?: readonly Group[];
  readonly facts?: Facts;
  readonly kinds?: readonly KindKey[];
  readonly namedKinds?: readonly NamedKind[];
  readonly families?: readonly KindFamily[];
  readonly parameters?: readonly ParameterPlace[];
  /**
   * Keys, and beginnings of keys, that only model calls carry, besides those of the content. `plain`: keys of what went in and
   * came out of any function; a span that has no others is read, and counts as no model call.
   */
  readonly evidence?: {
    readonly keys?: readonly string[];
    readonly prefixes?: readonly string[];
    readonly plain?: readonly string[];
  };
  readonly settings?: readonly ContentSetting[];
  readonly marks?: readonly Mark[];
}

export function span(key: string, shape: Shape, label: string, role = ''): Row {
  return { place: { in: 'span', key }, shape, label, role };
}

export function flattened(prefix: string, shape: Shape, label: string, role = ''): Row {
  return { place: { in: 'flattened', prefix }, shape, label, role };
}

export function family(prefix: string, shape: Shape, label: string, except: readonly string[] = []): Row {
  return { place: { in: 'family', prefix, except }, shape, label, role: '' };
}

export function members(prefix: string, field: string, shape: Shape, label: string): Row {
  return { place: { in: 'members', prefix, field }, shape, label, role: '' };
}

export function event(events: EventRoles, key: string, shape: Shape, label = 'message'): Row {
  return { place: { in: 'event', events, key }, shape, label, role: '' };
}

export function log(events: EventRoles, key: string, shape: Shape, role = ''): Row {
  return { place: { in: 'log', events, key }, shape, label: 'message', role };
}
