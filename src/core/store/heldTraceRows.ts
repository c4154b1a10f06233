import type { TraceId } from '../model/ids.ts';
import type { SpanKind } from '../model/span.ts';
import type { TraceSummary } from '../model/trace.ts';
import { attributesOf, resourceAttributesOf } from './rootAttributes.ts';
import type { Segment } from './segment.ts';
import { NONE } from './spanColumns.ts';
import type { StoreState } from './storeState.ts';
import { noiseOf } from './traceNoise.ts';
import { LaunchRuns } from './launchRuns.ts';
import { ProcessRuns } from './processRuns.ts';
import { tokensOf } from './traceTokens.ts';
import type { Restart, TraceRows, TraceTokens } from './traceRows.ts';
import { durationOf, isAssembling, summaryOf, topmostKnown } from './traceSummaries.ts';

const TWO_32 = 2 ** 32;
/** Spans of a trace that are asked for the launch they belong to. */
const MOST_SPANS = 500;
const RUN_KEYS: ReadonlySet<string> = new Set(['service.instance.id', 'process.pid', 'host.name', 'k8s.pod.name']);

/** {@link TraceRows} of one state of the store. */
export class HeldTraceRows implements TraceRows {
  readonly state: StoreState;
  readonly #now: () => number;
  /** Times count from here: the first trace's start, so that they are exact in a double. */
  #origin: { readonly hi: number; readonly lo: number } | undefined;
  readonly #runs = new WeakMap<Segment, string[]>();
  readonly #processes = new ProcessRuns();
  readonly #launches = new LaunchRuns();

  constructor(state: StoreState, now: () => number) {
    this.state = state;
    this.#now = now;
  }

  get end(): number {
    return this.state.traces.end;
  }

  takeChanges(): 'all' | readonly number[] {
    return this.state.changes.takeListed();
  }

  touch(traceId: TraceId): void {
    const slot = this.state.slotOf(traceId);
    if (slot >= 0) this.state.changes.touchListed(slot);
  }

  isShown(slot: number): boolean {
    const { traces } = this.state;
    return traces.isHeld(slot) && traces.hiddenBy[slot] === 0;
  }

  slotOf(traceId: TraceId): number {
    return this.state.slotOf(traceId);
  }

  idOf(slot: number): TraceId {
    return this.state.traces.idOf(slot);
  }

  get births(): number {
    return this.state.traces.births;
  }

  bornOf(slot: number): number {
    return this.state.traces.born[slot]!;
  }

  startNs(slot: number): number {
    const { startHi, startLo } = this.state.traces;
    const origin = (this.#origin ??= { hi: startHi[slot]!, lo: startLo[slot]! });
    return (startHi[slot]! - origin.hi) * TWO_32 + (startLo[slot]! - origin.lo);
  }

  get originMs(): number {
    const origin = this.#origin;
    return origin === undefined ? 0 : origin.hi * (TWO_32 / 1e6) + origin.lo / 1e6;
  }

  durationNs(slot: number): number {
    return durationOf(this.state.traces, slot);
  }

  spans(slot: number): number {
    return this.state.traces.spans[slot]!;
  }

  errors(slot: number): number {
    return this.state.traces.errors[slot]!;
  }

  isSettled(slot: number): boolean {
    return !isAssembling(this.state.traces, slot, this.#now());
  }

  noise(slot: number): number {
    return noiseOf(this.state, slot);
  }

  noiseName(number: number): string {
    return this.state.noiseJudge.rules[number - 1]?.name ?? '';
  }

  name(slot: number): string {
    return this.state.nameOf(this.#top(slot));
  }

  rootKind(slot: number): SpanKind | undefined {
    const root = this.state.traces.root[slot]!;
    const segment = root === NONE ? undefined : this.state.segmentOf(root);
    return segment === undefined ? undefined : (segment.spans.kind[root - segment.base]! as SpanKind);
  }

  service(slot: number): string {
    const top = this.#top(slot);
    const segment = this.state.segmentOf(top);
    return segment === undefined ? '' : segment.serviceOf(top - segment.base);
  }

  services(slot: number): readonly string[] {
    return this.state.traces.shownServices[slot]!;
  }

  run(slot: number): string {
    const launch = this.#launchOf(this.#top(slot)) || this.#launchIn(slot);
    if (launch !== '') return launch;
    const process = this.process(slot);
    if (process !== '') return process;
    const startMs = this.startNs(slot) / 1e6 + this.originMs;
    return this.#launches.at(this.state.ring.segments, startMs);
  }

  process(slot: number): string {
    const top = this.#top(slot);
    const segment = this.state.segmentOf(top);
    if (segment === undefined) return '';
    const resource = segment.origins.get(segment.spans.origin[top - segment.base]!, 0);
    return this.#runOf(segment, resource);
  }

  /** Empty for a span of a program that was not launched from Spanline. */
  #launchOf(handle: number): string {
    const segment = this.state.segmentOf(handle);
    if (segment === undefined) return '';
    return this.#launches.textOf(segment, segment.origins.get(segment.spans.origin[handle - segment.base]!, 0));
  }

  /** Of the first launched process that took part. */
  #launchIn(slot: number): string {
    const { traces } = this.state;
    const count = Math.min(traces.spans[slot]!, MOST_SPANS);
    for (let position = 0; position < count; position++) {
      const launch = this.#launchOf(traces.handleAt(slot, position));
      if (launch !== '') return launch;
    }
    return '';
  }

  #runOf(segment: Segment, resource: number): string {
    let runs = this.#runs.get(segment);
    if (runs === undefined) this.#runs.set(segment, (runs = []));
    return (runs[resource] ??= runText(segment, resource));
  }

  attribute(slot: number, key: string): string {
    const top = this.#top(slot);
    const segment = this.state.segmentOf(top);
    if (segment === undefined) return '';
    const index = top - segment.base;
    const keys = new Set([key]);
    const resource = segment.origins.get(segment.spans.origin[index]!, 0);
    return attributesOf(segment, index, keys).get(key) ?? resourceAttributesOf(segment, resource, keys).get(key) ?? '';
  }

  tokens(slot: number): TraceTokens | undefined {
    return tokensOf(this.state, slot);
  }

  summary(slot: number): TraceSummary {
    return summaryOf(this.state, slot, this.#now());
  }

  restarts(limit: number): readonly Restart[] {
    this.#processes.read(this.state.ring.segments, (segment, resource) => this.#runOf(segment, resource));
    return this.#processes.restarts(limit);
  }

  runStarts(service: string): readonly number[] {
    this.#processes.read(this.state.ring.segments, (segment, resource) => this.#runOf(segment, resource));
    return this.#processes.starts(service);
  }

  #top(slot: number): number {
    const root = this.state.traces.root[slot]!;
    return root === NONE ? topmostKnown(this.state, slot) : root;
  }
}

function runText(segment: Segment, resource: number): string {
  const found = resourceAttributesOf(segment, resource, RUN_KEYS);
  const pid = found.get('process.pid');
  const instance = found.get('service.instance.id') ?? found.get('k8s.pod.name');
  const host = found.get('host.name');
  const which = instance ?? (pid === undefined ? undefined : `${host === undefined ? '' : `${host} `}pid ${pid}`);
  return which === undefined ? '' : `${segment.services[resource]!} ${which}`;
}
