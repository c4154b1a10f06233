import { streamOf, type StreamTiming } from '../core/inference/streamTiming.ts';
import type { DisplayTree } from '../core/layout/displayTree.ts';
import type { SpanId } from '../core/model/ids.ts';
import type { SpanRef } from '../core/model/span.ts';
import type { Steps } from '../core/statistics/steps.ts';
import { ASGI_MESSAGE, NEVER_ALIKE, type StoreReader, type TraceColumns } from '../core/store/storeReader.ts';

/** Messages of a span that are looked at for its bar, and for its details. */
const MOST_FOR_BAR = 20_000;
const MOST_FOR_DETAILS = 200_000;
/** Types read between two pauses. */
const PER_STEP = 500;
/** Of the messages of an answer the first is its head, the last perhaps a closing one. */
const MOST_AROUND_BODY = 4;
const BODY: ReadonlySet<string> = new Set(['http.response.body', 'websocket.send']);
const SEND = /(?:^| )(http|websocket) send$/;
/** The attribute of the ASGI instrumentation now and before 0.22. */
const TYPE_KEYS = ['asgi.event.type', 'type'];

/** Messages below one span that were sent, whatever their type, in order of start; times as in what they were read from. */
class Sends {
  protocol = '';
  readonly handles: number[] = [];
  readonly begins: number[] = [];
  readonly ends: number[] = [];
  readonly #store: StoreReader;
  readonly #protocolOf = new Map<number, string>();

  constructor(store: StoreReader) {
    this.#store = store;
  }

  /** Takes the span at `index` of the columns when it is a message that was sent. */
  take(columns: MessageColumns, index: number): void {
    if (((columns.bits[index] ?? 0) & ASGI_MESSAGE) === 0) return;
    const handle = columns.handle[index] ?? 0;
    const kind = columns.alike[index] ?? NEVER_ALIKE;
    let found = this.#protocolOf.get(kind);
    if (found === undefined || kind === NEVER_ALIKE) {
      found = SEND.exec(this.#store.nameOf(handle))?.[1] ?? '';
      this.#protocolOf.set(kind, found);
    }
    if (found === '') return;
    this.protocol = found;
    const begin = columns.offsetNs[index] ?? 0;
    this.handles.push(handle);
    this.begins.push(begin);
    this.ends.push(begin + (columns.durationNs[index] ?? 0));
  }

  isBody(at: number): boolean {
    const types = this.#store.cellsOf(this.handles[at] ?? 0, TYPE_KEYS);
    return types.some((type) => BODY.has(type));
  }

  get from(): string {
    return `${this.protocol} send spans`;
  }
}

type MessageColumns = Pick<TraceColumns, 'bits' | 'handle' | 'alike' | 'offsetNs' | 'durationNs'>;

/**
 * When the first and the last piece of a streamed answer left, for the bar of the server span at `position`: types are read
 * only around both ends. Undefined when nothing was streamed. Costs a step for each child, of at most 20,000.
 */
export function streamEnds(
  store: StoreReader,
  tree: DisplayTree,
  position: number,
): Pick<StreamTiming, 'firstNs' | 'lastNs' | 'from'> | undefined {
  const sends = new Sends(store);
  const end = position + (tree.descendants[position] ?? 0);
  let seen = 0;
  for (let child = position + 1; child <= end; child += (tree.descendants[child] ?? 0) + 1) {
    if (seen++ >= MOST_FOR_BAR) return undefined;
    sends.take(tree, tree.indexAt[child] ?? 0);
  }
  const count = sends.handles.length;
  if (count < 2) return undefined;
  let first = 0;
  while (first < Math.min(count, MOST_AROUND_BODY) && !sends.isBody(first)) first++;
  let last = count - 1;
  while (last > Math.max(first, count - MOST_AROUND_BODY) && !sends.isBody(last)) last--;
  if (last <= first || !sends.isBody(first) || !sends.isBody(last)) return undefined;
  const start = tree.offsetNs[tree.indexAt[position] ?? 0] ?? 0;
  return {
    firstNs: (sends.begins[first] ?? 0) - start,
    lastNs: (sends.ends[last] ?? 0) - start,
    from: sends.from,
  };
}

/** Indexes of the spans right below one, by start, and its own offset. */
export function childrenIn(
  columns: TraceColumns,
  spanId: SpanId,
): { readonly children: readonly number[]; readonly offsetNs: number } {
  const hi = Number.parseInt(spanId.slice(0, 8), 16);
  const lo = Number.parseInt(spanId.slice(8), 16);
  const children: number[] = [];
  let offsetNs = 0;
  for (let index = 0; index < columns.count; index++) {
    if (columns.parentLo[index] === lo && columns.parentHi[index] === hi) children.push(index);
    else if (columns.idLo[index] === lo && columns.idHi[index] === hi) offsetNs = columns.offsetNs[index] ?? 0;
  }
  children.sort((a, b) => (columns.offsetNs[a] ?? 0) - (columns.offsetNs[b] ?? 0));
  return { children, offsetNs };
}

/** The whole of it, for the details: the type of every message is read, in steps, of at most 200,000. */
export function* streamSteps(store: StoreReader, { traceId, spanId }: SpanRef): Steps<StreamTiming | undefined> {
  const columns = store.columns(traceId);
  if (columns === undefined) return undefined;
  // All at once: the columns are the store's, and other ones after a pause.
  const { children, offsetNs: start } = childrenIn(columns, spanId);
  const sends = new Sends(store);
  for (const child of children.slice(0, MOST_FOR_DETAILS)) sends.take(columns, child);
  const begins: number[] = [];
  let lastEnd = 0;
  for (let at = 0; at < sends.handles.length; at++) {
    if (at % PER_STEP === PER_STEP - 1) yield;
    if (!sends.isBody(at)) continue;
    begins.push((sends.begins[at] ?? 0) - start);
    lastEnd = Math.max(lastEnd, (sends.ends[at] ?? 0) - start);
  }
  return streamOf(begins, lastEnd, sends.from, children.length > MOST_FOR_DETAILS);
}
