/** A text in the quotes of the filter language: nothing in it can end them or mean something. */
export function inQuotes(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** A value or a word as it is written in a filter: in quotes where it would be read as something else. */
export function quotedWord(text: string): string {
  const isPlain = /^[^\s"()\\]+$/.test(text) && !text.startsWith('-') && !text.includes('*');
  return isPlain ? text : inQuotes(text);
}

/** A key as it is written in front of an operator: in quotes where the lexer would not take it for a name. */
export function quotedKey(key: string): string {
  return /^[\p{L}_@][\p{L}\p{N}_.@/-]*$/u.test(key) ? key : inQuotes(key);
}

/** A named value of a model call's input or output, as it is written in front of an operator. */
export function quotedValueName(side: 'inputs' | 'outputs', name: string): string {
  const isPlain = /^[\p{L}_@\p{N}][\p{L}\p{N}_.@/-]*$/u.test(name);
  return `${side === 'inputs' ? 'in' : 'out'}.${isPlain ? name : inQuotes(name)}`;
}
