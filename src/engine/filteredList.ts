import type { TraceId } from '../core/model/ids.ts';
import type { TraceList, TraceScope } from '../protocol/engineApi.ts';
import type { EngineStore } from './engineStore.ts';
import type { TraceScopes } from './traceScopes.ts';

/** Whose list it is, and of what. */
export interface ListOf {
  readonly store: EngineStore;
  readonly scopes: TraceScopes;
  /** Names the client to the scopes. */
  readonly client: object;
  /** The traces to choose from (a paused list); undefined for all. */
  readonly among: ReadonlySet<TraceId> | undefined;
}

/** The newest traces of a scope that a filter lets through, and how many there are. */
export function filteredList(
  { store, scopes, client, among }: ListOf,
  matches: (slot: number) => boolean,
  scope: TraceScope,
  limit: number,
): Pick<TraceList, 'traces' | 'matched' | 'others'> {
  const { traces } = store.held;
  const isSplit = scope !== 'all' && scopes.hasOthers(client);
  let others = 0;
  const isIn = (slot: number): boolean => {
    if (!matches(slot)) return false;
    if (among === undefined && !isSplit) return scope !== 'others';
    const id = traces.idOf(slot);
    if (among !== undefined && !among.has(id)) return false;
    const isOther = isSplit && scopes.isOther(client, id);
    if (isOther) others++;
    return scope === 'all' || isOther === (scope === 'others');
  };
  const list = store.listWhere(isIn, limit);
  return { traces: list.traces, matched: list.total, ...(scope !== 'all' && { others }) };
}
