import type { SpanId } from '../../src/core/model/ids.ts';
import { ProtocolError } from '../../src/protocol/errors.ts';
import type { FollowHit } from '../../src/protocol/followApi.ts';
import type { ViewInfo } from '../../src/protocol/viewApi.ts';
import type { Host } from '../protocol/host.ts';
import { Store } from '../state/store.ts';

/** A value that is followed, and where it was found so far. */
export interface FollowedValue {
  /** What the user marked. */
  readonly marked: string;
  /** Span whose details showed it. */
  readonly from: SpanId | '';
  readonly shown: string;
  readonly kind: 'number' | 'text' | 'structure' | 'refused';
  /** Why nothing is looked for, or why the search failed; else empty. */
  readonly problem: string;
  /** Earliest first. The first is the origin once the search is done. */
  readonly hits: readonly FollowHit[];
  readonly searching: boolean;
  /** 0 to 1. */
  readonly progress: number;
  /** There are more places than are worth listing. */
  readonly tooCommon: boolean;
  /** Place in `hits` that was gone to, -1 for none. */
  readonly at: number;
}

export interface FollowerDeps {
  readonly host: Pick<Host, 'request'>;
  readonly info: Store<ViewInfo | undefined>;
  /** Selects the span of a place and shows the side it is on. */
  readonly show: (hit: FollowHit) => void;
  readonly timers: {
    readonly set: (callback: () => void, ms: number) => unknown;
    readonly clear: (handle: unknown) => void;
  };
}

/** More places than these tell nobody where a value came from. */
const MOST_HITS = 400;
/** A growing trace is looked through again at most this often. */
const LIVE_MS = 1000;

/** What came out of a span was there at its end. */
function isOut({ side }: FollowHit): boolean {
  return side === 'output' || side === 'result' || side === 'status';
}

/**
 * By the time at which the value was there. At one time what came out is before what went in, since the one is the cause of
 * the other; of spans that end together the inner one had it first, of spans that begin together the outer one.
 */
export function compareHits(a: FollowHit, b: FollowHit): number {
  if (a.atNs !== b.atNs) return a.atNs - b.atNs;
  if (isOut(a) !== isOut(b)) return isOut(a) ? -1 : 1;
  return isOut(a) ? b.depth - a.depth : a.depth - b.depth;
}

/** Follows one value at a time through the open trace. */
export class ValueFollower {
  readonly state = new Store<FollowedValue | undefined>(undefined);
  /** Follows what is marked on the page; set by the part of the page that knows. */
  followMarked: (() => void) | undefined;
  readonly #deps: FollowerDeps;
  #serial = 0;
  #viewId: number | undefined;
  #revision = -1;
  #timer: unknown;

  constructor(deps: FollowerDeps) {
    this.#deps = deps;
    deps.info.subscribe(() => this.#traceChanged());
  }

  /** Looks for a value and goes to where it was first, unless the user went elsewhere meanwhile. */
  start(marked: string, from: SpanId | ''): void {
    const info = this.#deps.info.value;
    if (!info) return;
    this.#viewId = info.viewId;
    this.state.set({
      marked,
      from,
      shown: marked.trim().slice(0, 120),
      kind: 'text',
      problem: '',
      hits: [],
      searching: true,
      progress: 0,
      tooCommon: false,
      at: -1,
    });
    void this.#search(true);
  }

  stop(): void {
    this.#serial++;
    this.#deps.timers.clear(this.#timer);
    this.#timer = undefined;
    this.state.set(undefined);
  }

  /** Goes to a place. */
  go(at: number): void {
    const { value } = this.state;
    const hit = value?.hits[at];
    if (!value || !hit) return;
    this.state.set({ ...value, at });
    this.#deps.show(hit);
  }

  /** Goes to the next place, or the one before; round at the ends. */
  step(forward: boolean, passes: (hit: FollowHit) => boolean = () => true): void {
    const { value } = this.state;
    if (!value) return;
    const { hits, at } = value;
    for (let step = 1; step <= hits.length; step++) {
      const from = at < 0 && !forward ? 0 : at;
      const next = (from + (forward ? step : -step) + hits.length * 2) % hits.length;
      const hit = hits[next];
      if (!hit || !passes(hit)) continue;
      this.go(next);
      return;
    }
  }

  async #search(first: boolean): Promise<void> {
    const serial = ++this.#serial;
    const viewId = this.#viewId;
    const { value } = this.state;
    if (viewId === undefined || !value) return;
    const found: FollowHit[] = [];
    let tooCommon = false;
    try {
      for (let from = 0; from >= 0 && !tooCommon;) {
        const page = await this.#deps.host.request('values/follow', { viewId, text: value.marked, from });
        if (serial !== this.#serial) return;
        this.#revision = page.revision;
        found.push(...page.hits);
        tooCommon = found.length > MOST_HITS;
        from = page.next;
        // What is listed of a trace that grows stays until all is looked through.
        this.#set({
          shown: page.shown,
          kind: page.kind,
          problem: page.refused,
          progress: page.total === 0 ? 1 : page.looked / page.total,
          ...(first ? { hits: found.toSorted(compareHits).slice(0, MOST_HITS) } : {}),
        });
      }
      this.#set({ hits: found.toSorted(compareHits).slice(0, MOST_HITS), searching: false, progress: 1, tooCommon });
      if (first && !tooCommon && this.state.value?.at === -1) this.go(0);
    } catch (error) {
      if (serial !== this.#serial) return;
      const isMoot = error instanceof ProtocolError && (error.code === 'cancelled' || error.code === 'disposed');
      if (isMoot) this.stop();
      else this.#set({ searching: false, problem: error instanceof Error ? error.message : String(error) });
    }
  }

  /** The place gone to stays the same one when others come in before it. */
  #set(part: Partial<FollowedValue>): void {
    const { value } = this.state;
    if (!value) return;
    const hit = value.hits[value.at];
    const next = { ...value, ...part };
    const at = hit && part.hits ? part.hits.findIndex((one) => isSame(one, hit)) : next.at;
    this.state.set({ ...next, at });
  }

  #traceChanged(): void {
    const info = this.#deps.info.value;
    if (!this.state.value) return;
    if (info?.viewId !== this.#viewId) {
      this.stop();
    } else if (
      info !== undefined &&
      info.revision !== this.#revision &&
      !this.state.value.searching &&
      this.#timer === undefined
    ) {
      this.#timer = this.#deps.timers.set(() => {
        this.#timer = undefined;
        void this.#search(false);
      }, LIVE_MS);
    }
  }
}

function isSame(a: FollowHit, b: FollowHit): boolean {
  return a.spanId === b.spanId && a.side === b.side && a.key === b.key && a.path === b.path;
}
