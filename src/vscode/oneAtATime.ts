/** Runs a job never twice at once: asked for while it runs, it runs once more behind it. A job that fails is over. */
export class OneAtATime {
  readonly #job: () => Promise<void>;
  #running = false;
  #again = false;

  constructor(job: () => Promise<void>) {
    this.#job = job;
  }

  run(): void {
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#running = true;
    void this.#job()
      .catch(() => undefined)
      .finally(() => {
        this.#running = false;
        if (!this.#again) return;
        this.#again = false;
        this.run();
      });
  }
}
