import type { ListBrush, ListQuery } from '../../src/core/list/listQuery.ts';
import type { SpanRef } from '../../src/core/model/span.ts';
import type { ServiceGraphAnswer, ServiceGraphEdge } from '../../src/protocol/aroundApi.ts';
import { Store } from '../state/store.ts';
import { LiveAnswer } from './liveAnswer.ts';
import type { AroundDeps } from './statisticsModel.ts';

export interface GraphDeps extends AroundDeps {
  readonly openSpan: (ref: SpanRef) => void;
  /** What is listed: its query, and what tells of changes. */
  readonly list: {
    readonly query: ListQuery;
    readonly filter: Store<string>;
    readonly brush: Store<ListBrush | null>;
    readonly page: Store<{ readonly revision: number }>;
  };
}

/** The graph of services: of the open trace, or of the newest traces that the list's filter and brush leave. */
export class GraphModel {
  readonly of = new Store<'trace' | 'list'>('trace');
  /** Edge the keyboard is on, and node that is looked at; -1 for none. */
  readonly edge = new Store(-1);
  readonly node = new Store(-1);
  readonly live = new LiveAnswer<ServiceGraphAnswer>();
  readonly #deps: GraphDeps;
  #stops: (() => void)[] = [];
  #viewId: number | undefined;
  #revision = -1;

  constructor(deps: GraphDeps) {
    this.#deps = deps;
  }

  /** Follows the open trace until {@link hide}. */
  show(): void {
    const { waterfall, list } = this.#deps;
    this.#stops = [
      waterfall.info.subscribe(() => this.#traceChanged()),
      this.of.subscribe(() => this.#start()),
      list.filter.subscribe(() => this.#listChanged(true)),
      list.brush.subscribe(() => this.#listChanged(true)),
      list.page.subscribe(() => this.#listChanged(false)),
    ];
    this.#traceChanged();
  }

  hide(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
  }

  /** Looks at a node, or no longer at it. */
  chooseNode(node: number): void {
    this.node.set(this.node.value === node ? -1 : node);
    this.edge.set(-1);
  }

  /** Goes to the slowest call of an edge. */
  open(edge: ServiceGraphEdge): void {
    this.#deps.openSpan(edge.slowest);
  }

  /** `isOther`: by the user; else traces came or went. */
  #listChanged(isOther: boolean): void {
    if (this.of.value !== 'list') return;
    const { revision } = this.#deps.list.page.value;
    if (isOther) this.#start();
    else if (revision !== this.#revision) this.live.askAgain(() => this.#request());
    this.#revision = revision;
  }

  #traceChanged(): void {
    // Another trace that is opened is listed as before.
    if (this.of.value === 'list' && this.live.answer.value) {
      this.#viewId = this.#deps.waterfall.info.value?.viewId;
      return;
    }
    const viewId = this.#deps.waterfall.info.value?.viewId;
    const isSame = viewId === this.#viewId && this.live.answer.value;
    this.#viewId = viewId;
    if (isSame) this.live.askAgain(() => this.#request());
    else this.#start();
  }

  #start(): void {
    this.edge.set(-1);
    this.node.set(-1);
    this.live.clear();
    if (this.#viewId !== undefined) this.live.ask(() => this.#request());
  }

  #request(): Promise<ServiceGraphAnswer> {
    const { host, list } = this.#deps;
    return this.of.value === 'list'
      ? host.request('graph/list', { query: list.query }, { timeoutMs: 120_000, supersede: 'graph/list' })
      : host.request('graph/trace', { viewId: this.#viewId ?? 0 });
  }
}
