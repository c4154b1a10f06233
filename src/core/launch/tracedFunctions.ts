/** A function that is to be traced, of a file of the workspace. */
export interface TracedFunction {
  /** Relative to its folder, with forward slashes, without `.` and `..`. */
  readonly path: string;
  /** With the classes and functions around it, dotted: `Ranker.predict`. */
  readonly name: string;
}

/** Read by `instrument/`: a JSON array of `/absolute/path.py#Ranker.predict`. */
export const TRACE_FUNCTIONS = 'SPANLINE_TRACE_FUNCTIONS';

/**
 * Bytes of the variable's value. Linux takes 128 KiB for a variable with its name, Windows 32,767 characters; the rest is room
 * for what else a platform adds.
 */
const MOST_BYTES = { posix: 128 * 1024 - 1024, windows: 30_000 } as const;
const MOST_CHARACTERS = 2000;

/** The extensions end the path, so that `#` may stand in it, and in the name of a private method. */
const ENTRY = /^(.+\.(?:py|[cm]?[jt]s|[jt]sx))#(.+)$/s;
const NAME = /^#?[\p{ID_Start}$_][\p{ID_Continue}$]*(?:\.#?[\p{ID_Start}$_][\p{ID_Continue}$]*)*$/u;
const CONTROL = /[\u0000-\u001f\u007f]/;

/** Whether functions of a file can be traced: Python, JavaScript and TypeScript. */
export function isTraceableFile(path: string): boolean {
  return ENTRY.test(`${path}#f`) && !/\.d\.[cm]?ts$/.test(path);
}

/**
 * An entry of the list, `PATH#QUALIFIED.NAME`, as it may have been written by hand: backslashes and `./` are taken. Undefined
 * for what names no function of a file below the folder.
 */
export function parseTracedFunction(text: string): TracedFunction | undefined {
  const parts = splitEntry(text.trim());
  if (!parts) return undefined;
  const segments = parts.path
    .replaceAll('\\', '/')
    .split('/')
    .filter((segment) => segment !== '.');
  const outside = segments.some((segment) => segment === '' || segment === '..') || /^[A-Za-z]:/.test(parts.path);
  return outside ? undefined : { path: segments.join('/'), name: parts.name };
}

/** Path, as it is written, and name of `PATH#QUALIFIED.NAME`; undefined for anything else. */
export function splitEntry(text: string): TracedFunction | undefined {
  const [, path, name] = ENTRY.exec(text) ?? [];
  if (path === undefined || name === undefined || text.length > MOST_CHARACTERS) return undefined;
  return NAME.test(name) && !CONTROL.test(path) ? { path, name } : undefined;
}

export function entryOf({ path, name }: TracedFunction): string {
  return `${path}#${name}`;
}

/** Entries of a setting's value, which may be anything, each once; `invalid`: texts that are none. */
export function readTracedFunctions(value: unknown): {
  readonly functions: readonly TracedFunction[];
  readonly invalid: readonly string[];
} {
  const functions = new Map<string, TracedFunction>();
  const invalid: string[] = [];
  for (const each of Array.isArray(value) ? (value as unknown[]) : []) {
    const found = typeof each === 'string' ? parseTracedFunction(each) : undefined;
    if (found) functions.set(entryOf(found), found);
    else invalid.push(typeof each === 'string' ? each : JSON.stringify(each));
  }
  return { functions: [...functions.values()], invalid };
}

/**
 * The variable's value for these functions (absolute path and name) and those of a value that was there, in order; `refused`:
 * what has no room in it. Undefined value: nothing to trace.
 */
export function tracedFunctionsValue(
  entries: readonly string[],
  platform: 'posix' | 'windows',
  given = '',
): { readonly value: string | undefined; readonly refused: readonly string[] } {
  const all = [...new Set([...listIn(given), ...entries])];
  const refused: string[] = [];
  const kept: string[] = [];
  let room = MOST_BYTES[platform] - 2;
  for (const entry of all) {
    const bytes = utf8Bytes(JSON.stringify(entry)) + 1;
    if (bytes > room) refused.push(entry);
    else {
      kept.push(entry);
      room -= bytes;
    }
  }
  return { value: kept.length === 0 ? undefined : JSON.stringify(kept), refused };
}

/** Nothing of a value that is no list of texts: no program reads it. */
function listIn(text: string): readonly string[] {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list.filter((each): each is string => typeof each === 'string') : [];
  } catch {
    return [];
  }
}

function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    // A pair of surrogates is two units and four bytes.
    if (unit >= 0x80) bytes += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2;
  }
  return bytes;
}
