import type { ReceiverProblem } from '../protocol/engineApi.ts';
import type { ProblemReport } from './receiver/intake.ts';

const MOST_PROBLEMS = 50;

/** The last problems senders had, newest first; the same one again moves up and counts. */
export class ProblemLog {
  #problems: readonly ReceiverProblem[] = [];

  get problems(): readonly ReceiverProblem[] {
    return this.#problems;
  }

  add({ code, message }: ProblemReport, atMs: number): void {
    const same = (problem: ReceiverProblem): boolean => problem.code === code && problem.message === message;
    const count = (this.#problems.find(same)?.count ?? 0) + 1;
    const others = this.#problems.filter((problem) => !same(problem));
    this.#problems = [{ atMs, count, message, code }, ...others].slice(0, MOST_PROBLEMS);
  }
}
