import type { Terminal } from './terminal.ts';

const PAUSE_MS = 200;

/** Tells how far a long command is, where a person looks at it. */
export class Progress {
  readonly #terminal: Terminal;
  readonly #title: string;
  readonly #total: number;
  #next = performance.now() + PAUSE_MS;
  #shown = false;

  /** @param total 0 when it is not known: then what is done is told as it is. */
  constructor(terminal: Terminal, title: string, total: number) {
    this.#terminal = terminal;
    this.#title = title;
    this.#total = total;
  }

  at(done: number): void {
    if (this.#terminal.progress === undefined || performance.now() < this.#next) return;
    this.#next = performance.now() + PAUSE_MS;
    this.#shown = true;
    const share = this.#total > 0 ? `${Math.floor((100 * done) / this.#total)} %` : done.toLocaleString('en-US');
    this.#terminal.progress(`${this.#title}: ${share}`);
  }

  end(): void {
    if (this.#shown) this.#terminal.progress?.('');
  }
}
