import type { BlockCodec } from './blockCodec.ts';
import type { LogColumns } from './logColumns.ts';
import type { BlockPacker } from './recordBlocks.ts';
import type { Segment } from './segment.ts';
import { SUPERSEDED } from './spanColumns.ts';
import type { SpanColumns } from './spanColumns.ts';

/** Where the records of one kind are once they are packed. */
class Places {
  readonly block: Uint32Array<ArrayBuffer>;
  readonly start: Uint32Array<ArrayBuffer>;
  readonly end: Uint32Array<ArrayBuffer>;
  done = 0;

  constructor(count: number) {
    this.block = new Uint32Array(count);
    this.start = new Uint32Array(count);
    this.end = new Uint32Array(count);
  }

  /** Takes records until a unit is full; true when it is. */
  take(columns: SpanColumns | LogColumns, packer: BlockPacker, isLeftOut: (index: number) => boolean): boolean {
    while (this.done < columns.count) {
      const index = this.done++;
      if (isLeftOut(index)) continue;
      const filled = packer.take(columns.block[index]!, columns.start[index]!, columns.end[index]!);
      this.block[index] = packer.block;
      this.start[index] = packer.start;
      this.end[index] = packer.end;
      if (filled) return true;
    }
    return false;
  }

  giveTo(columns: SpanColumns | LogColumns): void {
    columns.block = this.block;
    columns.start = this.start;
    columns.end = this.end;
  }
}

/**
 * Makes a sealed segment small: records alone (no batch headers, no superseded spans), in compressed units, then the
 * pages of long values. In steps of about 256 KiB, so that ingest and queries go on between them; everything can be read
 * at any time.
 */
export class SegmentPacker {
  readonly segment: Segment;
  private readonly codec: BlockCodec | undefined;
  private readonly packer: BlockPacker;
  private readonly spans: Places;
  private readonly logs: Places;
  private isPlaced = false;

  constructor(segment: Segment, codec: BlockCodec | undefined) {
    this.segment = segment;
    this.codec = codec;
    this.packer = segment.blocks.packer(codec);
    this.spans = new Places(segment.spans.count);
    this.logs = new Places(segment.logs.count);
  }

  /** One step; false when nothing is left to do. */
  step(): boolean {
    const { segment } = this;
    if (this.isPlaced) return segment.blocks.packContent(this.codec);
    const { bits } = segment.spans;
    if (this.spans.take(segment.spans, this.packer, (index) => (bits[index]! & SUPERSEDED) !== 0)) return true;
    if (this.logs.take(segment.logs, this.packer, () => false)) return true;
    this.packer.finish();
    this.spans.giveTo(segment.spans);
    this.logs.giveTo(segment.logs);
    this.isPlaced = true;
    return true;
  }
}
