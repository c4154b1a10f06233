import type { ReceiverProblem } from '../protocol/engineApi.ts';
import type { ProblemReport } from './receiver/intake.ts';

const MOST_PROBLEMS = 50;
/** Senders come back after a second: as long as they are turned away again, the state stands. */
const BUSY_SHOWN_MS = 3000;

/** The last problems senders had, newest first; the same one again moves up and counts. */
export class ProblemLog {
  #problems: readonly ReceiverProblem[] = [];

  get problems(): readonly ReceiverProblem[] {
    return this.#problems;
  }

  /** Why senders were asked to wait at `nowMs` or shortly before, and for how many milliseconds that stands. */
  busy(nowMs: number): { readonly message: string; readonly leftMs: number } | undefined {
    const problem = this.#problems.find(({ code }) => code === 'busy');
    const leftMs = problem === undefined ? 0 : problem.atMs + BUSY_SHOWN_MS - nowMs;
    return problem === undefined || leftMs <= 0 ? undefined : { message: problem.message, leftMs };
  }

  add({ code, message }: ProblemReport, atMs: number): void {
    const same = (problem: ReceiverProblem): boolean => problem.code === code && problem.message === message;
    const count = (this.#problems.find(same)?.count ?? 0) + 1;
    const others = this.#problems.filter((problem) => !same(problem));
    this.#problems = [{ atMs, count, message, code }, ...others].slice(0, MOST_PROBLEMS);
  }
}
