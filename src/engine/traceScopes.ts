import type { TraceId } from '../core/model/ids.ts';
import type { TraceSummary } from '../core/model/trace.ts';
import { isAbsolutePath } from '../core/source/absolutePath.ts';
import type { StoreReader } from '../core/store/storeReader.ts';

/** A slice of work; what is left waits for the next. */
const SLICE_MS = 5;
/** Services of a trace asked where their process runs. */
const MOST_SERVICES = 8;
/** A trace that has said nothing of its place with so many spans is not asked again. */
const MOST_ASKED_SPANS = 64;
/** Traces waiting to be read; in a flood that is faster than the slices, the oldest stay everyone's. */
const MOST_WAITING = 50_000;
/** Up to so many traces of others a list is filtered; beyond, it is chosen. */
const FEW = 1000;

/** What a window is told of as its own. */
export interface Workspace {
  /** Absolute paths; none in a window without a folder. */
  readonly folders: readonly string[];
}

interface Place {
  readonly services: number;
  readonly spans: number;
  /** Directories that resource and code attributes name, as {@link comparable} has them. */
  readonly directories: readonly string[];
}

interface Known {
  readonly folders: readonly string[];
  /** Traces that are another window's and not this one's. */
  readonly others: Set<TraceId>;
}

export interface ScopedList {
  readonly traces: readonly TraceSummary[];
  /** Held in this scope. */
  readonly total: number;
  /** Held, and another window's. */
  readonly others: number;
}

/**
 * Which traces belong to which window. A trace is another program's for a window when a directory it names (working
 * directory, script, `code.*` path) lies in a folder of another window, and none in this one's; what names no such place is
 * everyone's. With one window, or several on the same folders, nothing is read at all.
 */
export class TraceScopes {
  readonly #store: StoreReader;
  readonly #onMoved: (traceId: TraceId) => void;
  readonly #windows = new Map<object, Known>();
  /** Of every window there was: a trace does not become everyone's because its window was closed. */
  readonly #folders = new Set<string>();
  readonly #places = new Map<TraceId, Place>();
  readonly #queue = new Set<TraceId>();
  #active = false;

  /** @param onMoved Told of traces that are another window's now, or no longer. */
  constructor(store: StoreReader, onMoved: (traceId: TraceId) => void = () => undefined) {
    this.#store = store;
    this.#onMoved = onMoved;
  }

  /** A window's folders, once it has told them or when they changed. */
  setWorkspace(window: object, { folders }: Workspace): void {
    const own = folders.map(comparable);
    // Those that were another window's by the folders before are looked at again.
    for (const traceId of this.#windows.get(window)?.others ?? []) this.#onMoved(traceId);
    this.#windows.set(window, { folders: own, others: new Set() });
    for (const folder of own) this.#folders.add(folder);
    if (!this.#active && this.#isWorthIt()) {
      this.#active = true;
      // What came last first: it is what is looked at.
      for (const traceId of [...this.#store.traceIds()].reverse()) this.#queue.add(traceId);
    }
    for (const [traceId, place] of this.#places) this.#assign(traceId, place);
  }

  /** Whether a trace is another window's and not this one's; see {@link onMoved} for when that changes. */
  isOther(window: object, traceId: TraceId): boolean {
    return this.#windows.get(window)?.others.has(traceId) ?? false;
  }

  /** Whether any trace is another window's. */
  hasOthers(window: object): boolean {
    return (this.#windows.get(window)?.others.size ?? 0) > 0;
  }

  forget(window: object): void {
    this.#windows.delete(window);
  }

  /** Traces that changed or are gone. */
  touch(traceIds: Iterable<TraceId>): void {
    if (!this.#active) return;
    for (const traceId of traceIds) this.#queue.add(traceId);
    for (const oldest of this.#queue) {
      if (this.#queue.size <= MOST_WAITING) break;
      this.#queue.delete(oldest);
    }
  }

  get isBehind(): boolean {
    return this.#queue.size > 0;
  }

  /** Reads where touched traces belong, a slice at a time; answers whether any list is another one now. */
  work(elapsed: () => number): boolean {
    const until = elapsed() + SLICE_MS;
    let changed = false;
    for (const traceId of this.#queue) {
      this.#queue.delete(traceId);
      if (this.#read(traceId)) changed = true;
      if (elapsed() >= until) break;
    }
    return changed;
  }

  /** The newest traces of a scope; `among` names those to choose from (a paused list), all without it. */
  list(window: object, scope: 'workspace' | 'others', limit: number, among?: ReadonlySet<TraceId>): ScopedList {
    const store = this.#store;
    const others = this.#windows.get(window)?.others;
    const all = among === undefined ? store.traceCount : store.listAmong(among, 0).total;
    if (others === undefined || others.size === 0) {
      const traces = scope === 'others' ? [] : newest(store, limit, among);
      return { traces, total: scope === 'others' ? 0 : all, others: 0 };
    }
    const shown = among === undefined ? others : filtered(others, (traceId) => among.has(traceId));
    const theirs = store.listAmong(shown, scope === 'others' ? limit : 0);
    if (scope === 'others') return { ...theirs, others: theirs.total };
    const total = all - theirs.total;
    if (others.size > FEW) {
      const own = filtered(among ?? store.traceIds(), (traceId) => !others.has(traceId));
      return { traces: store.listAmong(own, limit).traces, total, others: theirs.total };
    }
    const traces = newest(store, limit + others.size, among).filter(({ traceId }) => !others.has(traceId));
    return { traces: traces.slice(0, limit), total, others: theirs.total };
  }

  /** Whether some window has a folder that is not another's too. */
  #isWorthIt(): boolean {
    return [...this.#windows.values()].some(({ folders }) =>
      [...this.#folders].some((folder) => !folders.some((own) => isWithin(folder, own))),
    );
  }

  #read(traceId: TraceId): boolean {
    const summary = this.#store.summary(traceId);
    if (!summary) {
      this.#places.delete(traceId);
      for (const { others } of this.#windows.values()) others.delete(traceId);
      return false;
    }
    const known = this.#places.get(traceId);
    const services = summary.services.length;
    if (known?.services === services) {
      if (known.directories.length > 0 || known.spans === summary.spanCount) return false;
      if (known.spans > MOST_ASKED_SPANS) return false;
    }
    const place = { services, spans: summary.spanCount, directories: this.#directoriesOf(traceId) };
    this.#places.set(traceId, place);
    return this.#assign(traceId, place);
  }

  /** Of the first span of each service. */
  #directoriesOf(traceId: TraceId): readonly string[] {
    const found = new Set<string>();
    for (const { baseDirectories, code } of this.#store.hintsOfServices(traceId, MOST_SERVICES)) {
      for (const directory of baseDirectories) found.add(comparable(directory));
      if (code.filePath !== undefined && isAbsolutePath(code.filePath)) found.add(comparable(code.filePath));
    }
    return [...found];
  }

  #assign(traceId: TraceId, { directories }: Place): boolean {
    if (directories.length === 0) return false;
    const isKnown = directories.some((directory) => isWithinAny(directory, this.#folders));
    let changed = false;
    for (const { folders, others } of this.#windows.values()) {
      const isOther = isKnown && !directories.some((directory) => isWithinAny(directory, folders));
      if (isOther === others.has(traceId)) continue;
      changed = true;
      if (isOther) others.add(traceId);
      else others.delete(traceId);
    }
    if (changed) this.#onMoved(traceId);
    return changed;
  }
}

function newest(store: StoreReader, limit: number, among: ReadonlySet<TraceId> | undefined): readonly TraceSummary[] {
  return among === undefined ? store.list(limit) : store.listAmong(among, limit).traces;
}

function filtered(ids: ReadonlySet<TraceId>, keep: (traceId: TraceId) => boolean): ReadonlySet<TraceId> {
  const kept = new Set<TraceId>();
  for (const id of ids) if (keep(id)) kept.add(id);
  return kept;
}

/** A path as two of them are compared: `/` between names, none at the end, a drive's letters all small. */
function comparable(path: string): string {
  const slashed = path.replaceAll('\\', '/').replace(/\/+$/, '');
  return /^[A-Za-z]:/.test(slashed) ? slashed.toLowerCase() : slashed;
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function isWithinAny(path: string, folders: Iterable<string>): boolean {
  for (const folder of folders) if (isWithin(path, folder)) return true;
  return false;
}
