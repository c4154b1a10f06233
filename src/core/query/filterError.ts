/** A filter that cannot be read. `message` is complete on its own; `column` points at the cause. */
export class FilterError extends Error {
  override readonly name = 'FilterError';
  /** 1-based, in UTF-16 units of the filter's text. */
  readonly column: number;

  constructor(message: string, column: number) {
    super(message);
    this.column = column;
  }
}

/** The filter with a mark under the column, on two lines, for terminals. */
export function pointAt(text: string, error: FilterError): string {
  return `${text}\n${' '.repeat(error.column - 1)}^`;
}
