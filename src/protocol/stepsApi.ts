import type { SpanId } from '../core/model/ids.ts';
import type { TokenCounts } from '../core/model/modelCall.ts';

/** Where the part of a prompt ends that the provider had from before; see `CachedPrefix` of core/steps. */
export interface StepCache {
  /** Input messages wholly in it. */
  readonly messages: number;
  readonly isAll: boolean;
  readonly tokens: number;
  readonly ofTokens: number;
  /** It ends where the request says so, or is none or all; else it was estimated from the lengths of the messages. */
  readonly exact: boolean;
}

/** One model or tool call of a trace. Texts are short, at most 200 characters; the whole is asked for by the span. */
export interface StepRow {
  /** Names the step as long as its span is held. */
  readonly id: string;
  readonly kind: 'model' | 'tool' | 'retrieval' | 'agent' | 'other';
  /** As the sender says it: llm, embedding, … */
  readonly callKind: string;
  /** Its span; of a tool without one the span of the model that asked for it, and `hasSpan` is false. */
  readonly spanId: SpanId;
  readonly hasSpan: boolean;
  readonly name: string;
  readonly service: string;
  /** Agents around it, the outermost first. */
  readonly agents: readonly string[];
  readonly offsetNs: number;
  /** -1 when it is not known. */
  readonly durationNs: number;
  readonly unfinished: boolean;
  readonly error: boolean;
  /** From 1 in order of the first call; 0 for what is no part of one. */
  readonly conversation: number;
  readonly relation: 'first' | 'continues' | 'branches' | 'repeats' | 'rewritten' | '';
  /** Place of the call before in the conversation, or of the call that asked for a tool; -1 for none. */
  readonly before: number;
  /** Input messages, and those among them that stood in the call before. */
  readonly messages: number;
  readonly asBefore: number;
  /** What is new in a prompt, or what a tool was given. */
  readonly input: string;
  readonly output: string;
  readonly tokens: TokenCounts | null;
  readonly cache: StepCache | null;
  /** Arguments that the recorded schema does not allow, of this tool or of those this call asks for. */
  readonly problems: number;
  /** Arguments that the tool's span has otherwise than they were asked for. */
  readonly differences: number;
  /** Lines below it when it is opened. */
  readonly lines: number;
}

export interface StepPage {
  readonly revision: number;
  /** Of all steps: how many, by what they are. */
  readonly total: number;
  readonly models: number;
  readonly tools: number;
  readonly errors: number;
  readonly problems: number;
  readonly conversations: number;
  /** Of steps that failed, ascending; the first {@link MARKED_STEPS}. */
  readonly errorPlaces: readonly number[];
  /** Of the steps asked for by id, in their order; -1 for those that are no more. */
  readonly places: readonly number[];
  readonly from: number;
  readonly rows: readonly StepRow[];
}

/**
 * A line of an opened step. `asBefore`: `count` input messages from `message` on that stood in the call before; asked for with
 * `steps/messages`. `message`: one message. `call`: a tool that the answer asks for. `result`: what a tool answered.
 * `arguments`: what it was given. `problem`, `difference`: of the arguments above. `cacheEnd`: where the cached prefix ends.
 */
export interface StepLine {
  readonly kind:
    'asBefore' | 'message' | 'call' | 'result' | 'arguments' | 'problem' | 'difference' | 'cacheEnd' | 'note';
  /** 2 right below the step, 3 below the line before. */
  readonly level: 2 | 3;
  /** Of a message; else the name of the tool, or the path of an argument. */
  readonly label: string;
  readonly text: string;
  /** Of a difference what was received; of a call its result. */
  readonly other: string;
  readonly side: 'inputs' | 'outputs' | '';
  /** Place of the message on its side; -1 for none. */
  readonly message: number;
  readonly count: number;
  /** UTF-16 units of the whole message. */
  readonly chars: number;
  /** Place of the step it leads to, or -1. */
  readonly step: number;
}

export interface StepLines {
  readonly revision: number;
  readonly total: number;
  readonly lines: readonly StepLine[];
}

/** Most rows of one answer, so that it stays far below 256 KB. */
export const STEP_ROWS = 150;
export const STEP_LINES = 300;
export const MARKED_STEPS = 1000;
/** Most ids whose places are asked for at a time. */
export const STEP_IDS = 100;

/** Steps of the trace of a view, in order of time. */
export interface StepMethods {
  'steps/list': readonly [
    { readonly viewId: number; readonly from: number; readonly count: number; readonly ids: readonly string[] },
    StepPage,
  ];
  /** What is inside a step; `notFound` when it is no more. */
  'steps/lines': readonly [
    { readonly viewId: number; readonly stepId: string; readonly from: number; readonly count: number },
    StepLines,
  ];
  /** Input messages of a step, one line each. */
  'steps/messages': readonly [
    { readonly viewId: number; readonly stepId: string; readonly from: number; readonly count: number },
    StepLines,
  ];
  /** The place of the step that a span belongs to, or of the first one inside it; -1 for none. */
  'steps/place': readonly [{ readonly viewId: number; readonly spanId: SpanId }, { readonly place: number }];
}
