import { OtlpDecodeError } from '../../core/otlp/decodeError.ts';
import type { OtlpSignal } from '../../core/otlp/responses.ts';
import type { JournalFiles } from './journalFiles.ts';
import { RECORD_TYPE } from './journalFormat.ts';
import { decodeState, NO_STATE, type JournalState } from './journalState.ts';
import { JournalReader } from './journalReader.ts';

/** Longest stretch the thread is held; a body that alone takes longer to read is not cut. */
const SLICE_MS = 8;

/** Takes what an earlier process stored, newest file first, within a file oldest first. */
export interface HistorySink {
  /** What comes until {@link endHistory} is older than everything held now. */
  beginHistory(): void;
  /** `full`: there is no room for anything older. Throws `OtlpDecodeError` for a body that cannot be read. */
  ingestHistory(signal: OtlpSignal, body: Uint8Array, arrivedMs: number): 'stored' | 'full';
  endHistory(): void;
}

export interface ReplayDeps {
  readonly files: JournalFiles;
  /** Monotonic milliseconds. */
  readonly elapsed: () => number;
  /** Lets everything else that waits for the thread run. */
  readonly breathe: () => Promise<void>;
  readonly stopped: () => boolean;
}

/** What became of a file. */
export interface ReplayedFile {
  readonly damaged: number;
  readonly tornBytes: number;
  /** The store takes no more. */
  readonly full: boolean;
  readonly newer: boolean;
}

const NOTHING: ReplayedFile = { damaged: 0, tornBytes: 0, full: false, newer: false };

/**
 * Feeds one file to the store, in slices of a few milliseconds. `onProgress` is told after each how many bytes of the
 * file are done. Rejects with the system's errors.
 */
export async function replayFile(
  name: string,
  sink: HistorySink,
  deps: ReplayDeps,
  onProgress: (bytes: number) => void,
): Promise<ReplayedFile> {
  const reader = await JournalReader.open(deps.files, name);
  if (reader === 'newer') return { ...NOTHING, newer: true };
  if (reader === 'empty') return NOTHING;
  if (reader === 'damaged') return { ...NOTHING, damaged: 1 };
  let unreadable = 0;
  let full = false;
  sink.beginHistory();
  try {
    let sliceEnd = deps.elapsed() + SLICE_MS;
    reading: for await (const part of reader.parts()) {
      if (deps.stopped()) break;
      for (let record = part.next(); record; record = part.next()) {
        const signal = signalOf(record.type);
        if (signal !== undefined) {
          try {
            // A copy: the store keeps a body for long, and must not keep the whole part with it.
            full = sink.ingestHistory(signal, new Uint8Array(record.body), record.arrivedMs) === 'full';
          } catch (error) {
            if (!(error instanceof OtlpDecodeError)) throw error;
            unreadable++;
          }
        }
        if (full) break reading;
        if (deps.elapsed() < sliceEnd) continue;
        onProgress(reader.offset);
        await deps.breathe();
        if (deps.stopped()) break reading;
        sliceEnd = deps.elapsed() + SLICE_MS;
      }
    }
  } finally {
    sink.endHistory();
    await reader.close();
  }
  return { damaged: reader.damaged + unreadable, tornBytes: reader.tornBytes, full, newer: false };
}

function signalOf(type: number): OtlpSignal | undefined {
  switch (type) {
    case RECORD_TYPE.traces:
      return 'traces';
    case RECORD_TYPE.logs:
      return 'logs';
    case RECORD_TYPE.metrics:
      return 'metrics';
    default:
      return undefined;
  }
}

/**
 * What the user had cleared and pinned, and when the last record came: from the newest file that tells. Every file
 * begins with the state, so that is one file, read without checking its other records. Files that cannot be read are
 * passed over.
 */
export async function readLastState(
  files: JournalFiles,
  newestFirst: readonly string[],
): Promise<{ readonly state: JournalState; readonly lastArrivedMs: number }> {
  for (const name of newestFirst) {
    try {
      const found = await lastStateIn(files, name);
      if (found) return found;
    } catch {
      // The replay says it.
    }
  }
  return { state: NO_STATE, lastArrivedMs: 0 };
}

async function lastStateIn(
  files: JournalFiles,
  name: string,
): Promise<{ readonly state: JournalState; readonly lastArrivedMs: number } | undefined> {
  const reader = await JournalReader.open(files, name, (type) => type === RECORD_TYPE.state);
  if (typeof reader === 'string') return undefined;
  let state: JournalState | undefined;
  let lastArrivedMs = 0;
  try {
    for await (const part of reader.parts()) {
      for (let record = part.next(); record; record = part.next()) {
        lastArrivedMs = record.arrivedMs;
        if (record.type === RECORD_TYPE.state) state = decodeState(record.body) ?? state;
      }
    }
  } finally {
    await reader.close();
  }
  return state && { state, lastArrivedMs };
}
