import type { TraceId } from '../model/ids.ts';
import type { SpanKind } from '../model/span.ts';
import type { TraceSummary } from '../model/trace.ts';

/** A process of a service that began when all earlier ones had ended; milliseconds since the epoch. */
export interface Restart {
  readonly service: string;
  readonly atMs: number;
}

/** Tokens of a trace's model calls; those that call others repeat what their calls say and are left out. */
export interface TraceTokens {
  readonly tokens: number;
  /** There were more spans than are read for a list. */
  readonly partial: boolean;
}

/**
 * The held traces by number (slot), for lists that keep an order of their own: what changed since they asked last, and
 * each trace's figures without making a summary. Slots are valid until the next {@link TraceRows.takeChanges}.
 */
export interface TraceRows {
  /** Slots are smaller than this. */
  readonly end: number;
  /** The last number that {@link bornOf} gave. */
  readonly births: number;
  /** Milliseconds since the epoch from which starts count; 0 before the first was asked. */
  readonly originMs: number;
  /** Slots whose traces changed, came or went since the last call; `all` when slots were given out anew, or too many changed. */
  takeChanges(): 'all' | readonly number[];
  /** Tells lists to look at a trace again. */
  touch(traceId: TraceId): void;
  /** Held and not hidden by a clear. */
  isShown(slot: number): boolean;
  /** -1 when the trace is not held. */
  slotOf(traceId: TraceId): number;
  idOf(slot: number): TraceId;
  /** Number of the trace in the order in which traces came. */
  bornOf(slot: number): number;
  /** Nanoseconds from {@link originMs}. */
  startNs(slot: number): number;
  durationNs(slot: number): number;
  spans(slot: number): number;
  errors(slot: number): number;
  isSettled(slot: number): boolean;
  /** Number of the noise rule it falls under, from 1; 0 for none. */
  noise(slot: number): number;
  /** Name of the rule behind a number of {@link noise}. */
  noiseName(number: number): string;
  /** Name of the root, or of what is known of it. */
  name(slot: number): string;
  /** Kind of the root; undefined while it is not here. */
  rootKind(slot: number): SpanKind | undefined;
  /** Service of the root, or of what is known of it. */
  service(slot: number): string;
  services(slot: number): readonly string[];
  /**
   * The launch of the root's program, else of the first launched one that took part; else the root's {@link process}, else the
   * launch in whose time the trace began. Empty when nothing tells.
   */
  run(slot: number): string;
  /** The process that made the root: instance id, pod, or host and pid, with its service; empty when the sender names none. */
  process(slot: number): string;
  /** An attribute of the root as text, of the span or else of its resource; empty when it has none. */
  attribute(slot: number, key: string): string;
  /** Undefined when it has no model call. */
  tokens(slot: number): TraceTokens | undefined;
  summary(slot: number): TraceSummary;
  /** The newest restarts of services, oldest first; one of several processes that run side by side is none. */
  restarts(limit: number): readonly Restart[];
  /** When runs of a service began, milliseconds, oldest first; empty where its resources do not tell processes apart. */
  runStarts(service: string): readonly number[];
}
