import type { CallTiming } from '../core/inference/callPhases.ts';
import { streamPhases } from '../core/inference/streamTiming.ts';
import { criticalPath, type CriticalPath } from '../core/layout/criticalPath.ts';
import type { DisplayTree } from '../core/layout/displayTree.ts';
import { GroupBook } from '../core/layout/groupFacts.ts';
import type { RowOrderOptions } from '../core/layout/rowNodes.ts';
import { RowOrder } from '../core/layout/rowOrder.ts';
import type { SpanId } from '../core/model/ids.ts';
import type { ProcessChange } from '../core/model/processChange.ts';
import type { SpanHandle, StoreReader } from '../core/store/storeReader.ts';
import { streamEnds } from './asgiStream.ts';
import { withTritonQueue, type ChildSpan } from './tritonQueue.ts';

/** OTLP SpanKind. */
const KIND_SERVER = 2;

/** What is made of one revision of a trace, shared by the views that show it; each part when it is first asked for. */
export class TraceLayout {
  readonly tree: DisplayTree;
  readonly #orders = new Map<string, RowOrder>();
  readonly #books = new Map<RowOrder, GroupBook>();
  readonly #streams = new Map<number, CallTiming | undefined>();
  readonly #changes = new Map<SpanHandle, ProcessChange | undefined>();
  #critical: CriticalPath | undefined;
  #linked: ReadonlySet<SpanId> | undefined;

  constructor(tree: DisplayTree) {
    this.tree = tree;
  }

  get critical(): CriticalPath {
    return (this.#critical ??= criticalPath(this.tree));
  }

  orderOf(options: RowOrderOptions): RowOrder {
    const key = `${options.foldAlike} ${String(options.messagesAsRows)} ${String(options.settled)}`;
    let order = this.#orders.get(key);
    if (order === undefined) {
      order = RowOrder.of(this.tree, options);
      this.#orders.set(key, order);
    }
    return order;
  }

  bookOf(order: RowOrder): GroupBook {
    let book = this.#books.get(order);
    if (book === undefined) {
      book = new GroupBook(order);
      this.#books.set(order, book);
    }
    return book;
  }

  /** Where the time inside the span at a position went: by its own keys and events, or by what is right below it. */
  timingOf(store: StoreReader, position: number): CallTiming | undefined {
    const { tree } = this;
    const index = tree.indexAt[position] ?? 0;
    const own = store.timingOf(tree.handle[index] ?? 0);
    if (own?.queuedAtNs === undefined) return own ?? this.#streamOf(store, position);
    return withTritonQueue(store, own, tree.offsetNs[index] ?? 0, childrenOf(tree, position));
  }

  /** First byte and stream of the server span at a position, as its messages tell; looked for once. */
  #streamOf(store: StoreReader, position: number): CallTiming | undefined {
    const { tree } = this;
    const index = tree.indexAt[position] ?? 0;
    if (tree.kind[index] !== KIND_SERVER || (tree.descendants[position] ?? 0) === 0) return undefined;
    if (!this.#streams.has(position)) {
      const ends = streamEnds(store, tree, position);
      this.#streams.set(position, ends && streamPhases(ends, tree.durationNs[index] ?? 0));
    }
    return this.#streams.get(position);
  }

  /** Spans of the trace that others link to, as of the first look. */
  linkedSpans(store: StoreReader): ReadonlySet<SpanId> {
    return (this.#linked ??= store.linkedSpans(this.tree.traceId));
  }

  /** See `StoreReader.processAfter`; asked once a span. */
  processChange(store: StoreReader, handle: SpanHandle, afterNs: bigint): ProcessChange | undefined {
    if (!this.#changes.has(handle)) this.#changes.set(handle, store.processAfter(handle, afterNs));
    return this.#changes.get(handle);
  }
}

function* childrenOf(tree: DisplayTree, position: number): Generator<ChildSpan> {
  const end = position + (tree.descendants[position] ?? 0);
  for (let child = position + 1; child <= end; child += (tree.descendants[child] ?? 0) + 1) {
    const index = tree.indexAt[child] ?? 0;
    yield { handle: tree.handle[index] ?? 0, offsetNs: tree.offsetNs[index] ?? 0 };
  }
}
