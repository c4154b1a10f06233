import type { HeldTime } from '../core/list/listQuery.ts';
import type { TraceRows } from '../core/store/traceRows.ts';
import type { ChangeMarker } from '../protocol/listApi.ts';

/** Markers of one client kept, and restarts told. */
const MOST_MARKERS = 500;
const MOST_RESTARTS = 100;

interface Own {
  readonly markers: Map<string, ChangeMarker>;
  held: readonly HeldTime[];
  /** Grows when {@link held} changes. */
  revision: number;
}

/** What changed around the traces: what a window tells of its editor, and restarts that the traces themselves tell. */
export class ChangeMarkers {
  readonly #clients = new Map<object, Own>();

  put(client: object, marker: ChangeMarker): void {
    const own = this.#own(client);
    own.markers.set(marker.id, marker);
    const [oldest] = own.markers.keys();
    if (own.markers.size > MOST_MARKERS && oldest !== undefined) own.markers.delete(oldest);
    if (marker.kind !== 'pause') return;
    own.held = [...own.markers.values()]
      .filter(({ kind }) => kind === 'pause')
      .map(({ atMs, toMs }) => ({ fromMs: atMs, toMs }));
    own.revision++;
  }

  /** When a debugger of the client's held a process, and how often that changed. */
  held(client: object): { readonly held: readonly HeldTime[]; readonly revision: number } {
    return this.#own(client);
  }

  /** Oldest first. */
  list(client: object, rows: TraceRows): readonly ChangeMarker[] {
    const restarts = rows.restarts(MOST_RESTARTS).map(({ service, atMs }): ChangeMarker => {
      return { id: `restart ${service} ${String(atMs)}`, kind: 'restart', atMs, toMs: atMs, label: service };
    });
    return [...restarts, ...this.#own(client).markers.values()].sort((a, b) => a.atMs - b.atMs);
  }

  forget(client: object): void {
    this.#clients.delete(client);
  }

  #own(client: object): Own {
    let own = this.#clients.get(client);
    if (!own) this.#clients.set(client, (own = { markers: new Map<string, ChangeMarker>(), held: [], revision: 0 }));
    return own;
  }
}
