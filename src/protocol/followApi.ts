import type { SpanId } from '../core/model/ids.ts';

/** A place of a span where a value occurs. Texts are short. */
export interface FollowHit {
  readonly spanId: SpanId;
  readonly spanName: string;
  readonly service: string;
  /** llm, tool, agent, … as the details say; empty for spans that are no call. */
  readonly callKind: string;
  /** Model, tool or agent. */
  readonly callName: string;
  readonly side: 'input' | 'output' | 'arguments' | 'result' | 'attribute' | 'event' | 'log' | 'name' | 'status';
  readonly key: string;
  /** Inside the value of the key; `›` where a text held a structure. */
  readonly path: string;
  readonly role: string;
  readonly tool: string;
  /** One line, in which the match is `text.slice(start, end)`. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Places like it in the same message or value. */
  readonly count: number;
  /** When the value was there, from the trace's start: at the span's end what came out of it. */
  readonly atNs: number;
  /** How many spans are above; of two that end together the inner one had it first. */
  readonly depth: number;
  /** The message stood in the call before already, or is what that answered. */
  readonly repeated: boolean;
  /** Place of the step of the span, or -1. */
  readonly step: number;
}

export interface FollowPage {
  readonly revision: number;
  /** What is looked for, in words; `refused` says why nothing is. */
  readonly shown: string;
  readonly kind: 'number' | 'text' | 'structure' | 'refused';
  readonly refused: string;
  readonly hits: readonly FollowHit[];
  /** Pass as `from` for the next page; -1 at the end. */
  readonly next: number;
  /** Spans looked at so far, of all. */
  readonly looked: number;
  readonly total: number;
}

/** Where a value of a trace came from and went. */
export interface FollowMethods {
  /**
   * Looks for a value in the spans of a view from a place in the order of their starts, `from` 0 at first. A page ends after
   * about a tenth of a second or a few dozen places; hits of one page are in no order. `text` is what a user marked.
   */
  'values/follow': readonly [{ readonly viewId: number; readonly text: string; readonly from: number }, FollowPage];
}
