import type { CallTiming } from '../core/inference/callPhases.ts';
import type { RowPhases } from '../protocol/rowApi.ts';

/** Phases of one window; rows without any cost nothing. */
const MOST_NAMES = 255;
const MOST_PHASES = 32;

/** Gathers the phases of a window's rows. */
export class RowPhaseLists {
  readonly #rows: number[] = [];
  readonly #index: number[] = [0];
  readonly #names: string[] = [];
  readonly #name: number[] = [];
  readonly #times: number[] = [];
  readonly #exact: number[] = [];
  readonly #firstNs: number[] = [];

  /** `offsetNs`: where the row's span begins, from the trace's start. */
  add(row: number, offsetNs: number, { phases, firstToken }: CallTiming): void {
    if (phases.length === 0 && firstToken === undefined) return;
    for (const { name, startNs, durationNs, exact, assumedPlace } of phases.slice(0, MOST_PHASES)) {
      let number = this.#names.indexOf(name);
      if (number < 0 && this.#names.length >= MOST_NAMES) continue;
      if (number < 0) number = this.#names.push(name) - 1;
      this.#name.push(number);
      this.#times.push(offsetNs + startNs, offsetNs + startNs + durationNs);
      this.#exact.push(exact && assumedPlace !== true ? 1 : 0);
    }
    this.#rows.push(row);
    this.#index.push(this.#name.length);
    this.#firstNs.push(firstToken === undefined ? Number.NaN : offsetNs + firstToken.offsetNs);
  }

  /** Undefined when no row has any. */
  get list(): RowPhases | undefined {
    if (this.#rows.length === 0) return undefined;
    return {
      rows: Uint32Array.from(this.#rows),
      index: Uint32Array.from(this.#index),
      names: this.#names,
      name: Uint8Array.from(this.#name),
      times: Float64Array.from(this.#times),
      exact: Uint8Array.from(this.#exact),
      firstNs: Float64Array.from(this.#firstNs),
    };
  }
}
