import { link, readdir, readFile, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseOwnerRecord, randomHex, type OwnerRecord } from './ownerRecord.ts';
import { claimFolder } from './storageFolder.ts';

/*
 * Node has no file locks, so ownership is a chain of generations: files named 1, 2, 3… in one folder, of which the
 * highest is the present claim. A claim appears whole, by link(), or not at all. Whoever finds the owner of generation n
 * gone tries to link n + 1; link() lets one of them. The highest file is never removed, not even on a clean end, so
 * numbers only grow: a racer that slept through several owners and links an old number sees a higher one when it looks
 * again, before it acts, and withdraws. (Removing a dead owner's file instead would let such a racer remove a living one.)
 */

const FOLDER = 'owner';
const NAME = /^[1-9]\d{0,14}$/;
/** Files of claims that were interrupted are removed when they are this old. */
const LEFTOVER_MS = 60_000;

/** The present claim; `record` is undefined when its file holds nothing readable (a power cut), which nobody serves. */
export interface Claim {
  readonly generation: number;
  readonly record: OwnerRecord | undefined;
  /** Changes with each heartbeat; compared with itself only, so clocks do not matter. */
  readonly beat: number;
}

/**
 * Makes what a store's claims need, for its user alone. Call it before the others: what lies in a folder that somebody
 * else can write is not to be read. Throws `StorageUnusableError`.
 */
export async function claimStorage(storage: string): Promise<void> {
  await claimFolder(storage);
  await claimFolder(path.join(storage, FOLDER));
}

/** The present claim of the store in `storage`, or undefined when there was never one. */
export async function readClaim(storage: string): Promise<Claim | undefined> {
  const folder = path.join(storage, FOLDER);
  for (;;) {
    const generation = await highest(folder);
    if (generation === 0) return undefined;
    const file = path.join(folder, String(generation));
    try {
      const [text, { mtimeMs }] = await Promise.all([readFile(file, 'utf8'), stat(file)]);
      return { generation, record: parseOwnerRecord(text), beat: mtimeMs };
    } catch (error) {
      // A higher one was made meanwhile and this one removed.
      if (!isCode(error, 'ENOENT')) throw error;
    }
  }
}

/**
 * Milliseconds since the heartbeat of a claim, both by the clock of the file system: that of another machine may differ.
 * Undefined when the claim is gone.
 */
export async function beatAge(storage: string, generation: number): Promise<number | undefined> {
  const folder = path.join(storage, FOLDER);
  const probe = path.join(folder, `.${randomHex()}`);
  try {
    await writeFile(probe, '', { mode: 0o600, flag: 'wx' });
    const [now, claim] = await Promise.all([stat(probe), stat(path.join(folder, String(generation)))]);
    return now.mtimeMs - claim.mtimeMs;
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  } finally {
    await removeFile(probe);
  }
}

/**
 * Tries to become the owner after generation `after` (0: the first). Undefined when somebody else was quicker.
 * Throws what the file system throws (full, read-only, no hard links).
 */
export async function claimOwnership(
  storage: string,
  after: number,
  record: OwnerRecord,
): Promise<OwnerLock | undefined> {
  const folder = path.join(storage, FOLDER);
  const lock = new OwnerLock(folder, after + 1, record);
  if (!(await lock.write())) return undefined;
  if ((await highest(folder)) > lock.generation) {
    await removeFile(path.join(folder, String(lock.generation)));
    return undefined;
  }
  await removeOlder(folder, lock.generation);
  return lock;
}

/** Ownership as it is held. Nothing has to be done to give it up: an owner whose hub does not answer is none. */
export class OwnerLock {
  /** Higher than any owner's before. */
  readonly generation: number;
  readonly #folder: string;
  readonly #record: OwnerRecord;

  constructor(folder: string, generation: number, record: OwnerRecord) {
    this.#folder = folder;
    this.generation = generation;
    this.#record = record;
  }

  /** Makes the claim's file; false when there is one. For {@link claimOwnership}, which also looks what came after. */
  async write(): Promise<boolean> {
    const whole = path.join(this.#folder, `.${this.#record.id}`);
    await writeFile(whole, JSON.stringify(this.#record), { mode: 0o600, flag: 'wx' });
    try {
      await link(whole, path.join(this.#folder, String(this.generation)));
      return true;
    } catch (error) {
      if (isCode(error, 'EEXIST')) return false;
      throw error;
    } finally {
      await removeFile(whole);
    }
  }

  /**
   * Shows others that the owner is at work. False when it is the owner no more: it slept, was taken for gone, and
   * another one serves. A removed folder is made again.
   */
  async beat(): Promise<boolean> {
    const now = new Date();
    try {
      await utimes(path.join(this.#folder, String(this.generation)), now, now);
    } catch (error) {
      if (!isCode(error, 'ENOENT')) throw error;
      if ((await highest(this.#folder)) > 0) return false;
      await claimFolder(this.#folder);
      if (!(await this.write())) return false;
    }
    return (await highest(this.#folder)) === this.generation;
  }
}

async function highest(folder: string): Promise<number> {
  return Math.max(0, ...(await names(folder)).filter((name) => NAME.test(name)).map(Number));
}

async function removeOlder(folder: string, generation: number): Promise<void> {
  for (const name of await names(folder)) {
    const file = path.join(folder, name);
    if (NAME.test(name)) {
      if (Number(name) < generation) await removeFile(file);
      continue;
    }
    const age = await stat(file).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (name.startsWith('.') && age > LEFTOVER_MS) await removeFile(file);
  }
}

async function names(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return [];
    throw error;
  }
}

/** Best effort: a file left behind is in nobody's way. */
async function removeFile(file: string): Promise<void> {
  await unlink(file).catch(() => undefined);
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
