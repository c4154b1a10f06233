import type { KeyHelp } from '../waterfall/keymap.ts';

/** What the keyboard does in the flame graph, for the overlay of keys. */
export const FLAME_HELP: readonly KeyHelp[] = [
  { keys: ['↑', '↓', '←', '→'], does: 'go to the next box' },
  { keys: ['Enter'], does: 'zoom to the box' },
  { keys: ['Escape'], does: 'back through zooms' },
  { keys: ['Home'], does: 'show everything again' },
];

export const FLAME_LETTER_HELP: readonly KeyHelp[] = [{ keys: ['o'], does: 'open the source of the span' }];

/** The same for the tables: statistics, graph, logs and what a comparison found. */
export const TABLE_HELP: readonly KeyHelp[] = [
  { keys: ['↑', '↓', 'Home', 'End'], does: 'go to another line' },
  { keys: ['Enter'], does: 'show what the line stands for' },
  { keys: ['Tab'], does: 'go to the heads, which sort, and to the next part' },
];
