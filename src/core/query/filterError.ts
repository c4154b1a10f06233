/** A filter that cannot be read. `message` is one sentence that names the cure, without the place. */
export class FilterError extends Error {
  override readonly name = 'FilterError';
  /** What is wrong is `text.slice(start, end)`: 0-based, in UTF-16 units; empty where something is missing. */
  readonly start: number;
  readonly end: number;

  constructor(message: string, start: number, end = start) {
    super(message);
    this.start = start;
    this.end = end;
  }

  /** 1-based place of the cause, for people. */
  get column(): number {
    return this.start + 1;
  }
}

/** The filter with marks under the cause, on two lines, for terminals. */
export function pointAt(text: string, { start, end }: FilterError): string {
  return `${text}\n${' '.repeat(start)}${'^'.repeat(Math.max(1, end - start))}`;
}
