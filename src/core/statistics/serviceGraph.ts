import type { DisplayTree } from '../layout/displayTree.ts';
import { nearestRank, select } from './orderStatistic.ts';
import { SPANS_PER_STEP, type Steps } from './steps.ts';

const STATUS_ERROR = 2;
const KIND_CLIENT = 3;
const KIND_PRODUCER = 4;

/** A service, or (`peer`) what is only known by those who call it, as `kind:name`. */
export interface GraphNode {
  readonly name: string;
  readonly peer: boolean;
  /** Spans of the service; 0 for a peer. */
  spans: number;
  errors: number;
  selfNs: number;
}

/** Calls from one node to another. */
interface Edge {
  readonly from: number;
  readonly to: number;
  calls: number;
  errors: number;
  readonly durations: number[];
  /** Index of the slowest call's span in the last tree added, and its length. */
  slowest: { readonly tree: DisplayTree; readonly index: number } | undefined;
  slowestNs: number;
}

/** One edge with its latency, exact by nearest rank. */
export interface GraphEdge {
  readonly from: number;
  readonly to: number;
  readonly calls: number;
  readonly errors: number;
  readonly p50Ns: number;
  readonly p95Ns: number;
  readonly maxNs: number;
  readonly slowest: { readonly tree: DisplayTree; readonly index: number } | undefined;
}

/** What the graph needs to know of a tree beside its arrays. */
export interface GraphSources {
  /** By span index: number of what it called (`peer` facet), 0 for nothing known; and the texts. */
  readonly peerOf: Uint32Array;
  readonly peers: readonly string[];
  /** Services of the spans that a span links to, in other traces or this one. */
  readonly linked: (index: number) => readonly string[];
  readonly hasLinks: (index: number) => boolean;
}

/**
 * Who calls whom, over one or more traces. A span whose parent is of another service is a call from that service, as long
 * as the called span; a span that links to one of another service (a consumer to its producer) likewise. A client or
 * producer span, or one with a database or model of its own, below which no other service answers is a call to a peer, as
 * long as the span itself.
 */
export class ServiceGraph {
  readonly nodes: GraphNode[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly edges = new Map<string, Edge>();

  *add(tree: DisplayTree, sources: GraphSources): Steps<void> {
    const { count, indexAt, parentAt, service, services } = tree;
    const nodeOf = services.map((name) => this.node(name, false));
    const answered = new Uint8Array(count);
    for (let position = 0; position < count; position++) {
      if (position % SPANS_PER_STEP === SPANS_PER_STEP - 1) yield;
      const parent = parentAt[position]!;
      if (parent >= 0 && service[indexAt[position]!] !== service[indexAt[parent]!]) answered[parent] = 1;
    }
    for (let position = 0; position < count; position++) {
      if (position % SPANS_PER_STEP === SPANS_PER_STEP - 1) yield;
      const index = indexAt[position]!;
      const own = nodeOf[service[index]!]!;
      const node = this.nodes[own]!;
      node.spans++;
      node.selfNs += tree.selfNs[position]!;
      const isError = tree.status[index] === STATUS_ERROR;
      if (isError) node.errors++;
      const parent = parentAt[position]!;
      const caller = parent < 0 ? undefined : nodeOf[service[indexAt[parent]!]!];
      if (caller !== undefined && caller !== own) this.call(caller, own, tree, index);
      if (sources.hasLinks(index)) {
        for (const name of new Set(sources.linked(index))) {
          const from = this.node(name, false);
          if (from !== own && from !== caller) this.call(from, own, tree, index);
        }
      }
      const peer = sources.peers[sources.peerOf[index]!] ?? '';
      if (peer === '' || answered[position] === 1) continue;
      const kind = tree.kind[index]!;
      const isCall = kind === KIND_CLIENT || kind === KIND_PRODUCER || /^(?:database|model):/.test(peer);
      // Of nested spans about one peer the outermost is the call.
      const isNested = parent >= 0 && sources.peerOf[indexAt[parent]!] === sources.peerOf[index]!;
      if (isCall && !isNested) this.call(own, this.node(peer, true), tree, index);
    }
  }

  /** The edges, those of most calls first. */
  result(): readonly GraphEdge[] {
    return Array.from(this.edges.values(), ({ from, to, calls, errors, durations, slowest, slowestNs }) => {
      const values = Float64Array.from(durations);
      const at = (q: number): number => select(values, 0, values.length, nearestRank(values.length, q));
      return { from, to, calls, errors, p95Ns: at(0.95), p50Ns: at(0.5), maxNs: slowestNs, slowest };
    }).sort((a, b) => b.calls - a.calls || a.from - b.from || a.to - b.to);
  }

  private node(name: string, peer: boolean): number {
    const key = `${peer ? 'peer' : 'service'} ${name}`;
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    this.numbers.set(key, this.nodes.length);
    return this.nodes.push({ name, peer, spans: 0, errors: 0, selfNs: 0 }) - 1;
  }

  private call(from: number, to: number, tree: DisplayTree, index: number): void {
    const key = `${from} ${to}`;
    let edge = this.edges.get(key);
    if (edge === undefined) {
      edge = { from, to, calls: 0, errors: 0, durations: [], slowest: undefined, slowestNs: -1 };
      this.edges.set(key, edge);
    }
    const duration = tree.durationNs[index]!;
    edge.calls++;
    if (tree.status[index] === STATUS_ERROR) edge.errors++;
    edge.durations.push(duration);
    if (duration > edge.slowestNs) {
      edge.slowestNs = duration;
      edge.slowest = { tree, index };
    }
  }
}
