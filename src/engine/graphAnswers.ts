import { buildDisplayTree, type DisplayTree } from '../core/layout/displayTree.ts';
import { spanIdText, type TraceId } from '../core/model/ids.ts';
import { ServiceGraph } from '../core/statistics/serviceGraph.ts';
import type { Steps } from '../core/statistics/steps.ts';
import type { SpanRef } from '../core/model/span.ts';
import { SPAN_BIT } from '../core/store/storeReader.ts';
import type { ServiceGraphAnswer } from '../protocol/aroundApi.ts';
import type { CancelSignal } from '../protocol/channel.ts';
import { ProtocolError } from '../protocol/errors.ts';
import type { EngineStore } from './engineStore.ts';
import type { SlicedWork } from './slicedWork.ts';
import { treeFacet, type AroundTree, type TreeFacet, type TreeFacets } from './treeFacets.ts';

/** Traces of the list that a graph is made of: the newest. */
const LISTED_TRACES = 300;

/** Graphs of services: of an open trace, or of the newest traces of the list. */
export class GraphAnswers {
  readonly #store: EngineStore;
  readonly #work: SlicedWork;
  readonly #facets: TreeFacets;
  readonly #seed: number;

  constructor(store: EngineStore, work: SlicedWork, facets: TreeFacets, seed: number) {
    this.#store = store;
    this.#work = work;
    this.#facets = facets;
    this.#seed = seed;
  }

  async ofTrace({ tree }: AroundTree, signal: CancelSignal): Promise<ServiceGraphAnswer> {
    const peers = await this.#facets.read(tree, { kind: 'peer' }, signal);
    return this.#work.do(tree, 'graph', signal, () => this.#one(tree, peers));
  }

  /** Of the first of these traces; those that went meanwhile are left out. */
  ofList(traceIds: readonly TraceId[], signal: CancelSignal): Promise<ServiceGraphAnswer> {
    return this.#work.run(this.#list(traceIds), () => signal.cancelled);
  }

  *#one(tree: DisplayTree, peers: TreeFacet): Steps<ServiceGraphAnswer> {
    const graph = new ServiceGraph();
    yield* graph.add(tree, this.#sources(tree, peers));
    return answerOf(graph, 1, 1);
  }

  *#list(traceIds: readonly TraceId[]): Steps<ServiceGraphAnswer> {
    const graph = new ServiceGraph();
    let traces = 0;
    for (const traceId of traceIds.slice(0, LISTED_TRACES)) {
      const { held } = this.#store;
      const slot = held.slotOf(traceId);
      if (slot < 0) continue;
      const tree = buildDisplayTree(held.columns.columnsOnce(slot, traceId), this.#seed);
      const peers = yield* treeFacet(tree, this.#store.facet({ kind: 'peer' }));
      yield* graph.add(tree, this.#sources(tree, peers));
      traces++;
      yield;
    }
    return answerOf(graph, traces, traceIds.length);
  }

  #sources(tree: DisplayTree, peers: TreeFacet) {
    return {
      peerOf: peers.numberOf,
      peers: peers.texts,
      hasLinks: (index: number) => ((tree.bits[index] ?? 0) & SPAN_BIT.hasLinks) !== 0,
      linked: (index: number) => this.#store.linkedServices(tree.handle[index] ?? 0),
    };
  }
}

function answerOf(graph: ServiceGraph, traces: number, of: number): ServiceGraphAnswer {
  const refOf = (slowest: { readonly tree: DisplayTree; readonly index: number } | undefined): SpanRef => {
    if (!slowest) throw new ProtocolError('failed', 'an edge without a call');
    const { tree, index } = slowest;
    return { traceId: tree.traceId, spanId: spanIdText(tree.idHi[index] ?? 0, tree.idLo[index] ?? 0) };
  };
  return {
    traces,
    of,
    nodes: graph.nodes.map(({ name, peer, spans, errors, selfNs }) => {
      const cut = peer ? name.indexOf(':') : -1;
      return { kind: peer ? name.slice(0, cut) : '', name: name.slice(cut + 1), spans, errors, selfNs };
    }),
    edges: graph.result().map(({ slowest, ...edge }) => ({ ...edge, slowest: refOf(slowest) })),
  };
}
