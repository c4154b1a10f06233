import { setImmediate as nextTurn } from 'node:timers/promises';
import { FOUND } from '../core/find/recordFields.ts';
import { TextMatcher } from '../core/find/textMatcher.ts';
import type { TraceId } from '../core/model/ids.ts';
import { encodeUtf8 } from '../core/otlp/jsonUtf8.ts';
import { compileSpanFilter } from '../core/query/spanMatcher.ts';
import type { FoundText } from '../core/store/storeReader.ts';
import { NOT_INTERNED } from '../core/store/stringTable.ts';
import type { Handlers } from '../protocol/channel.ts';
import { ProtocolError } from '../protocol/errors.ts';
import type { FindMethods, FindQuery, FindState, FoundIn, FoundPlace } from '../protocol/findApi.ts';
import type { RowId } from '../protocol/rowApi.ts';
import type { ClientViews } from './clientViews.ts';
import type { EngineStore } from './engineStore.ts';
import { FilterHits, TextHits } from './findHits.ts';
import { FindSession } from './findSession.ts';
import { filterInText } from './filterInText.ts';
import { linearRegex } from './linearRegexEngine.ts';
import { Params } from './params.ts';
import { MAX_WINDOW_ROWS } from './rowWindow.ts';
import { compilePattern } from './textPatterns.ts';

const MAX_ID = Number.MAX_SAFE_INTEGER;
const MOST_PIXELS = 8192;
/** Places told of a span that was gone to. */
const MOST_PLACES = 8;
/** Longer texts are no words to look for. */
const MAX_TEXT = 10_000;

const WORD_OF_PLACE: readonly (readonly [number, FoundIn])[] = [
  [FOUND.name, 'name'],
  [FOUND.service, 'service'],
  [FOUND.scope, 'scope'],
  [FOUND.attributes, 'attribute'],
  [FOUND.events, 'event'],
  [FOUND.links, 'link'],
  [FOUND.status, 'status'],
  [FOUND.logs, 'log'],
  [FOUND.id, 'id'],
  [FOUND.traceState, 'traceState'],
  [FOUND.resource, 'resource'],
];

interface ClientFindsDeps {
  readonly views: ClientViews;
  readonly store: EngineStore;
  /** Monotonic milliseconds. */
  readonly elapsed: () => number;
}

interface Search {
  readonly session: FindSession;
  /** Undefined for filters. */
  readonly matcher: TextMatcher | undefined;
  /** Revision of the hits that the view's rows show. */
  shown: number;
}

/** The searches of one client, one a view. */
export class ClientFinds {
  readonly #deps: ClientFindsDeps;
  readonly #searches = new Map<number, Search>();
  /** Views that show what is found only. */
  readonly #only = new Set<number>();
  #nextId = 1;

  constructor(deps: ClientFindsDeps) {
    this.#deps = deps;
  }

  /** Traces changed, or their layout: searches in them go on. */
  touch(traceIds: ReadonlySet<TraceId>): void {
    for (const [viewId, { session }] of this.#searches) {
      const traceId = session.traceId;
      if (traceId === undefined) this.#stop(viewId);
      else if (traceIds.has(traceId)) session.start();
    }
  }

  dispose(): void {
    for (const viewId of this.#searches.keys()) this.#stop(viewId);
  }

  handlers(): Handlers<FindMethods> {
    const { views, store } = this.#deps;
    return {
      'find/start': async (params) => {
        const read = new Params('find/start', params);
        const viewId = read.integer('viewId', 0, MAX_ID);
        const at = read.rowIdOrEmpty('at');
        const text = read.text('text');
        if (text.length > MAX_TEXT) throw new ProtocolError('invalid', 'find/start: the text is too long');
        const query = {
          text,
          matchCase: read.boolean('matchCase'),
          wholeWord: read.boolean('wholeWord'),
          regex: read.boolean('regex'),
        };
        const search = this.#begin(viewId, query);
        // The next key may have been pressed already: then this is not wanted.
        await nextTurn();
        if (this.#searches.get(viewId) !== search) throw superseded();
        search.session.start();
        return this.#state(viewId, search, at);
      },
      'find/state': async (params) => {
        const read = new Params('find/state', params);
        const viewId = read.integer('viewId', 0, MAX_ID);
        const search = this.#searchOf(read);
        const at = read.rowIdOrEmpty('at');
        await search.session.changed(read.integer('version', -1, MAX_ID));
        if (this.#searches.get(viewId) !== search) throw superseded();
        return this.#state(viewId, search, at);
      },
      'find/step': (params) => {
        const read = new Params('find/step', params);
        const viewId = read.integer('viewId', 0, MAX_ID);
        const search = this.#searchOf(read);
        const { session, matcher } = search;
        const next = session.next(read.rowIdOrEmpty('from'), read.boolean('forward'), read.boolean('stay'));
        if (next === undefined) {
          return { state: this.#state(viewId, search, ''), spanId: '', row: -1, wrapped: false, places: [] };
        }
        const { spanId, wrapped } = next;
        const { traceId } = views.order(viewId).tree;
        const found = matcher === undefined ? [] : store.foundTexts({ traceId, spanId }, matcher, MOST_PLACES);
        const state = this.#state(viewId, search, spanId);
        const { row, info } = views.locate(viewId, spanId, true);
        return { state: { ...state, view: info }, spanId, row, wrapped, places: found.map(placeOf) };
      },
      'find/rows': (params) => {
        const read = new Params('find/rows', params);
        const { session } = this.#searchOf(read);
        const from = read.integer('from', 0, MAX_ID);
        const count = read.integer('count', 0, MAX_WINDOW_ROWS);
        const { revision, places } = views.places(read.integer('viewId', 0, MAX_ID), from, count);
        return revision === read.integer('revision', 0, MAX_ID) ? session.rows(places) : new Uint8Array(0);
      },
      'find/marks': (params) => {
        const read = new Params('find/marks', params);
        return this.#searchOf(read).session.marks(read.integer('pixels', 1, MOST_PIXELS));
      },
      'find/only': (params) => {
        const read = new Params('find/only', params);
        const viewId = read.integer('viewId', 0, MAX_ID);
        const search = this.#searches.get(viewId);
        if (!read.boolean('only')) {
          this.#only.delete(viewId);
          return views.only(viewId, undefined);
        }
        this.#only.add(viewId);
        if (search !== undefined) this.#show(viewId, search);
        return views.info(viewId);
      },
      'find/stop': (params) => {
        const viewId = new Params('find/stop', params).integer('viewId', 0, MAX_ID);
        this.#stop(viewId);
        this.#only.delete(viewId);
        return views.only(viewId, undefined);
      },
    };
  }

  #state(viewId: number, search: Search, at: RowId | ''): FindState {
    if (this.#only.has(viewId) && search.shown !== search.session.revision) this.#show(viewId, search);
    return { ...search.session.state(at), view: this.#deps.views.info(viewId) };
  }

  /** Brings the rows of a view to what was found so far. */
  #show(viewId: number, search: Search): void {
    search.shown = search.session.revision;
    this.#deps.views.only(viewId, (order) => {
      const found = search.session.found(order);
      return found.length === 0 ? undefined : found;
    });
  }

  #begin(viewId: number, query: FindQuery): Search {
    const { views, store, elapsed } = this.#deps;
    const { tree } = views.order(viewId);
    this.#stop(viewId);
    const deps = { findId: this.#nextId++, order: () => views.order(viewId), elapsed };
    const filter = filterInText(query, (key) => isHeldKey(store, key));
    let matcher: TextMatcher | undefined;
    let session: FindSession;
    if (query.text === '') {
      session = new FindSession({ ...deps, hits: undefined, kind: 'text', problem: '' });
    } else if (filter !== undefined) {
      const hits = new FilterHits(compileSpanFilter(filter, store.held, linearRegex));
      session = new FindSession({ ...deps, hits, kind: 'filter', problem: '' });
    } else {
      try {
        matcher = new TextMatcher(query, compilePattern);
        session = new FindSession({ ...deps, hits: new TextHits(store, matcher, tree), kind: 'text', problem: '' });
      } catch (error) {
        const problem = error instanceof Error ? error.message : String(error);
        session = new FindSession({ ...deps, hits: undefined, kind: 'text', problem });
      }
    }
    const search: Search = { session, matcher, shown: -1 };
    this.#searches.set(viewId, search);
    return search;
  }

  #searchOf(read: Params): Search {
    const search = this.#searches.get(read.integer('viewId', 0, MAX_ID));
    if (search?.session.findId !== read.integer('findId', 0, MAX_ID)) throw superseded();
    return search;
  }

  #stop(viewId: number): void {
    this.#searches.get(viewId)?.session.end();
    this.#searches.delete(viewId);
  }
}

function isHeldKey({ held }: EngineStore, key: string): boolean {
  const bytes = encodeUtf8(key);
  const view = new DataView(bytes.buffer);
  return held.ring.segments.some(({ keys }) => keys.strings.find(view, 0, bytes.length) !== NOT_INTERNED);
}

function superseded(): ProtocolError {
  return new ProtocolError('cancelled', 'another search took the place of this one');
}

function placeOf({ place, key, text, start, end }: FoundText): FoundPlace {
  const word = WORD_OF_PLACE.find(([bit]) => bit === place)?.[1] ?? 'attribute';
  return { place: word, key, text, start, end };
}
