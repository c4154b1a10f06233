import { locateInFolders, type PathContext } from '../core/source/pathMapping.ts';
import { parsePath } from '../core/source/plainPath.ts';
import type { SourceLookups } from '../core/source/rank.ts';
import type { CodeReader } from './codeReader.ts';
import type { CodeTable } from './codeTable.ts';
import type { ContentHistory } from './contentHistory.ts';
import { crossesLink } from './crossesLink.ts';
import type { FileFacts } from './fileFacts.ts';
import type { FileSystem } from './fileSystem.ts';
import type { FunctionRange } from './functionRanges.ts';

/** Lines of a function, from its name on. */
export type CodeAround = Pick<FunctionRange, 'name' | 'line' | 'endLine'>;

export interface WrittenFile {
  readonly writtenMs: number;
  readonly sinceMs: number;
}

/** Lines of decorators between one and its function. */
const MOST_DECORATORS = 10;

export interface GuardedFilesDeps {
  readonly fileSystem: FileSystem;
  readonly facts: FileFacts;
  readonly table: CodeTable;
  readonly contents: ContentHistory;
  readonly context: () => PathContext;
  readonly reader: () => CodeReader | undefined;
}

/**
 * Files as the resolver may look at them. The rule of the house, whoever asks: no file-system call on a path outside the
 * workspace, or behind a link; the answer is undefined then.
 */
export class GuardedFiles {
  readonly #deps: GuardedFilesDeps;

  constructor(deps: GuardedFilesDeps) {
    this.#deps = deps;
  }

  /** Whether the path lies in a workspace folder, and no link on the way leads out of it. */
  async mayRead(path: string): Promise<boolean> {
    const context = this.#deps.context();
    const inside = locateInFolders(parsePath(path, context.rules.style === 'windows'), context) !== undefined;
    return inside && !(await this.crossesLink(path));
  }

  crossesLink(path: string): Promise<boolean> {
    const context = this.#deps.context();
    return crossesLink(parsePath(path, context.rules.style === 'windows'), context, this.#deps.fileSystem);
  }

  text(path: string, maxBytes: number): Promise<string | undefined> {
    return this.#inside(path, () => this.#deps.fileSystem.readText(path, maxBytes).catch(() => undefined));
  }

  /** When it was last written, in milliseconds since the epoch, and since when it holds what it holds, as far as known. */
  async written(path: string): Promise<WrittenFile | undefined> {
    const stamp = await this.#inside(path, () => this.#deps.fileSystem.stampOf(path));
    return stamp && { writtenMs: stamp.mtimeMs, sinceMs: this.#deps.contents.since(path, stamp.mtimeMs) };
  }

  /** Whether a file that was written at `writtenMs` is known to hold what it held at `atMs`. */
  isAsAt(path: string, { writtenMs }: WrittenFile, atMs: number): boolean {
    return this.#deps.contents.isAsAt(path, writtenMs, atMs);
  }

  functionNamed(path: string, name: string): Promise<FunctionRange | undefined> {
    return this.#inside(path, () => this.#deps.facts.functionNamed(path, name, this.#deps.reader()));
  }

  functionAround(path: string, line: number): Promise<FunctionRange | undefined> {
    return this.#inside(path, () => this.#deps.facts.functionAround(path, line, this.#deps.reader()));
  }

  /** The innermost function, or handler of a route that has no name of its own, around a line. */
  async codeAround(path: string, line: number): Promise<CodeAround | undefined> {
    let best: CodeAround | undefined = (await this.functionAround(path, line)) ?? (await this.#decoratedBy(path, line));
    for (const route of this.#deps.table.factsOf(path)?.routes ?? []) {
      if (route.functionName !== '' || route.handler || line < route.line || route.endLine < line) continue;
      if (best && best.endLine - best.line < route.endLine - route.line) continue;
      best = { name: '', line: route.line, endLine: route.endLine };
    }
    return best;
  }

  /** What ranking asks, of files and of the table of all of them; `codeFiles` were read. */
  lookups(codeFiles: number): SourceLookups {
    const { table, facts, context, reader } = this.#deps;
    return {
      context: context(),
      codeFiles,
      crossesLink: (path) => this.crossesLink(path),
      lineCount: (path) => this.#inside(path, () => facts.lineCount(path)),
      functionAt: async (path, line) => (await this.functionAround(path, line))?.name ?? '',
      functionLine: async (path, name) => (await this.functionNamed(path, name))?.line,
      spanStarts: (name) => table.startsNamed(name),
      spanStartsIn: (path) => table.startsIn(path),
      symbols: (symbol, sdkLanguage) => table.symbols(symbol, sdkLanguage),
      definitionsIn: (path) => table.definitionsIn(path),
      routes: (method, template) => table.routes(method, template),
      routesForPath: (method, path) => table.routesForPath(method, path),
      rpcs: (service, method) => table.rpcs(service, method),
      tasks: (name) => table.tasks(name),
      calls: async (path, from, to) => (await this.#inside(path, () => facts.calls(path, from, to, reader()))) ?? [],
    };
  }

  /** The function whose decorator, which is no part of it in TypeScript's grammar, starts a span on this line. */
  async #decoratedBy(path: string, line: number): Promise<CodeAround | undefined> {
    const start = this.#deps.table.startsIn(path).find((each) => each.line === line);
    if (!start) return undefined;
    const below = this.#deps.table
      .definitionsIn(path)
      .find((each) => each.kind !== 'class' && each.line > line && each.line <= line + MOST_DECORATORS);
    return below && this.functionAround(path, below.line);
  }

  async #inside<T>(path: string, read: () => Promise<T | undefined>): Promise<T | undefined> {
    return (await this.mayRead(path)) ? read() : undefined;
  }
}
