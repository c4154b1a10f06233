import { AlikeTable } from './alikeTable.ts';
import type { TraceId } from '../model/ids.ts';
import { resized } from './resized.ts';
import type { Segment } from './segment.ts';
import { PENDING, SUPERSEDED } from './spanColumns.ts';
import type { TraceColumns } from './storeReader.ts';
import type { SegmentRing } from './segmentRing.ts';
import type { TraceTable } from './traceTable.ts';

const TWO_32 = 2 ** 32;
/** Traces whose columns are kept; open views are few. */
const MAX_TRACES = 8;

/** Typed arrays of one trace, grown geometrically. */
class Built {
  revision = -1;
  count = 0;
  startHi = 0;
  startLo = 0;
  /** Positions below `count` whose span was replaced or marked since. */
  stale: number[] = [];
  answer: TraceColumns | undefined;
  handle = new Uint32Array(0);
  idHi = new Uint32Array(0);
  idLo = new Uint32Array(0);
  parentHi = new Uint32Array(0);
  parentLo = new Uint32Array(0);
  offsetNs = new Float64Array(0);
  durationNs = new Float64Array(0);
  status = new Uint8Array(0);
  kind = new Uint8Array(0);
  service = new Uint16Array(0);
  bits = new Uint16Array(0);
  alike = new Uint32Array(0);
  readonly alikeTable: AlikeTable | undefined;

  constructor(alikeTable?: AlikeTable) {
    this.alikeTable = alikeTable;
  }

  ensure(count: number): void {
    if (count <= this.handle.length) return;
    const size = Math.max(64, this.handle.length === 0 ? count : this.handle.length * 2, count);
    this.handle = resized(this.handle, size);
    this.idHi = resized(this.idHi, size);
    this.idLo = resized(this.idLo, size);
    this.parentHi = resized(this.parentHi, size);
    this.parentLo = resized(this.parentLo, size);
    this.offsetNs = resized(this.offsetNs, size);
    this.durationNs = resized(this.durationNs, size);
    this.status = resized(this.status, size);
    this.kind = resized(this.kind, size);
    this.service = resized(this.service, size);
    this.bits = resized(this.bits, size);
    if (this.alikeTable !== undefined) this.alike = resized(this.alike, size);
  }
}

/**
 * Spans of a trace gathered from its segments for layout. What was gathered once is kept while the trace is looked at:
 * new spans are appended, replaced ones written over, and an earlier start shifts the offsets. Kept beside the store's
 * byte limit, for the {@link MAX_TRACES} traces asked for last.
 */
export class TraceColumnsCache {
  private readonly built = new Map<number, Built>();
  private readonly traces: TraceTable;
  private readonly ring: SegmentRing;

  constructor(traces: TraceTable, ring: SegmentRing) {
    this.traces = traces;
    this.ring = ring;
  }

  columnsOf(slot: number, traceId: TraceId): TraceColumns {
    const { traces } = this;
    let built = this.built.get(slot);
    if (built === undefined) {
      built = new Built(new AlikeTable());
    } else {
      this.built.delete(slot);
    }
    this.built.set(slot, built);
    for (const oldest of this.built.keys()) {
      if (this.built.size <= MAX_TRACES) break;
      this.built.delete(oldest);
    }
    const revision = traces.revision[slot]!;
    if (built.answer === undefined || built.revision !== revision) {
      this.bring(built, slot);
      built.revision = revision;
      built.answer = this.answerOf(built, slot, traceId, revision);
    }
    return built.answer;
  }

  /**
   * The same for who looks once, at many traces: what spans are alike in is left out ({@link TraceColumns.alikeCount} is
   * 0), and nothing is kept, so that the traces that are looked at stay.
   */
  columnsOnce(slot: number, traceId: TraceId): TraceColumns {
    const known = this.built.get(slot);
    if (known?.answer !== undefined && known.revision === this.traces.revision[slot]) return known.answer;
    const built = new Built();
    this.bring(built, slot);
    return this.answerOf(built, slot, traceId, this.traces.revision[slot]!);
  }

  /** The span at `position` of the trace's list is another, or has other bits. */
  replaced(slot: number, position: number): void {
    const built = this.built.get(slot);
    if (built !== undefined && position < built.count) built.stale.push(position);
  }

  /** Positions of the trace moved, or the trace is gone. */
  drop(slot: number): void {
    this.built.delete(slot);
  }

  /** Traces have other slots now. */
  renumber(moved: Uint32Array): void {
    const kept = [...this.built];
    this.built.clear();
    for (const [slot, built] of kept) this.built.set(moved[slot]!, built);
  }

  private answerOf(built: Built, slot: number, traceId: TraceId, revision: number): TraceColumns {
    return {
      traceId,
      revision,
      count: built.count,
      start: this.traces.startOf(slot),
      handle: built.handle,
      idHi: built.idHi,
      idLo: built.idLo,
      parentHi: built.parentHi,
      parentLo: built.parentLo,
      offsetNs: built.offsetNs,
      durationNs: built.durationNs,
      status: built.status,
      kind: built.kind,
      service: built.service,
      services: this.traces.services[slot]!,
      bits: built.bits,
      alike: built.alike,
      alikeCount: built.alikeTable?.count ?? 0,
    };
  }

  private bring(built: Built, slot: number): void {
    const { traces } = this;
    const startHi = traces.startHi[slot]!;
    const startLo = traces.startLo[slot]!;
    const shift = (built.startHi - startHi) * TWO_32 + (built.startLo - startLo);
    if (built.count > 0 && shift !== 0) {
      if (Math.abs(shift) < Number.MAX_SAFE_INTEGER) {
        for (let i = 0; i < built.count; i++) built.offsetNs[i]! += shift;
      } else {
        // Offsets that large are rounded; shifting them would add the errors up.
        built.count = 0;
      }
    }
    built.startHi = startHi;
    built.startLo = startLo;
    const count = traces.spans[slot]!;
    built.ensure(count);
    for (const position of built.stale) this.write(built, slot, position, position + 1);
    built.stale = [];
    this.write(built, slot, built.count, count);
    built.count = count;
  }

  private write(built: Built, slot: number, from: number, to: number): void {
    const { traces } = this;
    const { alikeTable } = built;
    const services = traces.services[slot]!;
    let lastSegment: Segment | undefined;
    let lastOrigin = -1;
    let service = 0;
    for (let position = from; position < to; position++) {
      const handle = traces.handleAt(slot, position);
      const segment = this.ring.segmentOf(handle)!;
      const index = handle - segment.base;
      const { spans } = segment;
      const origin = spans.origin[index]!;
      if (segment !== lastSegment || origin !== lastOrigin) {
        lastSegment = segment;
        lastOrigin = origin;
        service = traces.serviceLists.indexOf(services, segment.serviceOf(index));
        if (service < 0) service = services.length - 1;
      }
      built.handle[position] = handle;
      built.idHi[position] = spans.idHi[index]!;
      built.idLo[position] = spans.idLo[index]!;
      built.parentHi[position] = spans.parentHi[index]!;
      built.parentLo[position] = spans.parentLo[index]!;
      built.offsetNs[position] =
        (spans.startHi[index]! - built.startHi) * TWO_32 + (spans.startLo[index]! - built.startLo);
      built.durationNs[position] = spans.durationNs[index]!;
      built.status[position] = spans.status[index]!;
      built.kind[position] = spans.kind[index]!;
      built.service[position] = service;
      built.bits[position] = spans.bits[index]! & ~(SUPERSEDED | PENDING);
      if (alikeTable === undefined) continue;
      built.alike[position] = alikeTable.numberOf(segment, index);
      built.bits[position]! |= alikeTable.bits;
    }
  }
}
