import type { ChangeMarker } from '../protocol/listApi.ts';
import { MOST_PAUSES, type DebugPause } from '../protocol/pauseApi.ts';

/** Pauses of the debuggers of all windows. One that lasts when its window goes ends there. */
export class DebugPauses {
  readonly #byId = new Map<string, DebugPause & { readonly client: object }>();
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Oldest first. */
  get list(): readonly DebugPause[] {
    const pauses = Array.from(this.#byId.values(), ({ fromMs, toMs, label }) => ({ fromMs, toMs, label }));
    return pauses.sort((a, b) => a.fromMs - b.fromMs);
  }

  /** Takes a marker of a window, which tells its pauses again when it meets another engine. Other markers are passed over. */
  take(client: object, { id, kind, atMs, toMs, label }: ChangeMarker): void {
    if (kind !== 'pause') return;
    this.#byId.set(id, { client, fromMs: atMs, toMs, label });
    const [oldest] = this.#byId.keys();
    if (this.#byId.size > MOST_PAUSES && oldest !== undefined) this.#byId.delete(oldest);
    this.#onChange();
  }

  /** A window went. */
  forget(client: object, nowMs: number): void {
    for (const [id, pause] of this.#byId) {
      if (pause.client !== client || pause.toMs !== null) continue;
      this.#byId.set(id, { ...pause, toMs: Math.max(nowMs, pause.fromMs) });
      this.#onChange();
    }
  }
}
