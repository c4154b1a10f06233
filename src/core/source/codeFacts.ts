import type { SourceLanguage } from './affinity.ts';
import type { SpanNameParts } from './spanNamePattern.ts';

/**
 * The form of {@link CodeFacts}: facts kept on disk by another form are read anew. Raise it with any change of what a
 * reader finds, not only of the types.
 */
export const CODE_FACTS_VERSION = 8;

/**
 * What the code index knows of one file: plain JSON values without the file's path, so that they can be kept under a
 * hash of the text. Lines and columns are 1-based; columns count UTF-16 units; ranges are inclusive. All lists are in
 * the order of the text and bounded per file.
 */
export interface CodeFacts {
  /** {@link CODE_FACTS_VERSION} of the reader. */
  readonly version: number;
  readonly language: SourceLanguage;
  /** The package or namespace the file declares (`package shop`, `namespace Shop.Api;`); empty when it declares none. */
  readonly module: string;
  readonly definitions: readonly CodeDefinition[];
  readonly spanStarts: readonly CodeSpanStart[];
  /** Texts that may be names of spans of other files. */
  readonly constants: readonly CodeConstant[];
  readonly routes: readonly CodeRoute[];
  readonly mounts: readonly CodeMount[];
  readonly rpcs: readonly CodeRpc[];
  readonly tasks: readonly CodeTask[];
}

/** A named function, method or class. */
export interface CodeDefinition {
  /** Its own name. */
  readonly name: string;
  /** Names of the definitions around it, dotted: `Outer.Inner`; of a Rust or Go method its type; empty at the top. */
  readonly container: string;
  readonly kind: 'function' | 'method' | 'class';
  /** With decorators, annotations and attributes; else equal to `line`. */
  readonly firstLine: number;
  /** Where the name stands. */
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
}

/** A call, decorator, annotation or macro that starts a span. */
export interface CodeSpanStart {
  readonly line: number;
  readonly column: number;
  /** Last line the span covers as far as the code shows: of the `with` block, the callback or the call. */
  readonly endLine: number;
  /** `Class.method`, or empty outside of functions. */
  readonly functionName: string;
  /** The callee as written, cut to a showable length. */
  readonly call: string;
  /** Empty where a constant of another file is the name. */
  readonly parts: SpanNameParts;
  /** That constant as written: `SPANS.recent`. */
  readonly constant?: string;
  /** `api`: known to start spans; `wrapper`: it only sounds like it. */
  readonly strength: 'api' | 'wrapper';
}

/** A constant and its text. */
export interface CodeConstant {
  /** `NAME`, or `Owner.NAME` of a class, an enum or an object. */
  readonly name: string;
  readonly text: string;
}

/** A name of another file of the workspace, as the code refers to it. */
export interface CodeReference {
  /** The module as written, made absolute by nothing: `.routers.users`, `./users.js`, `shop.views`; empty: this file. */
  readonly module: string;
  /** The name in that module, dotted when it is a member: `detail`, `Controller.show`; empty: the module's default. */
  readonly name: string;
}

/** A declaration that binds an HTTP method and path to a handler. */
export interface CodeRoute {
  /** Upper case; empty for any method. */
  readonly method: string;
  /** The path as written, below the prefix of its router's constructor, class or group; mounts are not joined. */
  readonly template: string;
  /** The variable it is declared on, by which a mount refers to it (`router`, `bp`); empty when there is none. */
  readonly router: string;
  /** Of `template`: the prefix that the router was made with; left out when there is none. */
  readonly routerPrefix?: string;
  /** Where the handler starts when this file holds it, else where the route is declared. */
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  /** The handler, `Class.method`; empty for a nameless function. */
  readonly functionName: string;
  /** The handler when another file holds it. */
  readonly handler?: CodeReference;
  /** The declaration as written, cut: `@app.get("/x")`. */
  readonly declaration: string;
}

/** A prefix under which the routes of a router, a blueprint or another file are served. */
export interface CodeMount {
  readonly prefix: string;
  /** The variable it is mounted on, for mounts upon mounts; empty when there is none. */
  readonly router: string;
  readonly target: CodeReference;
  /** In place of the prefix that the router was made with, as Flask does. */
  readonly instead?: boolean;
}

/** A method of a gRPC service as it is implemented. */
export interface CodeRpc {
  /** As the code knows it: `Greeter`, `helloworld.Greeter`; empty when only the method is known. */
  readonly service: string;
  readonly method: string;
  /** The implementation when another file holds it; the place is then where it is given to the service. */
  readonly handler?: CodeReference;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly functionName: string;
}

/** A background task with the name it is called by (Celery). */
export interface CodeTask {
  /** As set in the code; else empty, when the name is the module's and the function's. */
  readonly name: string;
  readonly functionName: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
}

/**
 * A call as it is written. Calls are read when asked for and not part of {@link CodeFacts}: they are needed for one
 * function at a time, and of all files they would be most of the index.
 */
export interface CodeCall {
  /** The callee, dotted as written, without arguments: `self.client.chat.completions.create`; cut to 200 characters. */
  readonly callee: string;
  /** What is written behind the callee, cut to 300 characters: a statement, a method or a path may stand there. */
  readonly argumentText: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  /** The innermost named function around it, `Class.method`; empty at the top. */
  readonly functionName: string;
}

/** Something the index found, with the file that holds it. */
export type InFile<T> = T & { readonly path: string; readonly language: SourceLanguage };

export type SpanStart = InFile<CodeSpanStart>;

/** A definition and how much of the asked name it confirms. */
export interface SymbolMatch {
  readonly definition: InFile<CodeDefinition>;
  /** Segments of the asked name, from the last, that definition, package and path confirm; at least 1. */
  readonly matched: number;
  /** Whether all of them are confirmed. */
  readonly whole: boolean;
}

/** A route and how it fits the asked one. */
export interface RouteMatch {
  readonly route: InFile<CodeRoute>;
  /** The declared path with prefixes of other files. */
  readonly template: string;
  /** Whether the whole path is equal, parameters taken as equal; else one path ends with the other. */
  readonly whole: boolean;
  /** Path segments that are equal, counted from the last. */
  readonly matched: number;
  /** How many of these no parameter stands for. */
  readonly fixed: number;
  /** Whether the declaration names the asked method, rather than any. */
  readonly sameMethod: boolean;
  /** Where to go: the handler, in another file when that one is known; else the declaration. */
  readonly place: CodePlace;
}

export interface CodePlace {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly functionName: string;
}

/** What is asked of the index about all files; answers at most {@link MAX_FOUND}, none touches the file system. */
export interface CodeLookups {
  /** Calls that can start a span of this name. */
  spanStarts(spanName: string): readonly SpanStart[];
  /**
   * What a symbol as a runtime, a span or a scope writes it can mean (attributes.md A2: `a.b.C.m`, `C#m`, `C::m`,
   * `pkg.(*T).m`, `outer.<locals>.inner`, `Ns.C.<M>d__3.MoveNext()`): the definitions that confirm most of it, of those
   * that can be the sender's (`telemetry.sdk.language`; any when left out or empty).
   */
  symbols(symbol: string, sdkLanguage?: string): readonly SymbolMatch[];
  /** Span starts of the file, in order. */
  spanStartsIn(path: string): readonly SpanStart[];
  /** Definitions of the file, in order; none for a file that is not indexed. */
  definitionsIn(path: string): readonly CodeDefinition[];
  /** Routes a request to `template` can be served by, best first; an empty method fits any. */
  routes(method: string, template: string): readonly RouteMatch[];
  /** Routes that serve a path as it was requested, without its query: the same with values in place of parameters. */
  routesForPath(method: string, path: string): readonly RouteMatch[];
  /** Implementations of a remote procedure; `service` with or without its package, empty when unknown. */
  rpcs(service: string, method: string): readonly InFile<CodeRpc>[];
  /** Tasks called by this name, set or made of module and function. */
  tasks(name: string): readonly InFile<CodeTask>[];
  /** Calls within these lines of a file, in order; reads the file. The path lies inside a workspace folder. */
  calls(path: string, firstLine: number, lastLine: number): Promise<readonly CodeCall[]>;
}

/** Places answered to one question. */
export const MAX_FOUND = 200;
