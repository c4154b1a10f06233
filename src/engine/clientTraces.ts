import type { TraceId } from '../core/model/ids.ts';
import type { CancelSignal, Handlers } from '../protocol/channel.ts';
import type { EngineMethods, TraceList, TraceScope } from '../protocol/engineApi.ts';
import type { EngineStore } from './engineStore.ts';
import { filteredList } from './filteredList.ts';
import { Params } from './params.ts';
import type { TraceFilters } from './traceFilters.ts';
import type { TraceScopes } from './traceScopes.ts';

const MAX_LIST = 100_000;

const SCOPES: readonly TraceScope[] = ['all', 'workspace', 'others'];

export interface ClientTracesDeps {
  readonly store: EngineStore;
  readonly scopes: TraceScopes;
  readonly filters: TraceFilters;
  /** What is paused changed. */
  readonly onChange: () => void;
}

/** The newest traces as one client has them: all, or those that were there when it paused the list. */
export class ClientTraces {
  readonly #deps: ClientTracesDeps;
  /** Traces in the list when it was paused; undefined while it runs. */
  #among: ReadonlySet<TraceId> | undefined;
  #pausedAt: number | undefined;

  constructor(deps: ClientTracesDeps) {
    this.#deps = deps;
  }

  get isPaused(): boolean {
    return this.#among !== undefined;
  }

  /** The last trace when it was paused, by the number traces get as they come; undefined while it runs. */
  get pausedAt(): number | undefined {
    return this.#pausedAt;
  }

  /** `client` names it to the scopes. */
  handlers(client: object): Pick<Handlers<EngineMethods>, 'engine/pause' | 'traces/list'> {
    return {
      'engine/pause': (params) => {
        this.#pause(new Params('engine/pause', params).boolean('paused'));
      },
      'traces/list': (params, signal) => {
        const read = new Params('traces/list', params);
        const limit = read.integer('limit', 0, MAX_LIST);
        const scope = read.has('scope') ? read.oneOf('scope', SCOPES) : 'all';
        const filter = read.has('filter') ? read.text('filter') : '';
        return filter.trim() === ''
          ? this.#newest(client, limit, scope)
          : this.#matching(client, filter, limit, scope, signal);
      },
    };
  }

  #pause(paused: boolean): void {
    if (paused === this.isPaused) return;
    const { store, onChange } = this.#deps;
    this.#among = paused ? store.traceIds() : undefined;
    this.#pausedAt = paused ? store.rows().births : undefined;
    onChange();
  }

  async #matching(
    client: object,
    filter: string,
    limit: number,
    scope: TraceScope,
    signal: CancelSignal,
  ): Promise<TraceList> {
    const { store, scopes, filters } = this.#deps;
    const matches = await filters.bring(filter, signal);
    return {
      ...this.#newest(client, 0, scope),
      ...filteredList({ store, scopes, client, among: this.#among }, matches, scope, limit),
    };
  }

  #newest(client: object, limit: number, scope: TraceScope): TraceList {
    const { store, scopes } = this.#deps;
    const total = store.traceCount;
    const among = this.#among;
    if (scope !== 'all') {
      const waiting = among ? total - store.listAmong(among, 0).total : 0;
      return { ...scopes.list(client, scope, limit, among), waiting };
    }
    if (!among) return { traces: store.list(limit), total, waiting: 0 };
    const known = store.listAmong(among, limit);
    return { traces: known.traces, total, waiting: total - known.total };
  }
}
