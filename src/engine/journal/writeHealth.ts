/** First pause after a failure; each further one doubles it. */
const FIRST_RETRY_MS = 2000;
const LONGEST_RETRY_MS = 60_000;

const FULL = new Set(['ENOSPC', 'EDQUOT']);
const NOT_WRITABLE = new Set(['EROFS', 'EACCES', 'EPERM', 'ENOENT', 'ENOTDIR']);

export interface WriteHealthDeps {
  /** Monotonic milliseconds. */
  readonly elapsed: () => number;
  readonly log: (level: 'warn' | 'info', message: string) => void;
}

/** Whether the folder can be written: what to say while it cannot, and when to try again. */
export class WriteHealth {
  readonly #deps: WriteHealthDeps;
  #failure = '';
  #retryAt = 0;
  #pauseMs = FIRST_RETRY_MS;
  #unwritten = 0;
  #unwrittenSinceFailure = 0;

  constructor(deps: WriteHealthDeps) {
    this.#deps = deps;
  }

  /** What is wrong and the cure; empty while writing works. */
  get failure(): string {
    return this.#failure;
  }

  /** Requests that were not written, ever. */
  get unwritten(): number {
    return this.#unwritten;
  }

  mayTry(): boolean {
    return this.#failure === '' || this.#deps.elapsed() >= this.#retryAt;
  }

  retryNow(): void {
    this.#retryAt = 0;
    this.#pauseMs = FIRST_RETRY_MS;
  }

  countUnwritten(): void {
    this.#unwritten++;
    this.#unwrittenSinceFailure++;
  }

  failed(error: unknown): void {
    const failure = describe(error);
    if (failure !== this.#failure) this.#deps.log('warn', `Journal: ${failure}`);
    this.#failure = failure;
    this.#retryAt = this.#deps.elapsed() + this.#pauseMs;
    this.#pauseMs = Math.min(LONGEST_RETRY_MS, this.#pauseMs * 2);
  }

  works(): void {
    const missing = this.#unwrittenSinceFailure;
    this.#deps.log('info', `Journal: written again; ${missing} requests of the time between are in memory only.`);
    this.#failure = '';
    this.#pauseMs = FIRST_RETRY_MS;
    this.#unwrittenSinceFailure = 0;
  }
}

function describe(error: unknown): string {
  const code = codeOf(error);
  if (FULL.has(code)) {
    return `The disk is full (${code}), so new traces are in memory only. Free some space; Spanline tries again by itself, or at once with Retry.`;
  }
  if (NOT_WRITABLE.has(code)) {
    return `The journal's folder cannot be written (${code}), so new traces are in memory only. Make it writable; Spanline tries again by itself, or at once with Retry.`;
  }
  return `Writing the journal failed (${code}), so new traces are in memory only. Spanline tries again by itself, or at once with Retry.`;
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && code !== '' ? code : 'unknown error';
}
