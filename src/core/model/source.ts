/** How sure a location is. `exact`: the sender or a unique literal names it; `likely`; `guess`. */
export type SourceConfidence = 'exact' | 'likely' | 'guess';

/** What produced a candidate; shown as the reason. */
export type SourceEvidence =
  | { readonly kind: 'codeAttributes'; readonly keys: readonly string[]; readonly mapping?: string }
  | { readonly kind: 'spanLiteral'; readonly literal: string; readonly call: string }
  /** The code declares what the span serves: `declared` is its route, procedure or task. */
  | { readonly kind: 'declaration'; readonly what: 'route' | 'procedure' | 'task'; readonly declared: string }
  /** A function of this name; `key`: the attribute that names it, empty for the span's own name. */
  | { readonly kind: 'symbol'; readonly symbol: string; readonly key: string }
  /** The user chose it before. */
  | { readonly kind: 'remembered' }
  | { readonly kind: 'stackFrame'; readonly frame: string }
  /** The call that leaves the function of the span around it (`parent`, its name) towards the library; empty: no call is known. */
  | { readonly kind: 'callSite'; readonly call: string; readonly parent: string };

/** One possible place. `path` is absolute on the machine the extension runs on; line and column are 1-based. */
export interface SourceCandidate {
  readonly path: string;
  /** Relative to its workspace folder with `/`, for showing; the absolute path when outside. */
  readonly shownPath: string;
  readonly line: number;
  readonly column: number;
  readonly functionName: string;
  readonly confidence: SourceConfidence;
  readonly evidence: SourceEvidence;
  /** Outside every workspace folder: nothing touches it before the user agreed. */
  readonly outside: boolean;
  /** Of a notebook: the cell, from 0 among all; `line` counts in it. */
  readonly cell?: number;
  /**
   * The file was changed after the span: the line was followed from where it stood (`moved`), or could not be and may be
   * another one now (`stale`).
   */
  readonly drift?: { readonly kind: 'moved' | 'stale'; readonly from: number };
}

/** Ranked candidates, best first, and what was tried in words for the case that none fits. */
export interface SourceResolution {
  readonly candidates: readonly SourceCandidate[];
  /** True when the first two are equally good: the user picks. */
  readonly ambiguous: boolean;
  readonly tried: readonly string[];
}

/** What a span says about where it was made; equal hints resolve to equal places, so results are kept per signature. */
export interface SourceHints {
  readonly serviceName: string;
  readonly spanName: string;
  readonly scopeName: string;
  /** `telemetry.sdk.language`, lower case, or empty. */
  readonly language: string;
  /** Values of `code.*`, newest name first, as text; absent keys left out. */
  readonly code: {
    readonly filePath?: string;
    readonly line?: string;
    readonly column?: string;
    /** `code.function.name`, or `code.namespace` + `.` + `code.function`. */
    readonly functionName?: string;
    /** The attribute keys the values came from. */
    readonly keys: readonly string[];
  };
  /** Directories the process ran in or was started from, most telling first (`process.working_directory`, ...). */
  readonly baseDirectories: readonly string[];
  /** `container.name`, `host.name` and the like of the resource. */
  readonly hosts?: readonly string[];
  /** `exception.stacktrace` / `code.stacktrace` texts, at most 4, each at most 64 KiB. */
  readonly stackTraces: readonly string[];
  /** OTLP SpanKind: 1 internal, 2 server, 3 client, 4 producer, 5 consumer; left out when unspecified. */
  readonly kind?: number;
  /** Values of the attributes that tell where to look ({@link SOURCE_KEYS}), cut to 300 characters; left out when empty. */
  readonly attributes?: Readonly<Record<string, string>>;
  /**
   * Of spans that a library makes for the code that calls it: the span around it in the same service, without its stack
   * traces. What is called the same under different parents are different kinds of span.
   */
  readonly parent?: SourceHints;
  /** Of the same: its place among the spans of its name and parent by their start; left out beyond 8 of them. */
  readonly sibling?: { readonly index: number; readonly count: number };
  /** When the span began, in milliseconds since the epoch; of one span only, spans of a kind differ in it. */
  readonly startMs?: number;
}

/** Attributes of few values that say what a span stands for: a route, a procedure, a tool, a library's operation. */
export const SOURCE_KEYS: ReadonlySet<string> = new Set([
  'http.route',
  'http.request.method',
  'http.method',
  'url.path',
  'http.target',
  'url.template',
  'rpc.service',
  'rpc.method',
  'rpc.system',
  'rpc.system.name',
  'db.system',
  'db.system.name',
  'db.collection.name',
  'db.operation',
  'db.operation.name',
  'messaging.system',
  'messaging.destination.name',
  'messaging.operation',
  'messaging.operation.name',
  'messaging.operation.type',
  'gen_ai.system',
  'gen_ai.provider.name',
  'gen_ai.operation.name',
  'gen_ai.request.model',
  'gen_ai.tool.name',
  'gen_ai.agent.name',
  'llm.system',
  'tool.name',
  'openinference.span.kind',
  'traceloop.span.kind',
  'traceloop.entity.name',
  'ai.operationId',
  'ai.toolCall.name',
  'ai.telemetry.functionId',
  'mlflow.spanFunctionName',
  'celery.task_name',
  'fastapi.route.name',
  'logfire.msg_template',
  'express.name',
  'express.type',
  'koa.name',
  'koa.type',
  'connect.name',
  'connect.type',
  'fastify.type',
  'hook.callback.name',
  'class',
  'method',
]);

/** A frame read from a stack trace's text. Lines and columns 1-based; column 0 when unknown. */
export interface StackFrame {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly functionName: string;
  /** Where the frame stands in the text it was read from (UTF-16 offsets), so that the UI can make it a link. */
  readonly textStart: number;
  readonly textEnd: number;
}
