/** Inputs that take no text. */
const NO_TEXT = new Set(['button', 'checkbox', 'radio', 'range', 'reset', 'submit']);

/** Whether a key belongs to a field that text is typed into, or to a list that is chosen from. */
export function isTyping(event: KeyboardEvent): boolean {
  // Inside an element of the toolkit too.
  const target = event.composedPath()[0];
  if (target instanceof HTMLInputElement) return !NO_TEXT.has(target.type);
  return target instanceof HTMLElement && (target.isContentEditable || /^(?:TEXTAREA|SELECT)$/.test(target.tagName));
}
