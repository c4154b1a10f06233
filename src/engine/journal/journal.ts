import { randomBytes } from 'node:crypto';
import type { TraceId } from '../../core/model/ids.ts';
import type { OtlpSignal } from '../../core/otlp/responses.ts';
import type { Timers } from '../../protocol/channel.ts';
import type { JournalStatus } from '../../protocol/engineApi.ts';
import { BackgroundWork, breathe } from './backgroundWork.ts';
import { nodeJournalFiles, type JournalFiles } from './journalFiles.ts';
import { JournalFolder } from './journalFolder.ts';
import { RECORD_TYPE } from './journalFormat.ts';
import { TEMPORARY_SUFFIX, timeOf } from './journalNames.ts';
import { bounded, encodeState, NO_STATE, type JournalState } from './journalState.ts';
import { JournalWriter } from './journalWriter.ts';
import { readLastState, replayFile, type HistorySink } from './replay.ts';
import { expiryOf, filesToDelete, rollBytesOf, type JournalLimits } from './retention.ts';
import { rewriteFile } from './rewriteFile.ts';
import { WriteHealth } from './writeHealth.ts';

export interface JournalDeps {
  readonly timers: Timers;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Monotonic milliseconds. */
  readonly elapsed: () => number;
  readonly limits: JournalLimits;
  readonly log: (level: 'error' | 'warn' | 'info' | 'debug', message: string) => void;
  /** The folder's file system; the real one unless told. */
  readonly files?: JournalFiles;
}

/** Inherited from an earlier process at most; a clock that was a day off is not believed. */
const MAX_AHEAD_MS = 24 * 60 * 60 * 1000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * The journal of one folder, for the one process that owns it: appends what the store took, feeds back what earlier
 * processes left, keeps the folder within its limits, compresses closed files. Nothing here throws at who appends: when
 * the folder cannot be written the process goes on in memory, and {@link status} says so.
 */
export class Journal {
  /** Told when {@link status} changed. */
  onChange: () => void = () => undefined;
  readonly #deps: JournalDeps;
  readonly #files: JournalFiles;
  readonly #writer: JournalWriter;
  readonly #health: WriteHealth;
  #limits: JournalLimits;
  #state: JournalState = NO_STATE;
  readonly #folder: JournalFolder;
  /** Files of earlier processes that were not fed back yet, oldest first. */
  #history: string[] = [];
  #lastArrivedMs = 0;
  #lastNameMs = 0;
  #replaying = false;
  #replayedBytes = 0;
  #totalBytes = 0;
  #damaged = 0;
  /** Replay and rewriting, one after the other. */
  readonly #background: BackgroundWork;
  #appends = 0;
  #expiryTimer: unknown;
  #disposed = false;

  private constructor(deps: JournalDeps, files: JournalFiles) {
    this.#deps = deps;
    this.#files = files;
    this.#limits = deps.limits;
    this.#folder = new JournalFolder(files, (name, error) => {
      deps.log('warn', `Journal: ${name} could not be deleted: ${String(error)}`);
    });
    this.#health = new WriteHealth(deps);
    this.#background = new BackgroundWork({
      timers: deps.timers,
      elapsed: deps.elapsed,
      activity: () => this.#appends,
      onFailed: (error) => deps.log('error', `Journal: ${String(error)}`),
    });
    this.#writer = new JournalWriter({
      files,
      timers: deps.timers,
      owner: randomBytes(6).toString('hex'),
      state: () => this.#state,
      onBegin: () => ({ timeMs: this.#nextNameMs(), rollBytes: rollBytesOf(this.#limits) }),
      onClosed: (name) => this.#onClosed(name),
      onSyncFailed: (error) => this.#failed(error),
    });
  }

  /** Opens the folder, which is made when it is missing. Never rejects: what is wrong is told by {@link status}. */
  static async open(dir: string, deps: JournalDeps): Promise<Journal> {
    const journal = new Journal(deps, deps.files ?? nodeJournalFiles(dir));
    await journal.#open();
    return journal;
  }

  /** What was cleared and pinned when the folder was last written. */
  get state(): JournalState {
    return this.#state;
  }

  get status(): JournalStatus {
    const { failure, unwritten } = this.#health;
    const off = this.#limits.keepDays === 0;
    return {
      state: off ? 'off' : failure !== '' ? 'failed' : this.#replaying ? 'replaying' : 'ready',
      message: off ? '' : failure,
      replayedBytes: this.#replayedBytes,
      totalBytes: this.#totalBytes,
      diskBytes: this.#folder.bytes + (this.#writer.current?.bytes ?? 0),
      damagedRecords: this.#damaged,
      unwrittenRequests: unwritten,
    };
  }

  /** Writes one request that the store took; it is with the system when this returns, on the device 200 ms later. */
  append(signal: OtlpSignal, body: Uint8Array, workspace = 0): void {
    this.#appends++;
    this.#write(RECORD_TYPE[signal], body, workspace);
  }

  /** Everything that came until now is hidden. */
  clear(): void {
    const atMs = this.#stamp();
    // What comes in this very millisecond comes after.
    this.#lastArrivedMs = atMs + 1;
    this.#setState({ ...this.#state, clears: [...this.#state.clears, atMs] });
  }

  /** The last clear that was not undone is. */
  undoClear(): void {
    if (this.#state.clears.length > 0) this.#setState({ ...this.#state, clears: this.#state.clears.slice(0, -1) });
  }

  setPinned(traceId: TraceId, pinned: boolean): void {
    const others = this.#state.pins.filter((pin) => pin !== traceId);
    this.#setState({ ...this.#state, pins: pinned ? [...others, traceId] : others });
  }

  /** Holds from now on; files that are beyond the new limits go. */
  setLimits(limits: JournalLimits): void {
    if (limits.keepDays === this.#limits.keepDays && limits.maxBytes === this.#limits.maxBytes) return;
    const wasOff = this.#limits.keepDays === 0;
    this.#limits = limits;
    if (limits.keepDays === 0) this.#writer.roll();
    else if (wasOff) this.#prepare();
    this.#deleteOld();
    this.onChange();
  }

  /** Tries to write again now; answers whether it works. */
  retry(): boolean {
    if (this.#limits.keepDays === 0) return true;
    this.#health.retryNow();
    this.#tryWriting(() => this.#writer.begin(this.#stamp()));
    return this.#health.failure === '';
  }

  /**
   * Feeds what earlier processes left to the store, newest file first, until all is there, the store is full, or this
   * is stopped. Then compresses what is not yet. Resolves when that is done, never rejects.
   */
  replay(sink: HistorySink): Promise<void> {
    if (this.#limits.keepDays === 0) return Promise.resolve();
    this.#replaying = this.#history.length > 0;
    this.#totalBytes = this.#history.reduce((sum, name) => sum + (this.#folder.bytesOf(name) ?? 0), 0);
    return this.#background.run((stopped) => this.#replay(sink, stopped)).then(() => this.#rewriteClosed());
  }

  /**
   * Deletes every file that is here now, those of other versions and of half-done rewriting, too. What is appended
   * meanwhile stays. Rejects with the first system error when something could not be deleted.
   */
  async deleteAll(): Promise<void> {
    this.#state = NO_STATE;
    this.#history = [];
    this.#writer.roll();
    const doomed = this.#folder.listed().map(({ name }) => name);
    await this.#background.stop();
    await this.#writer.close();
    const errors: unknown[] = [];
    for (const name of doomed) {
      try {
        this.#folder.delete(name);
      } catch (error) {
        errors.push(error);
      }
    }
    this.onChange();
    this.#rewriteClosed().catch(() => undefined);
    if (errors.length > 0) throw errors[0];
  }

  /** Waits until everything appended is on the device, and stops what runs. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    this.#setExpiryTimer(undefined);
    await this.#background.dispose();
    await this.#writer.close();
    this.#setExpiryTimer(undefined);
  }

  async #open(): Promise<void> {
    if (this.#limits.keepDays !== 0) this.#prepare();
    const names: string[] = [];
    for (const entry of this.#folder.listed()) {
      if (entry.name.endsWith(TEMPORARY_SUFFIX)) this.#folder.remove(entry.name);
      else {
        this.#folder.add(entry);
        names.push(entry.name);
      }
    }
    this.#lastNameMs = timeOf(names.at(-1) ?? '');
    this.#deleteOld();
    this.#history = names.filter((name) => this.#folder.has(name));
    const last = await readLastState(this.#files, this.#history.toReversed());
    this.#state = last.state;
    if (last.lastArrivedMs <= this.#deps.now() + MAX_AHEAD_MS) this.#lastArrivedMs = last.lastArrivedMs;
  }

  #prepare(): void {
    try {
      this.#files.prepare();
    } catch (error) {
      this.#failed(error);
    }
  }

  #write(type: number, body: Uint8Array, workspace: number): void {
    if (this.#limits.keepDays === 0 || this.#disposed) return;
    const arrivedMs = this.#stamp();
    const written = this.#tryWriting(() => this.#writer.append({ type, workspace, arrivedMs, body }));
    if (!written && type !== RECORD_TYPE.state) this.#health.countUnwritten();
  }

  /** Answers whether it was written. */
  #tryWriting(write: () => void): boolean {
    if (!this.#health.mayTry()) return false;
    const failedBefore = this.#health.failure !== '';
    try {
      if (failedBefore) this.#files.prepare();
      write();
    } catch (error) {
      this.#failed(error);
      return false;
    }
    if (failedBefore) {
      this.#health.works();
      this.onChange();
    }
    return true;
  }

  #failed(error: unknown): void {
    this.#health.failed(error);
    this.onChange();
  }

  #setState(state: JournalState): void {
    this.#state = bounded(state);
    this.#write(RECORD_TYPE.state, encodeState(this.#state), 0);
  }

  /** Now, but never before what was written last: clocks are set back, and a clear is told from what came after by it. */
  #stamp(): number {
    this.#lastArrivedMs = Math.max(this.#lastArrivedMs, this.#deps.now());
    return this.#lastArrivedMs;
  }

  /** Later than any name before: files are sorted by it. */
  #nextNameMs(): number {
    this.#deleteOld();
    this.#lastNameMs = Math.max(this.#lastNameMs + 1, Math.floor(this.#deps.now()));
    if (this.#expiryTimer === undefined)
      this.#setExpiryTimer(expiryOf(this.#lastNameMs, this.#limits) - this.#deps.now());
    return this.#lastNameMs;
  }

  #onClosed(name: string): void {
    const entry = this.#folder.find(name);
    if (!entry) return;
    this.#folder.add(entry);
    this.#deleteOld();
    if (!this.#disposed && !this.#replaying) this.#rewriteClosed().catch(() => undefined);
  }

  /** Deletes what is beyond the limits and looks again when the next file is too old. */
  #deleteOld(): void {
    const now = this.#deps.now();
    const doomed = filesToDelete(this.#folder.sorted(), this.#limits, now);
    for (const name of doomed) this.#folder.remove(name);
    if (doomed.length > 0) this.#deps.log('info', `Journal: ${doomed.length} files beyond its limits deleted.`);
    const current = this.#writer.current;
    if (current && expiryOf(timeOf(current.name), this.#limits) <= now) this.#writer.roll();
    const oldest = this.#folder.sorted()[0]?.name ?? this.#writer.current?.name;
    this.#setExpiryTimer(oldest === undefined ? undefined : expiryOf(timeOf(oldest), this.#limits) - now);
  }

  /** One timer for days ahead; idle, the journal has no other. */
  #setExpiryTimer(ms: number | undefined): void {
    const { timers } = this.#deps;
    if (this.#expiryTimer !== undefined) timers.clear(this.#expiryTimer);
    this.#expiryTimer = undefined;
    if (ms === undefined || this.#disposed) return;
    const wait = Math.min(Math.max(ms, 1000), LONGEST_TIMER_MS);
    this.#expiryTimer = timers.set(() => {
      this.#expiryTimer = undefined;
      this.#deleteOld();
      this.onChange();
    }, wait);
  }

  async #replay(sink: HistorySink, stopped: () => boolean): Promise<void> {
    try {
      for (let name = this.#history.pop(); name !== undefined && !stopped(); name = this.#history.pop()) {
        if (await this.#replayFile(name, sink, stopped)) break;
      }
    } finally {
      this.#replaying = false;
      this.onChange();
    }
  }

  /** Answers whether the store is full. */
  async #replayFile(name: string, sink: HistorySink, stopped: () => boolean): Promise<boolean> {
    // Deleted meanwhile: its time had come.
    const bytes = this.#folder.bytesOf(name);
    if (bytes === undefined) return false;
    const before = this.#replayedBytes;
    const deps = { files: this.#files, elapsed: this.#deps.elapsed, breathe, stopped };
    let full = false;
    try {
      const outcome = await replayFile(name, sink, deps, (done) => {
        this.#replayedBytes = before + done;
        this.onChange();
      });
      ({ full } = outcome);
      this.#damaged += outcome.damaged;
      const { log } = this.#deps;
      if (outcome.damaged > 0) log('warn', `Journal: ${outcome.damaged} damaged records in ${name} were left out.`);
      if (outcome.tornBytes > 0) log('info', `Journal: ${outcome.tornBytes} bytes of an unfinished record cut.`);
      if (outcome.newer) log('warn', `Journal: ${name} was written by a newer version and is left alone.`);
    } catch (error) {
      this.#damaged++;
      this.#deps.log('warn', `Journal: ${name} could not be read: ${String(error)}`);
    }
    // Where the store became full, the rest of the file is not there.
    if (!full) this.#replayedBytes = before + bytes;
    this.onChange();
    return full;
  }

  /** Compresses what was closed and is still raw, oldest first. */
  #rewriteClosed(): Promise<void> {
    return this.#background.run(async (stopped) => {
      for (const name of this.#folder.raw) {
        if (stopped()) return;
        this.#folder.takeRaw(name);
        if (this.#limits.keepDays !== 0 && this.#folder.has(name)) await this.#rewrite(name, stopped);
      }
    });
  }

  async #rewrite(name: string, stopped: () => boolean): Promise<void> {
    // A file that was deleted while it was rewritten must not come back.
    const givenUp = (): boolean => stopped() || !this.#folder.has(name);
    try {
      const outcome = await rewriteFile(this.#files, name, {
        pause: this.#background.pacer(givenUp),
        stopped: givenUp,
      });
      if (outcome === 'left') return;
      const entry = this.#folder.find(name);
      if (entry && this.#folder.has(name)) this.#folder.resized(entry);
      else this.#folder.remove(name);
      this.onChange();
    } catch (error) {
      this.#deps.log('debug', `Journal: ${name} was not compressed: ${String(error)}`);
    }
  }
}
