import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import type { OtlpSignal } from '../../../src/core/otlp/responses.ts';
import { Journal, type JournalDeps } from '../../../src/engine/journal/journal.ts';
import type { JournalFiles } from '../../../src/engine/journal/journalFiles.ts';
import type { HistorySink } from '../../../src/engine/journal/replay.ts';
import { ManualClock } from '../../support/manualClock.ts';

const MIB = 1024 * 1024;

/** Remembers what it was given; `room` records, then it is full. */
export class FakeHistory implements HistorySink {
  readonly records: { readonly signal: OtlpSignal; readonly body: Buffer; readonly arrivedMs: number }[] = [];
  /** Bodies by file, in the order they came. */
  readonly files: string[][] = [];
  readonly #room: number;

  constructor(room = Infinity) {
    this.#room = room;
  }

  get texts(): readonly string[] {
    return this.records.map(({ body }) => body.toString());
  }

  beginHistory(): void {
    this.files.push([]);
  }

  ingestHistory(signal: OtlpSignal, body: Uint8Array, arrivedMs: number): 'stored' | 'full' {
    if (this.records.length >= this.#room) return 'full';
    this.records.push({ signal, body: Buffer.from(body), arrivedMs });
    this.files.at(-1)?.push(Buffer.from(body).toString());
    return 'stored';
  }

  endHistory(): void {
    // Nothing to close.
  }
}

type Operation = keyof JournalFiles | 'readPart' | 'writePart' | 'syncWritten';

/** A folder in memory. `fail` is asked before each operation; what it answers is thrown. */
export class MemoryFiles implements JournalFiles {
  readonly contents = new Map<string, Buffer>();
  /** Every operation, as `append NAME`. */
  readonly log: string[] = [];
  fail: (operation: Operation, name: string) => Error | undefined = () => undefined;
  /** Bytes that {@link append} still takes; behind them it writes a part and throws ENOSPC. */
  space = Infinity;
  /** Syncs that run now, and the most that ever did. */
  syncing = 0;
  mostSyncing = 0;
  holdSyncs: Promise<void> = Promise.resolve();
  readonly #open: (string | undefined)[] = [];

  prepare(): void {
    this.#ask('prepare', '');
  }

  list(): { readonly name: string; readonly bytes: number }[] {
    this.#ask('list', '');
    return Array.from(this.contents, ([name, bytes]) => ({ name, bytes: bytes.length }));
  }

  create(name: string): number {
    this.#ask('create', name);
    if (this.contents.has(name)) throw systemError('EEXIST');
    this.contents.set(name, Buffer.alloc(0));
    return this.#open.push(name) - 1;
  }

  append(fd: number, parts: readonly Uint8Array[]): void {
    const name = this.#nameOf(fd);
    this.#ask('append', name);
    const bytes = Buffer.concat(parts);
    const taken = bytes.subarray(0, Math.min(bytes.length, this.space));
    this.contents.set(name, Buffer.concat([this.contents.get(name) ?? Buffer.alloc(0), taken]));
    this.space -= taken.length;
    if (taken.length < bytes.length) throw systemError('ENOSPC');
  }

  truncate(fd: number, bytes: number): void {
    const name = this.#nameOf(fd);
    this.#ask('truncate', name);
    const present = this.contents.get(name);
    if (present) this.contents.set(name, present.subarray(0, bytes));
  }

  async sync(fd: number): Promise<void> {
    this.#ask('sync', this.#nameOf(fd));
    this.mostSyncing = Math.max(this.mostSyncing, ++this.syncing);
    await this.holdSyncs;
    this.syncing--;
  }

  close(fd: number): void {
    this.#ask('close', this.#nameOf(fd));
    this.#open[fd] = undefined;
  }

  remove(name: string): void {
    this.#ask('remove', name);
    this.contents.delete(name);
  }

  async read(name: string): Promise<Awaited<ReturnType<JournalFiles['read']>>> {
    this.#ask('read', name);
    await Promise.resolve();
    const bytes = this.contents.get(name);
    if (!bytes) throw systemError('ENOENT');
    return {
      bytes: bytes.length,
      read: async (offset, length) => {
        this.#ask('readPart', name);
        await Promise.resolve();
        return Buffer.from(bytes.subarray(offset, offset + length));
      },
      close: () => Promise.resolve(),
    };
  }

  async write(name: string): Promise<Awaited<ReturnType<JournalFiles['write']>>> {
    this.#ask('write', name);
    await Promise.resolve();
    this.contents.set(name, Buffer.alloc(0));
    return {
      write: async (parts) => {
        const present = this.contents.get(name);
        // A part of it is there when writing fails, as on a disk that gets full.
        const bytes = Buffer.concat(parts);
        if (present) this.contents.set(name, Buffer.concat([present, bytes.subarray(0, bytes.length / 2)]));
        this.#ask('writePart', name);
        await Promise.resolve();
        if (present) this.contents.set(name, Buffer.concat([present, bytes]));
      },
      sync: async () => {
        this.#ask('syncWritten', name);
        await Promise.resolve();
      },
      close: () => Promise.resolve(),
    };
  }

  async replace(from: string, to: string): Promise<void> {
    this.#ask('replace', from);
    await Promise.resolve();
    const bytes = this.contents.get(from);
    if (!bytes) throw systemError('ENOENT');
    this.contents.delete(from);
    this.contents.set(to, bytes);
  }

  /** The only file, or the newest. */
  get newest(): { readonly name: string; readonly bytes: Buffer } {
    const name = [...this.contents.keys()].sort().at(-1);
    if (name === undefined) throw new Error('no file');
    return { name, bytes: this.contents.get(name) ?? Buffer.alloc(0) };
  }

  #nameOf(fd: number): string {
    const name = this.#open[fd];
    if (name === undefined) throw systemError('EBADF');
    return name;
  }

  #ask(operation: Operation, name: string): void {
    this.log.push(`${operation} ${name}`);
    const error = this.fail(operation, name);
    if (error) throw error;
  }
}

export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: told to fail`), { code });
}

export interface JournalRig {
  readonly journal: Journal;
  readonly clock: ManualClock;
  readonly logged: string[];
}

/** A journal with a clock to move by hand. Give `files` for a folder in memory, else `dir` is real. */
export async function openRig(
  dir: string,
  options: Partial<JournalDeps> & { readonly clock?: ManualClock } = {},
): Promise<JournalRig> {
  const { clock = new ManualClock(), ...overrides } = options;
  const logged: string[] = [];
  const journal = await Journal.open(dir, {
    timers: clock.timers,
    now: clock.now,
    elapsed: clock.elapsed,
    limits: { keepDays: 7, maxBytes: 512 * MIB },
    log: (_level, message) => logged.push(message),
    ...overrides,
  });
  return { journal, clock, logged };
}

/** A folder of its own, gone after the test. */
export function freshFolder(t: TestContext): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'spanline-journal-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** What a journal opened on these files gives back, oldest file first. */
export async function readBack(
  files: MemoryFiles,
): Promise<{ readonly texts: readonly string[]; readonly rig: JournalRig }> {
  const rig = await openRig('', { files });
  const sink = new FakeHistory();
  await rig.journal.replay(sink);
  await rig.journal.dispose();
  return { texts: sink.files.toReversed().flat(), rig };
}
