import type { Segment } from './segment.ts';
import { scopeNameOf } from './signatureTable.ts';
import { NONE } from './spanColumns.ts';
import { ASGI_MESSAGE, NEVER_ALIKE } from './storeReader.ts';

/** Names of a segment whose last answer is remembered; a power of two. */
const REMEMBERED = 1024;
const KIND_INTERNAL = 1;
/**
 * The ASGI instrumentation and those built on it make a span for every message of a request:
 * `GET /items http receive`, `GET /items http send`.
 */
const ASGI_SCOPE = /^opentelemetry\.instrumentation\.(?:asgi|fastapi|starlette)$/;
const ASGI_NAME = /(?:^| )(?:http|websocket) (?:send|receive)$/;

/**
 * Numbers the spans of one trace by what they are alike in: name, service and kind. Texts are compared only where a name
 * is new in its segment, or comes with another origin or kind than before; else it costs three comparisons a span.
 */
export class AlikeTable {
  count = 0;
  /** Of the span asked for last: {@link ASGI_MESSAGE}, which follows from name, kind and scope. */
  bits = 0;
  readonly #numbers = new Map<string, number>();
  #segment: Segment | undefined;
  readonly #name = new Uint32Array(REMEMBERED);
  readonly #origin = new Uint32Array(REMEMBERED);
  readonly #kind = new Uint8Array(REMEMBERED);
  readonly #number = new Uint32Array(REMEMBERED);
  readonly #bits = new Uint8Array(REMEMBERED);

  /** The number of span `index`, or {@link NEVER_ALIKE} when its name was not interned: there are too many of those. */
  numberOf(segment: Segment, index: number): number {
    if (segment !== this.#segment) {
      this.#segment = segment;
      this.#name.fill(NONE);
    }
    const { spans } = segment;
    const name = spans.name[index]!;
    if (name === NONE) {
      this.bits = 0;
      return NEVER_ALIKE;
    }
    const origin = spans.origin[index]!;
    const kind = spans.kind[index]!;
    const at = name & (REMEMBERED - 1);
    if (this.#name[at] !== name || this.#origin[at] !== origin || this.#kind[at] !== kind) {
      this.#name[at] = name;
      this.#origin[at] = origin;
      this.#kind[at] = kind;
      this.#look(segment, name, origin, kind, at);
    }
    this.bits = this.#bits[at]!;
    return this.#number[at]!;
  }

  #look(segment: Segment, name: number, origin: number, kind: number, at: number): void {
    const text = segment.names.text(name);
    const isMessage = kind === KIND_INTERNAL && ASGI_NAME.test(text) && ASGI_SCOPE.test(scopeNameOf(segment, origin));
    const service = segment.services[segment.origins.get(origin, 0)]!;
    const key = JSON.stringify([text, service, kind, isMessage]);
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.count++;
      this.#numbers.set(key, number);
    }
    this.#number[at] = number;
    this.#bits[at] = isMessage ? ASGI_MESSAGE : 0;
  }
}
