import type { MessageTable } from './messageTable.ts';

/** A model call as it is chained, in order of time. */
export interface ChainedCall {
  /** Numbers in the table. */
  readonly inputs: Uint32Array;
  readonly outputs: Uint32Array;
  /** As the sender names it, or empty. */
  readonly conversationId: string;
  /** Who makes the call, for histories that were rewritten: the same agent in the same place. */
  readonly lane: string;
}

/**
 * How a call stands to the one before it in its conversation. `first`: it begins one. `continues`: all of the call before
 * comes first. `branches`: it goes back to an earlier point. `repeats`: the same messages again. `rewritten`: the history
 * was summarised, cut or edited.
 */
export type Relation = 'first' | 'continues' | 'branches' | 'repeats' | 'rewritten';

/** A stretch of a call's input messages. */
export interface MessageRun {
  readonly from: number;
  readonly count: number;
  /** They stood in the call before, or are what it answered. */
  readonly asBefore: boolean;
}

export interface ChainLink {
  readonly relation: Relation;
  /** Place of the call before, or -1. */
  readonly before: number;
  /** From 0, in order of the first call. */
  readonly conversation: number;
  /** The inputs, in order and whole. */
  readonly runs: readonly MessageRun[];
  /** How many messages of the call before are left out. */
  readonly leftOut: number;
}

/** Calls of the same lane that are looked at when none begins alike: a summariser may stand between. */
const LANE_LOOKBACK = 4;

interface Node {
  readonly next: Map<number, Node>;
  /** By the form in which an answer comes back, see {@link StepMessage.echoKey}. */
  readonly echoes: Map<number, Node>;
  /** The last call whose messages led here. */
  last: number;
}

function newNode(): Node {
  return { next: new Map(), echoes: new Map(), last: -1 };
}

/**
 * Chains model calls to conversations: a call follows the one whose messages and answers it begins with longest, beyond the
 * system prompt, which agents share. Where none does, it follows a call of the same conversation id or lane if messages of
 * that stand in it in the same order. Linear in the number of messages.
 */
export class Conversations {
  readonly #table: MessageTable;
  readonly #root = newNode();
  readonly #calls: ChainedCall[] = [];
  readonly #links: ChainLink[] = [];
  readonly #lanes = new Map<string, number[]>();
  #conversations = 0;

  constructor(table: MessageTable) {
    this.#table = table;
  }

  /** Conversations so far. */
  get count(): number {
    return this.#conversations;
  }

  /** Adds the next call by time. */
  add(call: ChainedCall): ChainLink {
    const { inputs } = call;
    const system = this.#leadingSystem(inputs);
    let node = this.#root;
    let shared = 0;
    for (; shared < inputs.length; shared++) {
      const found = this.#step(node, inputs[shared] ?? 0);
      if (!found) break;
      node = found;
    }
    const link = shared > system && node.last >= 0 ? this.#following(call, node.last, shared) : this.#inLane(call);
    const place = this.#calls.push(call) - 1;
    this.#links.push(link);
    this.#remember(call, place);
    return link;
  }

  #following(call: ChainedCall, before: number, shared: number): ChainLink {
    const previous = this.#calls[before];
    const { inputs } = call;
    const earlier = previous?.inputs.length ?? 0;
    const conversation = this.#links[before]?.conversation ?? 0;
    if (shared >= earlier) {
      const relation = inputs.length === earlier && shared === inputs.length ? 'repeats' : 'continues';
      return { relation, before, conversation, runs: runsOf(inputs.length, (at) => at < shared), leftOut: 0 };
    }
    const kept = previous ? this.#aligned(call, previous, shared) : [];
    const later = kept.filter((is, at) => is && at >= shared).length;
    return {
      relation: later > 0 ? 'rewritten' : 'branches',
      before,
      conversation,
      runs: runsOf(inputs.length, (at) => kept[at] === true),
      leftOut: Math.max(0, earlier - shared - later),
    };
  }

  /** The call before by name: the one of the last few that has most in common. */
  #inLane(call: ChainedCall): ChainLink {
    const { inputs, conversationId } = call;
    const system = this.#leadingSystem(inputs);
    let best: { readonly before: number; readonly kept: readonly boolean[]; readonly count: number } | undefined;
    for (const before of this.#lanes.get(laneOf(call))?.toReversed() ?? []) {
      const previous = this.#calls[before];
      if (!previous) continue;
      const kept = this.#aligned(call, previous, 0);
      const count = kept.filter((is, at) => is && at >= system).length;
      if (count > (best?.count ?? 0) || (!best && conversationId !== '')) best = { before, kept, count };
    }
    if (!best) {
      const runs = runsOf(inputs.length, () => false);
      return { relation: 'first', before: -1, conversation: this.#conversations++, runs, leftOut: 0 };
    }
    const { before, kept } = best;
    const all = kept.filter((is) => is).length;
    return {
      relation: 'rewritten',
      before,
      conversation: this.#links[before]?.conversation ?? 0,
      runs: runsOf(inputs.length, (at) => kept[at] === true),
      leftOut: Math.max(0, (this.#calls[before]?.inputs.length ?? 0) - all),
    };
  }

  /** By input: whether it stands in the call before, in order; the first `shared` do. */
  #aligned(call: ChainedCall, previous: ChainedCall, shared: number): readonly boolean[] {
    const places = new Map<number, number[]>();
    const add = (key: number, place: number): void => {
      const known = places.get(key);
      if (known) known.push(place);
      else places.set(key, [place]);
    };
    previous.inputs.forEach((number, place) => add(this.#table.at(number).key, place));
    previous.outputs.forEach((number, place) => add(this.#table.at(number).echoKey, previous.inputs.length + place));
    let last = shared - 1;
    return Array.from(call.inputs, (number, at) => {
      if (at < shared) return true;
      const { key, echoKey } = this.#table.at(number);
      const later = (place: number): boolean => place > last;
      const found = places.get(key)?.find(later) ?? places.get(echoKey)?.find(later);
      if (found === undefined) return false;
      last = found;
      return true;
    });
  }

  #leadingSystem(inputs: Uint32Array): number {
    let count = 0;
    while (count < inputs.length && this.#table.at(inputs[count] ?? 0).role === 'system') count++;
    return count;
  }

  #step(node: Node, number: number): Node | undefined {
    const { key, echoKey } = this.#table.at(number);
    return node.next.get(key) ?? node.echoes.get(echoKey);
  }

  #remember(call: ChainedCall, place: number): void {
    let node = this.#root;
    for (const number of call.inputs) {
      const known = this.#step(node, number);
      const next = known ?? newNode();
      if (!known) node.next.set(this.#table.at(number).key, next);
      next.last = place;
      node = next;
    }
    // Several answers may be choices of one prompt, or one after the other.
    const asked = node;
    for (const number of call.outputs) {
      const { echoKey } = this.#table.at(number);
      const next = node.echoes.get(echoKey) ?? newNode();
      node.echoes.set(echoKey, next);
      if (!asked.echoes.has(echoKey)) asked.echoes.set(echoKey, next);
      next.last = place;
      node = next;
    }
    const lane = laneOf(call);
    const known = this.#lanes.get(lane) ?? [];
    known.push(place);
    if (known.length > LANE_LOOKBACK) known.shift();
    this.#lanes.set(lane, known);
  }
}

function laneOf({ conversationId, lane }: ChainedCall): string {
  return conversationId === '' ? `lane ${lane}` : `id ${conversationId} ${lane}`;
}

function runsOf(count: number, asBefore: (at: number) => boolean): readonly MessageRun[] {
  const runs: MessageRun[] = [];
  for (let at = 0; at < count;) {
    const is = asBefore(at);
    let end = at + 1;
    while (end < count && asBefore(end) === is) end++;
    runs.push({ from: at, count: end - at, asBefore: is });
    at = end;
  }
  return runs;
}
