import { crc32 } from 'node:zlib';
import { BEST_CODEC, compressBlock } from './blockCodec.ts';
import type { JournalFiles, WritableFile } from './journalFiles.ts';
import { CODEC, FILE_KIND, writeBlockHeader, writeFileHeader, type Codec } from './journalFormat.ts';
import { saltOf, TEMPORARY_SUFFIX } from './journalNames.ts';
import { JournalReader } from './journalReader.ts';
import type { RecordCursor } from './recordCursor.ts';

/** Plain bytes after which a block is closed; a longer record is a block of its own. */
const BLOCK_BYTES = 1024 * 1024;

export interface RewriteOptions {
  /** Waited for after each block. */
  readonly pause: () => Promise<void>;
  /** True when the file is not to be replaced any more. */
  readonly stopped: () => boolean;
  readonly codec?: Codec;
}

/** `rewritten`: its blocks are compressed now; `left`: compressed before, of a newer format, unreadable, or stopped. */
export type RewriteOutcome = 'rewritten' | 'left';

/**
 * Replaces a closed file by one with the same whole records in compressed blocks. Until the last step, which the system
 * does at once, the old file is as it was. Rejects with the system's errors; nothing is left behind then, unless the
 * process ends in between: the temporary file is removed at the next start.
 */
export async function rewriteFile(files: JournalFiles, name: string, options: RewriteOptions): Promise<RewriteOutcome> {
  const reader = await JournalReader.open(files, name);
  if (typeof reader === 'string') return 'left';
  const temporary = name + TEMPORARY_SUFFIX;
  let done = false;
  try {
    if (reader.kind === FILE_KIND.blocks) return 'left';
    const salt = saltOf(name);
    const target = await files.write(temporary);
    try {
      await target.write([writeFileHeader({ kind: FILE_KIND.blocks, salt })]);
      for await (const part of reader.parts()) {
        await writeBlocks(target, part, salt, options);
        if (options.stopped()) return 'left';
      }
      await target.sync();
    } finally {
      await target.close();
    }
    await reader.close();
    if (options.stopped()) return 'left';
    await files.replace(temporary, name);
    done = true;
    return 'rewritten';
  } finally {
    // Closing again what is closed rejects.
    await reader.close().catch(() => undefined);
    if (!done) files.remove(temporary);
  }
}

/** Blocks of the records of one part; none goes on in the next. */
async function writeBlocks(
  target: WritableFile,
  part: RecordCursor,
  salt: number,
  { codec = BEST_CODEC, pause }: RewriteOptions,
): Promise<void> {
  let block = new BlockBuilder();
  const flush = async (): Promise<void> => {
    if (block.records > 0) await target.write(await block.finish(codec, salt));
    block = new BlockBuilder();
    await pause();
  };
  for (let record = part.next(); record; record = part.next()) {
    if (block.plainBytes + record.whole.length > BLOCK_BYTES) await flush();
    block.add(record.whole, record.arrivedMs);
  }
  await flush();
}

class BlockBuilder {
  plainBytes = 0;
  records = 0;
  #lastArrivedMs = 0;
  readonly #parts: Buffer[] = [];

  add(whole: Buffer, arrivedMs: number): void {
    this.#parts.push(whole);
    this.plainBytes += whole.length;
    this.records++;
    this.#lastArrivedMs = arrivedMs;
  }

  async finish(codec: Codec, salt: number): Promise<readonly Uint8Array[]> {
    const plain = Buffer.concat(this.#parts);
    const compressed = await compressBlock(plain, codec);
    const smaller = compressed.length < plain.length;
    const stored = smaller ? compressed : plain;
    const header = writeBlockHeader(
      {
        codec: smaller ? codec : CODEC.none,
        storedBytes: stored.length,
        plainBytes: plain.length,
        records: this.records,
        lastArrivedMs: this.#lastArrivedMs,
        crc: crc32(stored),
      },
      salt,
    );
    return [header, stored];
  }
}
