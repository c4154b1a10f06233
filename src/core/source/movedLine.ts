/** A line as it was: enough to find it again after edits. */
export interface LineMark {
  /** 1-based. */
  readonly line: number;
  /** Without the space around it, cut. */
  readonly text: string;
  /** Lines below the first one of its function; -1 outside of functions. */
  readonly inFunction: number;
}

export interface LineRange {
  readonly line: number;
  readonly endLine: number;
}

const MAX_TEXT = 300;
/** Letters and digits below which equal text says nothing: a brace, `else:`. */
const MIN_TELLING = 6;

export function markLine(lines: readonly string[], line: number, around: LineRange | undefined): LineMark {
  return { line, text: textOf(lines, line), inFunction: around ? line - around.line : -1 };
}

/**
 * Where a marked line is now: unmoved, the nearest line of the same text in its function, then in the file, else its
 * function's first line; undefined when all of that is gone.
 */
export function findMarkedLine(
  mark: LineMark,
  lines: readonly string[],
  around: LineRange | undefined,
): number | undefined {
  const within = (line: number): boolean => !around || (around.line <= line && line <= around.endLine);
  if (textOf(lines, mark.line) === mark.text && within(mark.line)) return mark.line;
  if (mark.text.replace(/[^\p{L}\p{N}]+/gu, '').length >= MIN_TELLING) {
    const expected = around && mark.inFunction >= 0 ? around.line + mark.inFunction : mark.line;
    const inFunction = around ? nearest(mark.text, lines, expected, around.line, around.endLine) : undefined;
    const anywhere = inFunction ?? nearest(mark.text, lines, expected, 1, lines.length);
    if (anywhere !== undefined) return anywhere;
  }
  return around?.line;
}

function nearest(
  text: string,
  lines: readonly string[],
  expected: number,
  from: number,
  to: number,
): number | undefined {
  let best: number | undefined;
  for (let line = from; line <= Math.min(to, lines.length); line++) {
    if (textOf(lines, line) !== text) continue;
    if (best === undefined || Math.abs(line - expected) < Math.abs(best - expected)) best = line;
  }
  return best;
}

function textOf(lines: readonly string[], line: number): string {
  return (lines[line - 1] ?? '').trim().slice(0, MAX_TEXT);
}
