import type { FileEntry } from './journalFiles.ts';
import { timeOf } from './journalNames.ts';

export interface JournalLimits {
  /** Days a file is kept after it was begun; 0 writes nothing. */
  readonly keepDays: number;
  /** Bytes of all files together. */
  readonly maxBytes: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** Age of files that were written before memory only was chosen. */
const KEPT_WHEN_OFF_DAYS = 7;
const LARGEST_FILE = 64 * 1024 * 1024;
/** The limit holds this many files at least: they go whole. */
const FILES_IN_LIMIT = 8;

/** Bytes after which a file is full. */
export function rollBytesOf({ maxBytes }: JournalLimits): number {
  return Math.min(LARGEST_FILE, Math.floor(maxBytes / FILES_IN_LIMIT));
}

/** When a file begun at `timeMs` is too old, milliseconds since the epoch. */
export function expiryOf(timeMs: number, { keepDays }: JournalLimits): number {
  return timeMs + (keepDays === 0 ? KEPT_WHEN_OFF_DAYS : keepDays) * DAY_MS;
}

/**
 * The files to delete, oldest first: those too old, and as many as leave room for one more file of full size. `files`
 * are sorted by name and hold no file that is being written.
 */
export function filesToDelete(files: readonly FileEntry[], limits: JournalLimits, nowMs: number): readonly string[] {
  const room = Math.max(0, limits.maxBytes - rollBytesOf(limits));
  let total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const doomed: string[] = [];
  for (const { name, bytes } of files) {
    if (expiryOf(timeOf(name), limits) > nowMs && total <= room) continue;
    doomed.push(name);
    total -= bytes;
  }
  return doomed;
}
