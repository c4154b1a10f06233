import type { SpanId, TraceId } from '../core/model/ids.ts';
import type { ModelCall } from '../core/model/modelCall.ts';
import type { SourceHints } from '../core/model/source.ts';
import type { LogDetails, SpanDetails, SpanEvent, SpanRef } from '../core/model/span.ts';
import type { DurationNs, NanosText } from '../core/model/time.ts';
import type { RedactPresets } from '../core/redact/secretKeys.ts';
import type { TraceSummary } from '../core/model/trace.ts';
import type { FindMethods } from './findApi.ts';
import type { FollowMethods } from './followApi.ts';
import type { ListMethods } from './listApi.ts';
import type { AroundMethods } from './aroundApi.ts';
import type { CallMethods } from './callApi.ts';
import type { CompareMethods } from './compareApi.ts';
import type { DistributionMethods } from './distributionApi.ts';
import type { FeatureMethods } from './featureApi.ts';
import type { InsightMethods } from './insightApi.ts';
import type { MetricMethods } from './metricsApi.ts';
import type { MinimapMethods } from './minimapApi.ts';
import type { PauseEvents, PauseMethods } from './pauseApi.ts';
import type { QueryMethods } from './queryApi.ts';
import type { RunMethods } from './runApi.ts';
import type { StepMethods } from './stepsApi.ts';
import type { TimingMethods } from './timingApi.ts';
import type { ViewInfo, ViewMethods } from './viewApi.ts';

/**
 * Where the receiver can be reached: loopback alone, also from containers (bridges on Linux, every interface inside a
 * container), or also on these IP addresses.
 */
export type ReceiverReach = 'thisMachine' | 'containers' | readonly string[];

/** What the receiver should listen on. Port 0 asks the system for a free one (tests). */
export interface ReceiverOptions {
  readonly httpPort: number;
  readonly grpcPort: number;
  /** Decompressed bytes one request may have; OTLP recommends 64 MiB. */
  readonly maxBodyBytes: number;
  /** Extra names allowed in Host and :authority. */
  readonly allowedHosts: readonly string[];
  /** `thisMachine` unless told. */
  readonly reach?: ReceiverReach;
  /** Connections open at one time on one address and port; 512 unless told. */
  readonly connections?: number;
  /** Sum of the bodies that are being received or wait to be read; 256 MiB unless told. */
  readonly inFlightBytes?: number;
}

/** What is masked in everything that arrives from then on, before it is kept: `spanline.redact.*`. */
export interface RedactOptions {
  readonly presets: RedactPresets;
  /** Regular expressions (RE2 syntax, any case) on attribute keys: what stands under a matching key is masked. */
  readonly keys: readonly string[];
  /** Regular expressions (RE2 syntax) on values: what matches is masked. */
  readonly values: readonly string[];
}

/** A pattern of {@link RedactOptions} that cannot be used; the others are. */
export interface RedactProblem {
  readonly setting: 'keys' | 'values';
  readonly pattern: string;
  readonly message: string;
}

/** Who holds a port we wanted. `spanline`: another window of this product answered the probe. */
export interface PortHolder {
  readonly port: number;
  readonly kind: 'spanline' | 'foreign';
  /** `collector (pid 123)`, or container, image and compose service, where the system tells; else empty. */
  readonly description: string;
  /** Another user of this machine whose program it is. */
  readonly user?: string;
  /** Published by a container. */
  readonly container?: boolean;
  /** An OpenTelemetry Collector, which can send a second copy of what it receives. */
  readonly collector?: boolean;
}

export type ReceiverState =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'starting' }
  | {
      readonly kind: 'listening';
      readonly httpPort: number;
      readonly grpcPort: number;
      /** Addresses it listens on, loopback first. */
      readonly hosts: readonly string[];
    }
  | { readonly kind: 'portTaken'; readonly holders: readonly PortHolder[] }
  | { readonly kind: 'failed'; readonly message: string };

/** Something a sender did that was refused; newest first, at most 50 kept, equal ones counted together. */
export interface ReceiverProblem {
  readonly atMs: number;
  readonly count: number;
  /** Short and complete: what was wrong, from whom, and the cure. */
  readonly message: string;
  readonly code:
    | 'tls'
    | 'malformed'
    | 'wrongSignal'
    | 'tooLarge'
    | 'unsupportedType'
    | 'forbidden'
    | 'notFound'
    | 'rejectedSpans'
    /** Senders were asked to come back later. */
    | 'busy'
    | 'other';
}

/**
 * A window's part in the store of its user: `owner` runs the engine, `client` shows what the owner holds, `alone` has an
 * engine and a store of its own, in memory, because it could not join.
 */
export type EngineRole = 'owner' | 'client' | 'alone';

/** What is kept on disk. */
export interface JournalStatus {
  /** `off`: memory only, as the settings say. `failed`: memory only, because the folder cannot be written. */
  readonly state: 'off' | 'replaying' | 'ready' | 'failed';
  /** What is wrong and the cure while `failed`, else empty. */
  readonly message: string;
  /**
   * Of the files an earlier process left: bytes the store was given so far, and in all. When less than all were given
   * and the state is no longer `replaying`, the store was full: older traces are on disk only.
   */
  readonly replayedBytes: number;
  readonly totalBytes: number;
  /** All files. */
  readonly diskBytes: number;
  /** Records passed over because they could not be read. */
  readonly damagedRecords: number;
  /** Accepted requests that are in memory only, because writing failed. */
  readonly unwrittenRequests: number;
}

export interface EngineStatus {
  readonly receiver: ReceiverState;
  readonly traces: number;
  readonly spans: number;
  readonly logs: number;
  /** Metric data points received. */
  readonly metricPoints: number;
  /** Series of metrics held; see `metrics/list`. */
  readonly metricSeries?: number;
  readonly heldBytes: number;
  readonly evictedSpans: number;
  readonly rejectedSpans: number;
  readonly refusedRequests: number;
  /** Values in which something was masked, see {@link RedactOptions}. */
  readonly redactedValues: number;
  readonly problems: readonly ReceiverProblem[];
  readonly journal: JournalStatus;
  /** There is a clear to undo. */
  readonly cleared: boolean;
  /** Why senders are being asked to wait, in the last seconds; left out when none is. */
  readonly pressure?: string;
  readonly paused: boolean;
  /** Content is covered on every surface, see `engine/hideContent`; left out when it is not. */
  readonly contentHidden?: boolean;
  /** The asking window's. */
  readonly role: EngineRole;
  /** Why it is alone; empty otherwise. */
  readonly roleReason: string;
}

/**
 * Which traces a list has: `all`; `workspace`: all but those of programs that run in another window's folders and not in the
 * asking one's; `others`: those.
 */
export type TraceScope = 'all' | 'workspace' | 'others';

/** Sent by the panel's list and the tree; newest start first. */
export interface TraceList {
  readonly traces: readonly TraceSummary[];
  /** All of the scope that are held and not hidden by clear. */
  readonly total: number;
  /** Those that the filter lets through; left out without one. */
  readonly matched?: number;
  /** Arrived while paused. */
  readonly waiting: number;
  /** Held, but of programs of another window's workspace; counted for the scope `workspace` only. */
  readonly others?: number;
}

/** A page of a long value: `text` for strings, base64 for bytes. */
export interface ValueChunk {
  readonly text: string;
  /** Pass as `offset` for the next page; -1 at the end. Bytes. */
  readonly nextOffset: number;
  readonly totalBytes: number;
}

/** Spans of one kind: same service, name, scope and code hints. Resolved to source once. */
export interface SpanSignature {
  readonly signatureId: number;
  readonly hints: SourceHints;
  readonly count: number;
  readonly last: SpanRef;
}

/** A span's last call for the editor. */
export interface CallSummary {
  readonly ref: SpanRef;
  readonly name: string;
  readonly durationNs: DurationNs;
  readonly end: NanosText;
  readonly error: boolean;
  readonly input: string;
  readonly output: string;
}

/** A filter's traces, newest start first. */
export interface TraceQueryAnswer {
  readonly traces: readonly TraceSummary[];
  /** All that the filter matches, also beyond the limit. */
  readonly matched: number;
  /** All that are held and not hidden by clear. */
  readonly total: number;
}

/** A place in an export: position in the list of traces asked for, and a place within that trace. */
export interface ExportPlace {
  readonly trace: number;
  readonly at: number;
}

/** Part of an export: an `ExportTraceServiceRequest` or `ExportLogsServiceRequest`, protobuf. */
export interface ExportPart {
  readonly body: Uint8Array;
  readonly records: number;
  /** Where the next part begins; `trace` is the list's length at the end. */
  readonly next: ExportPlace;
}

/** What a file held and what became of it. */
export interface FileOpened {
  /** In words: `OTLP JSON`, `OTLP protobuf`, `Zipkin JSON`, `Jaeger JSON`. */
  readonly format: string;
  readonly spans: number;
  readonly logRecords: number;
  readonly dataPoints: number;
  readonly rejected: number;
  readonly rejectedMessage: string;
  /** Parts that could not be read, each with its place; the first of `problemCount`. */
  readonly problems: readonly string[];
  readonly problemCount: number;
  /** In the order of the file, the first 1,000. */
  readonly traceIds: readonly TraceId[];
}

/** What a written file holds. */
export interface FileExported {
  readonly traces: number;
  readonly spans: number;
  readonly logRecords: number;
  /** Log records that the format has no place for. */
  readonly leftOut: number;
}

/** What became of an imported request's records. */
export interface ImportResult {
  readonly accepted: number;
  readonly rejected: number;
  /** Why some were rejected; empty when none was. */
  readonly message: string;
}

/** A part of a list; at most {@link PAGE_RECORDS}. */
export interface Page {
  readonly from: number;
  readonly limit: number;
}

/** What hosts, the command and tests ask of the engine. */
export interface EngineMethods
  extends
    ViewMethods,
    FindMethods,
    MinimapMethods,
    MetricMethods,
    ListMethods,
    AroundMethods,
    CallMethods,
    CompareMethods,
    DistributionMethods,
    FeatureMethods,
    InsightMethods,
    PauseMethods,
    QueryMethods,
    RunMethods,
    StepMethods,
    FollowMethods,
    TimingMethods {
  'receiver/start': readonly [ReceiverOptions, ReceiverState];
  'receiver/stop': readonly [Record<string, never>, ReceiverState];
  'engine/status': readonly [Record<string, never>, EngineStatus];
  'engine/limits': readonly [{ readonly maxStoreBytes: number }, void];
  'engine/redact': readonly [RedactOptions, { readonly problems: readonly RedactProblem[] }];
  /**
   * Covers what went into and came out of calls, in every answer to every client, until it is taken back. Kept by hosts:
   * an engine begins without.
   */
  'engine/hideContent': readonly [{ readonly hidden: boolean }, void];
  'engine/pause': readonly [{ readonly paused: boolean }, void];
  /** The folders a window shows, absolute paths; tells its own programs' traces from those of other windows. */
  'client/hello': readonly [{ readonly folders: readonly string[] }, void];
  /** `filter` is in the language of docs/filter.md; `invalid` tells what is wrong with it. */
  'traces/list': readonly [
    { readonly limit: number; readonly scope?: TraceScope; readonly filter?: string },
    TraceList,
  ];
  /** `filter` is in the language of docs/filter.md; `invalid` tells what is wrong with it. */
  'traces/query': readonly [{ readonly filter: string; readonly limit: number }, TraceQueryAnswer];
  /** Spans or log records of traces as they were sent, from `from` on, about `maxBytes` (at most {@link EXPORT_BYTES}). */
  'traces/export': readonly [
    {
      readonly traceIds: readonly TraceId[];
      readonly signal: 'traces' | 'logs';
      readonly from: ExportPlace;
      readonly maxBytes: number;
    },
    ExportPart,
  ];
  /** Stores an export request (protobuf) as if a sender had posted it. `invalid` when it is malformed. */
  'traces/import': readonly [
    { readonly signal: 'traces' | 'logs' | 'metrics'; readonly body: Uint8Array },
    ImportResult,
  ];
  /** Reads a trace file of the engine's machine. `job` is the caller's number for progress and cancelling. */
  'files/open': readonly [{ readonly job: number; readonly path: string }, FileOpened];
  /** Writes traces (all of the list when none is named) to a file, in the format its name says. */
  'files/export': readonly [
    { readonly job: number; readonly path: string; readonly traceIds: readonly TraceId[] },
    FileExported,
  ];
  /** The job's request fails with `cancelled`. */
  'files/cancel': readonly [{ readonly job: number }, void];
  /** Hides everything that arrived before now; `traces/undoClear` brings it back. Returns how many were hidden. */
  'traces/clear': readonly [Record<string, never>, { readonly hidden: number }];
  'traces/undoClear': readonly [Record<string, never>, void];
  /** Keeps a trace from eviction, or lets it go. */
  'traces/pin': readonly [{ readonly traceId: TraceId; readonly pinned: boolean }, void];
  /** Forgets all traces, hidden and pinned ones too, in memory and on disk. `failed` when a file could not be deleted. */
  'traces/deleteAll': readonly [Record<string, never>, { readonly deleted: number }];
  /** How long what is stored is kept on disk; 0 days write nothing. Files beyond the limits are deleted. */
  'journal/limits': readonly [{ readonly keepDays: number; readonly maxBytes: number }, void];
  /** Tries to write the journal now. */
  'journal/retry': readonly [Record<string, never>, JournalStatus];
  /** Finds ids in pasted text (a log line, a traceparent, a prefix of ≥ 8 digits). */
  'traces/find': readonly [
    { readonly text: string },
    { readonly matches: readonly { readonly traceId: TraceId; readonly spanId: SpanId | ''; readonly name: string }[] },
  ];
  /** The first events only, see `eventCount`; values that find no room in a message are cut. */
  'span/details': readonly [SpanRef, SpanDetails];
  /** In the sender's order; ends before `limit` where a message is full, so go on from what has come. */
  'span/events': readonly [SpanRef & Page, { readonly events: readonly SpanEvent[]; readonly total: number }];
  /** The first items of both sides, as many as a message holds, and how many there are; see `call/items`. */
  'span/model': readonly [
    SpanRef,
    { readonly call: ModelCall | null; readonly inputs?: number; readonly outputs?: number },
  ];
  /** Ordered by time; ends before `limit` where a message is full, so go on from what has come. */
  'span/logs': readonly [SpanRef & Page, { readonly logs: readonly LogDetails[]; readonly total: number }];
  'span/hints': readonly [SpanRef, SourceHints];
  'span/value': readonly [SpanRef & { readonly ref: string; readonly offset: number }, ValueChunk];
  'signatures/list': readonly [
    Record<string, never>,
    { readonly revision: number; readonly signatures: readonly SpanSignature[] },
  ];
  'span/summary': readonly [SpanRef, CallSummary];
}

/** What the engine announces; coalesced to at most one of a kind per 100 ms. */
export interface EngineEvents extends PauseEvents {
  'status/changed': EngineStatus;
  'traces/changed': { readonly total: number };
  /** The rows of an open view are no longer those of the revision it was shown with. */
  'view/changed': ViewInfo;
  /** Another engine answers from now on: views of the one before are void, settings have to be told again. */
  'engine/moved': { readonly role: EngineRole };
  /** Bytes of a file read, or traces written; to the client that asked, at most five times a second. */
  'files/progress': { readonly job: number; readonly done: number; readonly total: number };
  log: { readonly level: 'error' | 'warn' | 'info' | 'debug'; readonly message: string };
}

/** A long value's first part in a message, in UTF-8 bytes; the rest is paged in chunks of {@link VALUE_CHUNK_BYTES}. */
export const VALUE_INLINE_BYTES = 16 * 1024;
export const VALUE_CHUNK_BYTES = 256 * 1024;
/** Log records or events in one message, and what the texts of one message weigh. */
export const PAGE_RECORDS = 200;
export const MESSAGE_BYTES = 256 * 1024;
/** The most that one part of an export weighs, unless a single record is longer; and traces asked for at once. */
export const EXPORT_BYTES = 4 * 1024 * 1024;
export const EXPORT_TRACES = 1000;
