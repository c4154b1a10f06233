import type { KeyHelp } from '../waterfall/keymap.ts';

/** What the keyboard does in the trace list, for the overlay of keys. */
export const LIST_HELP: readonly KeyHelp[] = [
  { keys: ['↑', '↓'], does: 'open the trace above or below' },
  { keys: ['→', '←'], does: 'open or fold a group; from a trace to its group' },
  { keys: ['Enter'], does: 'go to the waterfall' },
];

export const LIST_LETTER_HELP: readonly KeyHelp[] = [
  { keys: ['h'], does: 'hide traces like this one' },
  { keys: ['w'], does: 'why these? compares a group with the others' },
];
