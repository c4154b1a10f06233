import { formatDuration } from '../layout/formatDuration.ts';
import type { CallPhase } from '../model/modelCall.ts';

/** What lies outside the span by less is the clocks' doing and clipped without a word. */
const TOLERANCE_NS = 1e6;
const TOLERANCE_SHARE = 0.05;
/** A gap between what the sender tells is a phase when it is this much of the span. */
const LEAST_GAP_SHARE = 0.01;

/** Phases of one span as they are found, clipped to it. */
export class PhaseList {
  readonly #durationNs: number;
  readonly #phases: CallPhase[] = [];
  #beginNs = 0;
  #endNs = 0;

  /** @param durationNs length of the span; 0 when it has no end: then nothing is clipped. */
  constructor(durationNs: number) {
    this.#durationNs = durationNs;
  }

  get isEmpty(): boolean {
    return this.#phases.length === 0;
  }

  /** Puts a length at a place; `assumedPlace` when nothing but the usual order says where. Lengths of 0 are left out. */
  span(
    name: string,
    startNs: number,
    { ns, exact, from }: { readonly ns: number; readonly exact: boolean; readonly from: string },
    assumedPlace = false,
  ): void {
    this.add({ name, startNs, durationNs: ns, exact, from, ...(assumedPlace ? { assumedPlace: true } : {}) });
  }

  /** What is between two places that are known, where it is worth a word. */
  gap(name: string, fromNs: number, toNs: number, from: string): void {
    if (toNs - fromNs < LEAST_GAP_SHARE * this.#durationNs || this.#durationNs === 0) return;
    this.add({ name, startNs: fromNs, durationNs: toNs - fromNs, exact: false, from });
  }

  add(phase: CallPhase): void {
    const endNs = phase.startNs + phase.durationNs;
    if (!(phase.durationNs > 0)) return;
    this.#beginNs = Math.min(this.#beginNs, phase.startNs);
    this.#endNs = Math.max(this.#endNs, endNs);
    if (phase.startNs >= 0 && endNs <= this.#roomNs) {
      this.#phases.push(phase);
      return;
    }
    const startNs = Math.min(Math.max(0, phase.startNs), this.#roomNs);
    const clippedNs = Math.max(0, Math.min(endNs, this.#roomNs) - startNs);
    this.#phases.push({ ...phase, startNs, durationNs: clippedNs, saidNs: phase.durationNs });
  }

  get #roomNs(): number {
    return this.#durationNs > 0 ? this.#durationNs : Infinity;
  }

  /** Phases by start, and what to tell the reader when they do not fit the span. */
  finish(): { readonly phases: readonly CallPhase[]; readonly overrun?: string } {
    const phases = [...this.#phases].sort((a, b) => a.startNs - b.startNs);
    const durationNs = this.#roomNs;
    const tolerance = Math.max(TOLERANCE_NS, TOLERANCE_SHARE * durationNs);
    if (this.#beginNs >= -tolerance && this.#endNs <= durationNs + tolerance) return { phases };
    const told = formatDuration(this.#endNs - this.#beginNs);
    return {
      phases,
      overrun: `The phases as the sender tells them take ${told}, the span ${formatDuration(durationNs)}: they are shown as far as they fit.`,
    };
  }
}
