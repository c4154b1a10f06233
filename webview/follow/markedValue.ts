/** Where values are that can be followed. */
const PLACES = '.details, .steps, .follow';
const LONGEST = 20_000;

/** Text of an element without what only belongs to the page. */
function textOf(element: Element): string {
  const copy = element.cloneNode(true) as Element;
  for (const button of copy.querySelectorAll('button, .codicon, .json-key')) button.remove();
  return copy.textContent.trim();
}

/** JSON of structures that are drawn folded, by the element that opens them. */
const STRUCTURES = new WeakMap<Element, () => string>();

/** Remembers what an element stands for; for structures that are not whole in the page. */
export function standsFor(element: Element | null, json: () => string): void {
  if (element) STRUCTURES.set(element, json);
}

/** What is marked in the details or the steps; empty for nothing. */
export function markedText(): string {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return '';
  const { commonAncestorContainer: around } = selection.getRangeAt(0);
  const element = around instanceof Element ? around : around.parentElement;
  return element?.closest(PLACES) ? selection.toString().trim().slice(0, LONGEST) : '';
}

/** The value that an element shows: a leaf or node of a tree, a cell of a table, a text. */
export function valueAt(target: EventTarget | null): string {
  if (!(target instanceof Element) || !target.closest(PLACES)) return '';
  const node = target.closest('.json-toggle');
  const json = node && STRUCTURES.get(node);
  if (json) return json().slice(0, LONGEST);
  const leaf = target.closest('.json-leaf');
  const value = leaf?.querySelector('.json-string, .json-number, .json-boolean') ?? leaf;
  const shown = value ?? target.closest('.text-value, td, .mono-text, .mono, [role=gridcell]');
  return shown ? textOf(shown).slice(0, LONGEST) : '';
}
