import type { KeyHelp } from '../waterfall/keymap.ts';

/** What the keyboard does in the steps, for the overlay of keys. */
export const STEPS_HELP: readonly KeyHelp[] = [
  { keys: ['↑', '↓', 'Home', 'End', 'PageUp', 'PageDown'], does: 'go to another line' },
  { keys: ['→', '←'], does: 'open and close the step, the folded messages or the whole message' },
  { keys: ['Space'], does: 'open or close' },
  { keys: ['Enter', 'Ctrl/Cmd+Enter'], does: 'open the source of the step, to the side' },
];

export const STEPS_LETTER_HELP: readonly KeyHelp[] = [{ keys: ['e', 'E'], does: 'next, previous step that failed' }];
