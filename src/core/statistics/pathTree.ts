import type { DisplayTree } from '../layout/displayTree.ts';
import { SPANS_PER_STEP, type Steps } from './steps.ts';
import { resized } from '../store/resized.ts';

const STATUS_ERROR = 2;

/**
 * Spans merged by call path: one node for all spans whose service and name, and those of every span above them, are the
 * same. Node numbers grow downwards: a parent's is smaller than its children's. Times in nanoseconds.
 */
export interface PathTree {
  readonly count: number;
  /** By node: the node above, or -1. */
  readonly parent: Int32Array;
  readonly depth: Uint32Array;
  readonly service: Uint16Array;
  /** By node: number of the name, as handed in. */
  readonly name: Uint32Array;
  readonly calls: Uint32Array;
  readonly errors: Uint32Array;
  /** Sum of durations. */
  readonly totalNs: Float64Array;
  /** Sum of the time in which no child runs. */
  readonly selfNs: Float64Array;
  /** Self time of the node and all below it: what the node's width in a flame graph says. */
  readonly weightNs: Float64Array;
  /** By node: index of its longest span. */
  readonly slowest: Uint32Array;
  /** By span index: its node. */
  readonly nodeOf: Uint32Array;
}

/** Merges a tree by path; `nameOf[index]` is the number of a span's name. Linear. */
export function* pathTree(tree: DisplayTree, nameOf: Uint32Array): Steps<PathTree> {
  const nodes = new Nodes();
  const nodeOf = new Uint32Array(tree.count);
  for (let position = 0; position < tree.count; position++) {
    if (position % SPANS_PER_STEP === SPANS_PER_STEP - 1) yield;
    const index = tree.indexAt[position]!;
    const above = tree.parentAt[position]!;
    if (nodes.isFull) yield* nodes.grow();
    const parent = above < 0 ? -1 : nodeOf[tree.indexAt[above]!]!;
    const node = nodes.nodeOf(parent, tree.service[index]!, nameOf[index]!);
    nodeOf[index] = node;
    const duration = tree.durationNs[index]!;
    if (nodes.calls[node] === 0 || duration > tree.durationNs[nodes.slowest[node]!]!) nodes.slowest[node] = index;
    nodes.calls[node]!++;
    if (tree.status[index] === STATUS_ERROR) nodes.errors[node]!++;
    nodes.totalNs[node]! += duration;
    nodes.selfNs[node]! += tree.selfNs[position]!;
  }
  const { count, parent } = nodes;
  const weightNs = nodes.selfNs.slice(0, count);
  for (let node = count - 1; node > 0; node--) {
    if (node % SPANS_PER_STEP === 0) yield;
    if (parent[node]! >= 0) weightNs[parent[node]!]! += weightNs[node]!;
  }
  return {
    count,
    parent,
    depth: nodes.depth,
    service: nodes.service,
    name: nodes.name,
    calls: nodes.calls,
    errors: nodes.errors,
    totalNs: nodes.totalNs,
    selfNs: nodes.selfNs,
    weightNs,
    slowest: nodes.slowest,
    nodeOf,
  };
}

/** Growing columns of nodes, found by parent, service and name. */
class Nodes {
  count = 0;
  parent = new Int32Array(1024);
  depth = new Uint32Array(1024);
  service = new Uint16Array(1024);
  name = new Uint32Array(1024);
  calls = new Uint32Array(1024);
  errors = new Uint32Array(1024);
  totalNs = new Float64Array(1024);
  selfNs = new Float64Array(1024);
  slowest = new Uint32Array(1024);
  /** Open addressing; node + 1. */
  private slots = new Uint32Array(4096);

  /** Whether there is no room for one more. */
  get isFull(): boolean {
    return this.count === this.parent.length;
  }

  /** The node's number; a new one while there is room. */
  nodeOf(parent: number, service: number, name: number): number {
    const mask = this.slots.length - 1;
    let slot = hash(parent, service, name) & mask;
    for (let entry = this.slots[slot]!; entry !== 0; entry = this.slots[slot]!) {
      const node = entry - 1;
      if (this.parent[node] === parent && this.name[node] === name && this.service[node] === service) return node;
      slot = (slot + 1) & mask;
    }
    const node = this.count++;
    this.parent[node] = parent;
    this.depth[node] = parent < 0 ? 0 : this.depth[parent]! + 1;
    this.service[node] = service;
    this.name[node] = name;
    this.slots[slot] = this.count;
    return node;
  }

  *grow(): Steps<void> {
    const size = this.parent.length * 4;
    this.parent = resized(this.parent, size);
    this.service = resized(this.service, size);
    this.depth = resized(this.depth, size);
    yield;
    this.name = resized(this.name, size);
    this.calls = resized(this.calls, size);
    this.errors = resized(this.errors, size);
    yield;
    this.slowest = resized(this.slowest, size);
    this.totalNs = resized(this.totalNs, size);
    this.selfNs = resized(this.selfNs, size);
    yield;
    const slots = new Uint32Array(this.slots.length * 4);
    const mask = slots.length - 1;
    for (let node = 0; node < this.count; node++) {
      if (node % SPANS_PER_STEP === SPANS_PER_STEP - 1) yield;
      let slot = hash(this.parent[node]!, this.service[node]!, this.name[node]!) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = node + 1;
    }
    this.slots = slots;
  }
}

function hash(parent: number, service: number, name: number): number {
  let mixed = Math.imul(parent + 1, 0x85ebca6b) ^ Math.imul(name, 0xc2b2ae35) ^ Math.imul(service, 0x27d4eb2f);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x9e3779b1);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
