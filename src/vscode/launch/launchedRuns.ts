import * as vscode from 'vscode';
import { plainLine } from '../plainText.ts';

/** A program that this window started with tracing, and that runs. */
export interface LaunchedRun {
  /** What its spans carry as `spanline.run.id`. */
  readonly runId: string;
  readonly name: string;
  /** Ends it, and starts it as it was started. */
  readonly restart: () => Promise<void>;
}

/** Programs that were started with tracing as tasks and debug sessions, for as long as they run. */
export class LaunchedRuns {
  readonly #running = new Set<LaunchedRun>();
  readonly #log: vscode.LogOutputChannel;
  /** Those that run were told of: once is enough. */
  #told = false;

  constructor(log: vscode.LogOutputChannel) {
    this.#log = log;
  }

  get some(): boolean {
    return this.#running.size > 0;
  }

  /** The program of a run, while it runs. */
  find(runId: string): LaunchedRun | undefined {
    return [...this.#running].find((run) => run.runId === runId);
  }

  /** Answers what to call when the program has ended. */
  started(run: LaunchedRun): () => void {
    this.#running.add(run);
    this.#told = false;
    return () => this.#running.delete(run);
  }

  /** The functions to trace are others: says, once for what runs, that programs know at their next start. */
  async tellFunctions(): Promise<void> {
    if (this.#told || this.#running.size === 0) return;
    this.#told = true;
    const names = [...this.#running].map(({ name }) => plainLine(name, 80)).join(', ');
    const restart = vscode.l10n.t('Restart');
    const text = vscode.l10n.t(
      'The list of traced functions changed. It takes effect from the next start of {0}.',
      names,
    );
    if ((await vscode.window.showInformationMessage(text, restart)) !== restart) return;
    for (const run of [...this.#running]) {
      try {
        await run.restart();
      } catch (error) {
        this.#log.warn(`restart of ${run.name}: ${String(error)}`);
        void vscode.window.showWarningMessage(
          vscode.l10n.t('{0} could not be started again.', plainLine(run.name, 80)),
        );
      }
    }
  }
}
