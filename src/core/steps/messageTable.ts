/** A tool that a message asks for. */
export interface ToolRequest {
  /** Joins it to its result; empty when the sender has none. */
  readonly callId: string;
  readonly name: string;
  /** Arguments, at most {@link STEP_CHARS}. */
  readonly text: string;
  /** Equal arguments have equal keys. */
  readonly argumentsKey: number;
  /** Canonical JSON; empty when they are none or longer than {@link ARGUMENT_CHARS}. */
  readonly argumentsJson: string;
}

/** What a tool answered, as a message carries it. */
export interface ToolAnswer {
  readonly callId: string;
  readonly name: string;
  /** At most {@link STEP_CHARS}. */
  readonly text: string;
}

/** One message, kept once however often it is sent again. */
export interface StepMessage {
  /** Of role and content, for telling messages apart: white space, ids of calls and reasoning left out. */
  readonly key: number;
  /** Of the tools asked for alone, or of the text where there are none: how an answer comes back in the next prompt. */
  readonly echoKey: number;
  readonly role: string;
  /** At most {@link STEP_CHARS}: text, or what stands for it; empty when there are only tool calls or results. */
  readonly text: string;
  /** UTF-16 units of everything in it. */
  readonly chars: number;
  /** Kinds of its parts that are no text: `image`, `reasoning`, … */
  readonly parts: readonly string[];
  readonly requests: readonly ToolRequest[];
  readonly answers: readonly ToolAnswer[];
  /** The sender asked the provider to keep the prompt up to here. */
  readonly cacheMark: boolean;
}

/** Longest text a step carries; the whole is asked for by its span. */
export const STEP_CHARS = 200;
/** Longer arguments are compared by their key alone. */
export const ARGUMENT_CHARS = 8192;

/** The messages of one trace, each once, by number. */
export class MessageTable {
  readonly #numbers = new Map<string, number>();
  readonly #messages: StepMessage[] = [];

  at(number: number): StepMessage {
    const message = this.#messages[number];
    if (!message) throw new Error(`there is no message ${number}`);
    return message;
  }

  /** The number of a message; ids of tool calls tell alike ones apart. */
  add(message: StepMessage): number {
    const ids = [...message.requests, ...message.answers].map(({ callId }) => callId).join();
    const identity = `${message.key} ${message.chars} ${message.cacheMark} ${ids}`;
    const known = this.#numbers.get(identity);
    if (known !== undefined) return known;
    const number = this.#messages.push(message) - 1;
    this.#numbers.set(identity, number);
    return number;
  }
}
