import type { KeyHelp } from '../waterfall/keymap.ts';

/** What the keyboard does in the plots, for the overlay of keys. */
export const PLOT_HELP: readonly KeyHelp[] = [
  { keys: ['←', '→'], does: 'previous or next trace in time' },
  { keys: ['↑', '↓'], does: 'next longer or shorter trace' },
  { keys: ['Shift+arrows'], does: 'brush: list only what lies between' },
  { keys: ['m'], does: 'next change (restart, save, commit, pause)' },
  { keys: ['Enter'], does: 'open the trace; at a change, compare before and after it' },
  { keys: ['Escape'], does: 'take the brush away' },
];
