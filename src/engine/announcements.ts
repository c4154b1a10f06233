import type { EngineStatus } from '../protocol/engineApi.ts';
import type { Timers } from '../protocol/channel.ts';
import type { CallReadings } from './callReadings.ts';
import { ChangePump } from './changePump.ts';
import type { EngineClient } from './engineClient.ts';
import type { EngineStore } from './engineStore.ts';
import type { ProblemLog } from './problemLog.ts';
import type { TraceScopes } from './traceScopes.ts';
import type { Views } from './views.ts';

export interface AnnouncementsDeps {
  readonly timers: Timers;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Monotonic milliseconds. */
  readonly elapsed: () => number;
  readonly clients: ReadonlySet<EngineClient>;
  readonly store: EngineStore;
  readonly views: Views;
  readonly scopes: TraceScopes;
  readonly calls: CallReadings;
  readonly problems: ProblemLog;
  readonly status: (client: EngineClient) => EngineStatus;
}

/** Tells every client what changed, at most every 100 ms a kind, and tells those who keep answers what is old. */
export class Announcements {
  readonly #deps: AnnouncementsDeps;
  readonly #pump: ChangePump;
  #statusChanged = false;
  #listChanged = false;
  /** Clients were told that senders must wait. */
  #saidBusy = false;
  /** Called after the next announcement. */
  readonly #awaiting: (() => void)[] = [];

  constructor(deps: AnnouncementsDeps) {
    this.#deps = deps;
    const { timers, elapsed } = deps;
    this.#pump = new ChangePump({ timers, elapsed, run: () => this.#announce() });
  }

  /** The store may have changed. */
  wake(): void {
    this.#pump.wake();
  }

  markStatus(): void {
    this.#statusChanged = true;
    this.#pump.wake();
  }

  markList(): void {
    this.#listChanged = true;
    this.markStatus();
  }

  /** Resolves after the next announcement. */
  next(): Promise<void> {
    return new Promise<void>((resolve) => {
      this.#awaiting.push(resolve);
    });
  }

  dispose(): void {
    this.#pump.dispose();
  }

  /** Announces what changed since the last time; answers when to look again. */
  #announce(): number | undefined {
    const { store, views, scopes, calls, clients } = this.#deps;
    const settled = store.settle();
    const changes = store.takeChanges();
    views.touch(changes.touched);
    scopes.touch(changes.touched);
    calls.touch(changes.touched);
    const scoped = scopes.work(this.#deps.elapsed);
    const listChanged = changes.traces || settled || scoped || this.#listChanged;
    const busy = this.#busy !== undefined;
    const statusChanged = changes.status || this.#statusChanged || busy !== this.#saidBusy;
    this.#saidBusy = busy;
    this.#listChanged = false;
    this.#statusChanged = false;
    const infos = new Map([...views.takeSettled(), ...views.relayout()].map((info) => [info.viewId, info]));
    const touched = new Set([...changes.touched, ...Array.from(infos.values(), ({ summary }) => summary.traceId)]);
    for (const client of clients) {
      client.finds.touch(touched);
      if (listChanged) client.emit('traces/changed', { total: store.traceCount });
      if (statusChanged) client.emit('status/changed', this.#deps.status(client));
      for (const info of infos.values()) if (client.views.owns(info.viewId)) client.emit('view/changed', info);
    }
    for (const resolve of this.#awaiting.splice(0)) resolve();
    return this.#nextLook();
  }

  get #busy(): ReturnType<ProblemLog['busy']> {
    return this.#deps.problems.busy(this.#deps.now());
  }

  #nextLook(): number | undefined {
    const { store, views, scopes, elapsed } = this.#deps;
    const relayout = views.relayoutDue;
    const settle = store.nextSettleMs();
    const waits: number[] = [];
    if (relayout !== undefined) waits.push(relayout - elapsed());
    if (settle !== undefined) waits.push(settle);
    const busy = this.#busy;
    if (busy !== undefined) waits.push(busy.leftMs);
    if (scopes.isBehind) waits.push(0);
    return waits.length === 0 ? undefined : Math.max(0, Math.min(...waits));
  }
}
