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
  readonly tokens?: { readonly input?: number; readonly output?: number; readonly total?: number };
  /** 0..1 when it can be read as such. */
  readonly confidence?: number;
  readonly finishReasons: readonly string[];
  /** Keys consumed, so that the raw view can mark the rest. */
  readonly usedKeys: readonly string[];
}
