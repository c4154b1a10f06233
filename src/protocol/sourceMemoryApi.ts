import type { SourceHints } from '../core/model/source.ts';
import type { SourceMemory } from '../core/source/sourceMemory.ts';

/** What the code index remembers of a user's choices; the host keeps it with the workspace. */
export interface SourceMemoryMethods {
  /** What was kept from before; anything that is not of its form is dropped. */
  'source/setMemory': readonly [{ readonly memory: unknown }, void];
  /**
   * The user opened this place for spans with these hints: `chosen` from a list, so it goes first from now on; else it only
   * teaches how the sender's paths map. Answers what is remembered now, null when nothing is new.
   */
  'source/opened': readonly [
    { readonly hints: SourceHints; readonly path: string; readonly line: number; readonly chosen: boolean },
    SourceMemory | null,
  ];
  /** Forgets the choice for spans with these hints. */
  'source/forget': readonly [{ readonly hints: SourceHints }, SourceMemory];
}
