import type { PathRules } from '../core/source/plainPath.ts';
import type { CodeIndexEvents, CodeIndexStatus } from '../protocol/codeIndexApi.ts';
import type { FileSystem } from './fileSystem.ts';

/** What the index needs from outside; a test puts its own in place. */
export interface CodeIndexDeps {
  readonly fileSystem: FileSystem;
  readonly rules: PathRules;
  readonly onStatus: (status: CodeIndexStatus) => void;
  readonly log: (level: CodeIndexEvents['log']['level'], message: string) => void;
  /** Lets waiting messages through between slices of work. */
  readonly yieldToMessages: () => Promise<void>;
  /** Changes with the code of the index: facts kept on disk by another build are read anew. */
  readonly build: string;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  /** Milliseconds that were worked rather than passed; bounds what reading one file may take. */
  readonly worked: () => number;
}
