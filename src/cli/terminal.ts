import { visibleLine } from '../core/text/visibleText.ts';

/** Where a command reads and writes. */
export interface Terminal {
  /** Writes to standard output; resolves when more may come. */
  readonly out: (text: string) => Promise<void>;
  /** Writes a line to standard error. */
  readonly err: (line: string) => void;
  /** Colours are wanted on standard output. */
  readonly color: boolean;
  /** Characters in a line where a person looks at it; undefined for pipes and files: lines are not cut there. */
  readonly columns: number | undefined;
  /** Shows a line on standard error in place of the last one shown so, where a person looks at it; empty clears it. */
  readonly progress: ((line: string) => void) | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted when the user or the system ends the command. */
  readonly ended: AbortSignal;
  /** From now on signals to end are given to `handler` instead of ending the command. */
  readonly takeSignals: (handler: (signal: NodeJS.Signals) => void) => void;
}

export type Color = 'red' | 'yellow' | 'dim' | 'bold' | 'cyan';

const CODES: Readonly<Record<Color, readonly [string, string]>> = {
  red: ['31', '39'],
  yellow: ['33', '39'],
  cyan: ['36', '39'],
  dim: ['2', '22'],
  bold: ['1', '22'],
};

/** `text` (already printable) in a colour, where colours are wanted. */
export function colored(terminal: Terminal, color: Color, text: string): string {
  if (!terminal.color || text === '') return text;
  const [on, off] = CODES[color];
  return `\u001b[${on}m${text}\u001b[${off}m`;
}

/**
 * Text of a span for one line of a terminal: no control characters, no escape sequences, nothing unseen; at most
 * `maxWidth` columns, cut with `…`.
 */
export function printable(text: string, maxWidth = Infinity): string {
  const line = visibleLine(maxWidth === Infinity ? text : text.slice(0, 4 * maxWidth + 16));
  return cutToWidth(line, maxWidth);
}

/** Columns that text takes in a terminal: wide characters two, combining ones none. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** At most `maxWidth` columns of text, `…` where something was cut. */
export function cutToWidth(text: string, maxWidth: number): string {
  if (text.length <= maxWidth / 2 || widthOf(text) <= maxWidth) return text;
  let cut = '';
  let width = 0;
  for (const character of text) {
    width += characterWidth(character);
    if (width > maxWidth - 1) break;
    cut += character;
  }
  return `${cut}…`;
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - widthOf(text))) + text;
}

const ZERO_WIDTH = /\p{M}|\u200c|\u200d/u;
const WIDE =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}]/u;

function characterWidth(character: string): number {
  if (character < '\u0300') return 1;
  if (ZERO_WIDTH.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}
