import type { CutValue } from './attributes.ts';

/** One piece of what went into or came out of a call, with the key it was read from. */
export interface ModelItem {
  /** system, user, assistant, tool, … for messages; empty for plain values. */
  readonly role: string;
  /** What it is, for a label: `message`, `features`, `prediction`, `documents`, `arguments`, … */
  readonly label: string;
  /** Text as the sender wrote it, or rendered from a structured value. */
  readonly text: string;
  /** Present when the value is a structure: JSON text, canonical. The UI shows a tree instead of text. */
  readonly json?: string;
  /** Attribute key, `event name → key`, or `log → key` the item came from. */
  readonly from: string;
  /** How it was read. */
  readonly form: 'json' | 'python' | 'text' | 'structured';
  /** Set when `text` is only the beginning; the rest is paged. */
  readonly cut?: CutValue;
  /** The value is a structure whose `json` is too long for the message: it is paged. */
  readonly jsonCut?: CutValue;
  /** What the item is, where it is shown in a way of its own; a plain text or value otherwise. */
  readonly part?: ModelPart;
  /** Index of the message this is a part of, within its side: items of one message are shown as one. */
  readonly message?: number;
  /** Joins a tool call to its result. */
  readonly toolCallId?: string;
  /** Tool that is called, that answered, or that is defined. */
  readonly toolName?: string;
  /** Of an image, audio or file: IANA media type, where it is told. */
  readonly mediaType?: string;
  /** Set when the sender or its printer shortened the value before it was exported; the rest is nowhere. */
  readonly shortened?: ShortenedValue;
  /** The request asks the provider to keep the prompt up to the end of this, as Anthropic's `cache_control` does. */
  readonly cacheMark?: true;
  /** No table knows the key: it only looks like input or output. */
  readonly guess?: true;
}

export type ModelPart =
  | 'reasoning'
  | 'toolCall'
  | 'toolResult'
  /** One definition of a tool: `json` is its schema as the sender wrote it. */
  | 'toolDefinition'
  /** `text` is a data URI, or an address that is never fetched. */
  | 'image'
  | 'audio'
  | 'file'
  /** `json` is a list of `{id, content, score, …}`. */
  | 'documents'
  /** `json` is the schema the output had to follow. */
  | 'outputSchema'
  /** Named values: `json` is an object or a list of objects; text otherwise. */
  | 'features'
  | 'tensor'
  | 'embedding'
  /** Explanation scores (SHAP and the like): `json` is an object of feature to number. */
  | 'scores';

/** How a value that is not whole was shortened, and what raises the limit. */
export interface ShortenedValue {
  /** `limit`: a length limit of the SDK; `printer`: the ellipsis of numpy, torch or repr; `library`: an own marker. */
  readonly by: 'limit' | 'printer' | 'library';
  /** Short and complete: what was cut and the setting that keeps it whole. */
  readonly cure: string;
}

/** A stretch of the time inside a call. Offsets count from the span's start. */
export interface CallPhase {
  /** `queue`, `prefill`, `decode`, `compute input`, `infer`, `compute output`, … */
  readonly name: string;
  readonly startNs: number;
  readonly durationNs: number;
  /** False when it was computed from other figures, such as a rate. */
  readonly exact: boolean;
  /** Key or event the figure was read from. */
  readonly from: string;
  /** The length as the sender tells it, where the span is too short for it and the phase was clipped. */
  readonly saidNs?: number;
  /** The sender tells the length alone: it was put where it stands by the usual order. */
  readonly assumedPlace?: true;
}

/** One parameter of the request: temperature, top_p, max_tokens, … */
export interface CallParameter {
  readonly name: string;
  readonly value: string;
  readonly from: string;
}

export interface TokenCounts {
  readonly input?: number;
  readonly output?: number;
  readonly total?: number;
  /** Of the input, read from a prompt cache; written to it. */
  readonly cachedInput?: number;
  readonly cacheWrite?: number;
  /** Of the output, spent on reasoning. */
  readonly reasoning?: number;
}

/** Something the reader should know before trusting what is shown. */
export interface CallNote {
  readonly kind: 'droppedAttributes' | 'shortened' | 'notRecorded' | 'redacted' | 'duplicate' | 'other';
  /** Short and complete, with the cure. */
  readonly text: string;
  /** Of content that was not recorded: the id of the library (`core/launch`) whose variables record it. */
  readonly library?: string;
}

/** A span read as a model call (LLM, classifier, retrieval, tool …); absent when the span carries nothing of the kind. */
export interface ModelCall {
  /** llm, embedding, retriever, tool, agent, predict, … (see attributes.md D). */
  readonly kind: string;
  readonly operation: string;
  readonly model: string;
  readonly modelVersion: string;
  readonly provider: string;
  readonly inputs: readonly ModelItem[];
  readonly outputs: readonly ModelItem[];
  readonly tokens?: TokenCounts;
  /** 0..1 when it can be read as such. */
  readonly confidence?: number;
  readonly finishReasons: readonly string[];
  /** Keys consumed, so that the raw view can mark the rest. */
  readonly usedKeys: readonly string[];
  /** Names of the tables that gave something, the one that gave the content first. */
  readonly dialects?: readonly string[];
  /** Of each fact (`model`, `tokens.input`, …) the key it was read from. */
  readonly factKeys?: Readonly<Record<string, string>>;
  readonly parameters?: readonly CallParameter[];
  /** Ids of the conversation and of the answer, as the sender names them. */
  readonly conversationId?: string;
  readonly responseId?: string;
  /** Name of the agent that makes the call, or that is called. */
  readonly agent?: string;
  /** Of a tool's own span: its name and the call it answers. */
  readonly tool?: { readonly name: string; readonly callId: string };
  /** Phases in order of start; they may leave gaps. */
  readonly phases?: readonly CallPhase[];
  /** From the span's start to the first token, and tokens per second after it. */
  readonly firstToken?: { readonly offsetNs: number; readonly exact: boolean; readonly from: string };
  readonly tokensPerSecond?: { readonly value: number; readonly exact: boolean; readonly from: string };
  /** What the sender says it cost, in its own unit; `currency` (ISO 4217) where its convention says which. */
  readonly cost?: { readonly value: number; readonly from: string; readonly currency?: string };
  readonly notes?: readonly CallNote[];
}
