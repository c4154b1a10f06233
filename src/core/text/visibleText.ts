/**
 * Characters that change how the text around them reads without being seen: C0 and C1 controls, bidirectional controls,
 * line and paragraph separators, zero-width characters other than the joiners that scripts and emoji need, interlinear
 * annotation, and tag characters. Lone surrogates are shown too.
 */
export const UNSEEN =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|\p{Surrogate}/gu;

const KEPT_IN_LINES = new Set(['\n', '\t']);

function reveal(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `‹U+${code.toString(16).toUpperCase().padStart(4, '0')}›`;
}

/** One line: line breaks and tabs become `⏎` and a space, every other unseen character its code point, `‹U+202E›`. */
export function visibleLine(text: string): string {
  return text.replace(UNSEEN, (character) => {
    if (character === '\n') return '⏎';
    return character === '\t' || character === '\r' ? ' ' : reveal(character);
  });
}

/** Text of several lines: line breaks and tabs are kept (`\r\n` counts as one), the rest as in {@link visibleLine}. */
export function visibleText(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(UNSEEN, (character) => (KEPT_IN_LINES.has(character) ? character : reveal(character)));
}
