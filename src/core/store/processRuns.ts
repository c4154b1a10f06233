import type { Segment } from './segment.ts';
import type { Restart } from './traceRows.ts';

interface Run {
  firstMs: number;
  lastMs: number;
}

const TWO_32 = 2 ** 32;
const MOST_SERVICES = 200;
const MOST_RUNS = 200;

/**
 * When the processes behind the services sent their first and last span, by the instance or process id their resources name.
 * Reading goes on where it stopped: it costs the spans that came since.
 */
export class ProcessRuns {
  readonly #scanned = new WeakMap<Segment, number>();
  readonly #runs = new Map<string, Map<string, Run>>();

  /** Reads what came since the last time. `nameOf`: the run that a resource of a segment tells of, or empty. */
  read(segments: readonly Segment[], nameOf: (segment: Segment, resource: number) => string): void {
    for (const segment of segments) this.#readSegment(segment, nameOf);
  }

  /**
   * The newest `limit` restarts, oldest first. One of several processes that run side by side is none: nothing changed for the
   * service as a whole.
   */
  restarts(limit: number): readonly Restart[] {
    const found: Restart[] = [];
    for (const [service, runs] of this.#runs) {
      const ordered = [...runs.values()].sort((a, b) => a.firstMs - b.firstMs);
      let endedMs = ordered[0]?.lastMs ?? 0;
      for (const run of ordered.slice(1)) {
        if (run.firstMs > endedMs) found.push({ service, atMs: run.firstMs });
        endedMs = Math.max(endedMs, run.lastMs);
      }
    }
    return found.sort((a, b) => a.atMs - b.atMs).slice(-limit);
  }

  /**
   * When the service's runs began, oldest first, of runs that took one another's place; empty where resources do not tell
   * processes apart.
   */
  starts(service: string): readonly number[] {
    const ordered = [...(this.#runs.get(service)?.values() ?? [])].sort((a, b) => a.firstMs - b.firstMs);
    let endedMs = -Infinity;
    const starts: number[] = [];
    for (const { firstMs, lastMs } of ordered) {
      if (firstMs > endedMs) starts.push(firstMs);
      endedMs = Math.max(endedMs, lastMs);
    }
    return starts;
  }

  #readSegment(segment: Segment, nameOf: (segment: Segment, resource: number) => string): void {
    const { spans } = segment;
    const from = this.#scanned.get(segment) ?? 0;
    if (from >= spans.count) return;
    this.#scanned.set(segment, spans.count);
    let origin = -1;
    let run: Run | undefined;
    for (let index = from; index < spans.count; index++) {
      if (spans.origin[index] !== origin) {
        origin = spans.origin[index]!;
        const resource = segment.origins.get(origin, 0);
        run = this.#runOf(segment.services[resource]!, nameOf(segment, resource));
      }
      if (!run) continue;
      const startMs = spans.startHi[index]! * (TWO_32 / 1e6) + spans.startLo[index]! / 1e6;
      if (startMs < run.firstMs) run.firstMs = startMs;
      const endMs = startMs + spans.durationNs[index]! / 1e6;
      if (endMs > run.lastMs) run.lastMs = endMs;
    }
  }

  #runOf(service: string, name: string): Run | undefined {
    if (name === '') return undefined;
    let runs = this.#runs.get(service);
    if (!runs) {
      if (this.#runs.size >= MOST_SERVICES) return undefined;
      this.#runs.set(service, (runs = new Map<string, Run>()));
    }
    let run = runs.get(name);
    if (!run) {
      const [oldest] = runs.keys();
      if (runs.size >= MOST_RUNS && oldest !== undefined) runs.delete(oldest);
      runs.set(name, (run = { firstMs: Infinity, lastMs: -Infinity }));
    }
    return run;
  }
}
