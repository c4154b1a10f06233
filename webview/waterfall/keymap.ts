/** What the keyboard can ask of the waterfall. */
export type WaterfallCommand =
  | 'open'
  | 'openToSide'
  | 'toggleFold'
  | 'foldOrParent'
  | 'unfoldOrChild'
  | 'previousRow'
  | 'nextRow'
  | 'firstRow'
  | 'lastRow'
  | 'pageUp'
  | 'pageDown'
  | 'nextSibling'
  | 'previousSibling'
  | 'nextError'
  | 'previousError'
  | 'nextCritical'
  | 'previousCritical'
  | 'toggleCritical'
  | 'followLinks'
  | 'toggleFollow'
  | 'zoomToSpan'
  | 'zoomToArea'
  | 'markSpan'
  | 'zoomBack'
  | 'zoomForward'
  | 'zoomFit'
  | 'zoomIn'
  | 'zoomOut'
  | 'panLeft'
  | 'panRight'
  | 'clearArea'
  | 'find'
  | 'findNext'
  | 'findPrevious'
  | 'showKeys';

/** The part of a KeyboardEvent that decides. */
export interface KeyStroke {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/** One line of the keys overlay. */
export interface KeyHelp {
  readonly keys: readonly string[];
  readonly does: string;
}

const PLAIN: Readonly<Record<string, WaterfallCommand>> = {
  Enter: 'open',
  ' ': 'toggleFold',
  ArrowLeft: 'foldOrParent',
  ArrowRight: 'unfoldOrChild',
  ArrowUp: 'previousRow',
  ArrowDown: 'nextRow',
  Home: 'firstRow',
  End: 'lastRow',
  PageUp: 'pageUp',
  PageDown: 'pageDown',
  Escape: 'clearArea',
};

/** Keys that write a character (or are meant to go back in the workbench): off when letters are switched off. */
const LETTERS: Readonly<Record<string, WaterfallCommand>> = {
  j: 'nextSibling',
  k: 'previousSibling',
  e: 'nextError',
  E: 'previousError',
  c: 'nextCritical',
  C: 'previousCritical',
  p: 'toggleCritical',
  l: 'followLinks',
  f: 'toggleFollow',
  w: 'zoomIn',
  s: 'zoomOut',
  a: 'panLeft',
  d: 'panRight',
  z: 'zoomToSpan',
  Z: 'zoomToArea',
  m: 'markSpan',
  Backspace: 'zoomBack',
  '0': 'zoomFit',
  '/': 'find',
  '?': 'showKeys',
};

/** The command of a key pressed while the tree has focus, or undefined when the key is not ours. */
export function waterfallCommand(stroke: KeyStroke, letterKeys: boolean): WaterfallCommand | undefined {
  if (stroke.altKey) return undefined;
  if (stroke.key === 'F3') return stroke.shiftKey ? 'findPrevious' : 'findNext';
  if ((stroke.ctrlKey || stroke.metaKey) && !stroke.shiftKey && stroke.key.toLowerCase() === 'f') return 'find';
  if (stroke.ctrlKey || stroke.metaKey) return stroke.key === 'Enter' && !stroke.shiftKey ? 'openToSide' : undefined;
  if (Object.hasOwn(PLAIN, stroke.key)) return stroke.shiftKey ? undefined : PLAIN[stroke.key];
  if (!letterKeys || !Object.hasOwn(LETTERS, stroke.key)) return undefined;
  return stroke.key === 'Backspace' && stroke.shiftKey ? 'zoomForward' : LETTERS[stroke.key];
}

export const KEY_HELP: readonly KeyHelp[] = [
  { keys: ['Enter'], does: 'Open the source of the span' },
  { keys: ['Ctrl/Cmd+Enter'], does: 'Open the source to the side' },
  { keys: ['F12', 'Ctrl/Cmd+K F12', 'Alt+F12'], does: 'In VS Code: go to the source, to the side, peek' },
  { keys: ['Space'], does: 'Fold or unfold' },
  { keys: ['↑', '↓'], does: 'Previous, next row' },
  { keys: ['←'], does: 'Fold, or go to the parent' },
  { keys: ['→'], does: 'Unfold, or go to the first child' },
  { keys: ['Home', 'End'], does: 'First, last row' },
  { keys: ['PageUp', 'PageDown'], does: 'A screen up, down' },
  { keys: ['Ctrl/Cmd+F'], does: 'Find in the trace' },
  { keys: ['F3', 'Shift+F3'], does: 'Next, previous match' },
  { keys: ['Escape'], does: 'Clear the marked stretch' },
];

export const LETTER_HELP: readonly KeyHelp[] = [
  { keys: ['j', 'k'], does: 'Next, previous sibling' },
  { keys: ['e', 'E'], does: 'Next, previous error' },
  { keys: ['c', 'C'], does: 'Next, previous span on the critical path' },
  { keys: ['p'], does: 'Show or hide the critical path' },
  { keys: ['l'], does: 'Follow the links of the span' },
  { keys: ['[', ']'], does: 'Back to the trace before, on again' },
  { keys: ['f'], does: 'Let the editor follow the selection, or stop that' },
  { keys: ['w', 's'], does: 'Zoom in, out, at the pointer' },
  { keys: ['a', 'd'], does: 'Move to earlier, later times' },
  { keys: ['z'], does: 'Zoom to the span' },
  { keys: ['Z'], does: 'Zoom to the marked stretch' },
  { keys: ['m'], does: 'Mark the stretch of the span: statistics are of that' },
  { keys: ['Backspace'], does: 'Back through zooms' },
  { keys: ['Shift+Backspace'], does: 'Forward again' },
  { keys: ['0'], does: 'Fit the whole trace' },
  {
    keys: ['v'],
    does: 'Follow the value that is marked: where it came from and went',
  },
  {
    keys: ['1', '2', '…'],
    does: 'Turn to a view of the trace: waterfall, steps, flame graph, statistics, graph, logs',
  },
  { keys: ['/'], does: 'Find in the trace' },
  { keys: ['?'], does: 'Show these keys' },
];

export const MOUSE_HELP: readonly KeyHelp[] = [
  { keys: ['Double-click'], does: 'Open the source of the span' },
  { keys: ['Alt+click on a chevron'], does: 'Fold or unfold everything below' },
  { keys: ['Ctrl/Cmd+wheel'], does: 'Zoom at the pointer' },
  { keys: ['Shift+wheel'], does: 'Move along the time axis' },
  { keys: ['Alt+drag', 'Middle button'], does: 'Move along both axes' },
  { keys: ['Drag on the ruler'], does: 'Zoom to that stretch' },
  { keys: ['Drag over the bars', 'Shift+drag on the ruler'], does: 'Mark a stretch' },
];
