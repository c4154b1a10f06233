/** A replacement in a text as an editor tells it; lines and characters from 0. */
export interface TextEdit {
  readonly startLine: number;
  readonly endLine: number;
  readonly endCharacter: number;
  readonly text: string;
}

/** Where line `line` (from 0) is after the edit: the line of what stood at its end, or of the edit when that was replaced. */
export function shiftLine(line: number, { startLine, endLine, endCharacter, text }: TextEdit): number {
  const grown = text.split('\n').length - 1 - (endLine - startLine);
  if (line > endLine) return line + grown;
  // Nothing of the line was replaced: what was put in stands before it.
  if (line === endLine && endCharacter === 0) return line + grown;
  return Math.min(line, startLine);
}

/** Whether the edit changes one of the lines `from` to `to` (from 0). What is put in as whole lines before `from` does not. */
export function touchesLines(from: number, to: number, { startLine, endLine, endCharacter }: TextEdit): boolean {
  if (startLine > to) return false;
  return endLine > from || (endLine === from && endCharacter > 0);
}
