import { SourceMap } from 'node:module';
import { dirname, resolve } from 'node:path';

/** A place in the file that a compiled one was made from; `path` as the map names it, absolute or a URL without scheme. */
export interface OriginalPlace {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

const COMPILED = /\.[cm]?jsx?$/i;
const MAX_MAP = 32 * 1024 * 1024;
const MAX_HELD = 20;
const MAX_TAIL = 4_096;
const URL_LINE = /(?:\/\/|\/\*)[#@]\s{0,4}sourceMappingURL=([^\s*]+)/g;

/** Looks up where compiled JavaScript came from, by source maps inside it or beside it. */
export class SourceMaps {
  /** Text of a file inside the workspace; undefined when there is none or it may not be read. */
  readonly #read: (path: string, maxBytes: number) => Promise<string | undefined>;
  #maps = new Map<string, Promise<SourceMap | undefined>>();

  constructor(read: (path: string, maxBytes: number) => Promise<string | undefined>) {
    this.#read = read;
  }

  forget(): void {
    this.#maps = new Map();
  }

  /** The original of a place (1-based); undefined when the file is not compiled or its map says nothing of the place. */
  async original(path: string, line: number, column: number): Promise<OriginalPlace | undefined> {
    if (!COMPILED.test(path)) return undefined;
    if (this.#maps.size >= MAX_HELD && !this.#maps.has(path)) this.#maps.clear();
    const loading = this.#maps.get(path) ?? this.#load(path).catch(() => undefined);
    this.#maps.set(path, loading);
    const map = await loading;
    const found = map && entryAt(map, line - 1, Math.max(0, column - 1));
    if (!found) return undefined;
    return {
      path: localPath(found.originalSource, dirname(path)),
      line: found.originalLine + 1,
      column: found.originalColumn + 1,
    };
  }

  async #load(path: string): Promise<SourceMap | undefined> {
    const text = (await this.#read(path, MAX_MAP)) ?? '';
    // An inline map is one long last line.
    const at = text.lastIndexOf('sourceMappingURL=');
    if (at < 0) return undefined;
    const tail = text.slice(Math.max(0, at - 8));
    const inline = /^[^]{0,8}sourceMappingURL=data:application\/json[^,\s]{0,100};base64,([A-Za-z0-9+/=]+)/.exec(tail);
    if (inline) return parsed(Buffer.from(inline[1] ?? '', 'base64').toString('utf8'), dirname(path));
    const url = [...tail.slice(0, MAX_TAIL).matchAll(URL_LINE)].at(-1)?.[1];
    if (url === undefined || /^[a-z][\w+.-]+:/i.test(url)) return undefined;
    const file = resolve(dirname(path), decoded(url.replace(/[?#].*$/s, '')));
    const map = await this.#read(file, MAX_MAP);
    return map === undefined ? undefined : parsed(map, dirname(file));
  }
}

interface Entry {
  readonly originalSource: string;
  readonly originalLine: number;
  readonly originalColumn: number;
}

function entryAt(map: SourceMap, line: number, column: number): Entry | undefined {
  const entry = map.findEntry(line, column);
  if (!('originalSource' in entry) || typeof entry.originalSource !== 'string') return undefined;
  return entry;
}

/** Sources of a map stand relative to the map's own file: they are made absolute here. */
function parsed(text: string, folder: string): SourceMap | undefined {
  const json: unknown = JSON.parse(text.replace(/^\)\]\}'[^\n]*\n/, ''));
  const { version, mappings, sources, sourceRoot } = (json ?? {}) as Record<string, unknown>;
  if (version !== 3 || typeof mappings !== 'string' || !Array.isArray(sources)) return undefined;
  const root = typeof sourceRoot === 'string' && !hasScheme(sourceRoot) ? resolve(folder, sourceRoot) : folder;
  const absolute = sources.map((source) => (typeof source === 'string' ? localPath(source, root) : ''));
  return new SourceMap({
    file: '',
    version,
    mappings,
    sources: absolute,
    sourceRoot: '',
    names: [],
    sourcesContent: [],
  });
}

/** `webpack://app/./src/x.ts` and `webpack-internal:///./src/x.ts` as `src/x.ts`; relative paths from `folder`. */
function localPath(source: string, folder: string): string {
  const bundled = /^webpack(?:-internal)?:\/\/\/?(?:[^/]*\/)?\.\/([^?]*)/i.exec(source)?.[1];
  if (bundled !== undefined) return bundled;
  return hasScheme(source) ? source : resolve(folder, decoded(source));
}

function hasScheme(text: string): boolean {
  return /^[a-z][\w+.-]+:/i.test(text);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
