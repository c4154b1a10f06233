/** Spans of a well-formed request that cannot be kept, counted by reason, for `partial_success`. */
export class RejectedRecords {
  count = 0;
  private readonly reasons = new Map<string, number>();

  reset(): void {
    this.count = 0;
    if (this.reasons.size > 0) this.reasons.clear();
  }

  /** Counts one span whose ids are not usable: lengths in bytes as sent, and whether all bytes were zero. */
  addBadIds(traceIdLength: number, traceIdIsZero: boolean, spanIdLength: number): void {
    if (traceIdLength !== 16) this.add(idProblem('trace id', traceIdLength, 16));
    else if (traceIdIsZero) this.add('the trace id is all zeros');
    else if (spanIdLength !== 8) this.add(idProblem('span id', spanIdLength, 8));
    else this.add('the span id is all zeros');
  }

  /** Counts one span whose parent id is neither left out nor 8 bytes long; length in bytes as sent. */
  addBadParent(length: number): void {
    this.add(idProblem('parent id', length, 8));
  }

  /** The reasons in words, most frequent first, at most three; empty when nothing was rejected. */
  message(): string {
    if (this.count === 0) return '';
    const sorted = [...this.reasons].sort((a, b) => b[1] - a[1]);
    const shown = sorted.slice(0, 3).map(([reason, count]) => `${reason} (${String(count)})`);
    const rest = sorted.length > 3 ? ', and others' : '';
    const spans = this.count === 1 ? '1 span was' : `${String(this.count)} spans were`;
    return `${spans} rejected: ${shown.join(', ')}${rest}`;
  }

  private add(reason: string): void {
    this.count++;
    const known = this.reasons.get(reason);
    // Lengths come from outside: the number of reasons is bounded, the count is not.
    if (known !== undefined || this.reasons.size < 16) this.reasons.set(reason, (known ?? 0) + 1);
  }
}

function idProblem(what: string, length: number, expected: number): string {
  return length === 0
    ? `the ${what} is missing`
    : `the ${what} has ${String(length)} bytes instead of ${String(expected)}`;
}
