import type { FactsCache } from './factsCache.ts';
import type { FileStamp, FileSystem } from './fileSystem.ts';

const AT_ONCE = 8;

/** A file as it is found: with its text, as it was when its facts were kept, or not to be read. */
export type FoundFile =
  | { readonly kind: 'text'; readonly path: string; readonly text: string; readonly stamp: FileStamp | undefined }
  | { readonly kind: 'kept'; readonly path: string }
  | { readonly kind: 'failed'; readonly path: string; readonly error: unknown };

/** Files in order, a few being read ahead; a file is not read when `cache` has its facts. */
export async function* readAhead(
  paths: readonly string[],
  maxBytesOf: (path: string) => number,
  fileSystem: FileSystem,
  cache: FactsCache | undefined,
): AsyncGenerator<FoundFile> {
  const read = async (path: string): Promise<FoundFile> => {
    // Before the text: a change while it is read must not pass for what was read.
    const stamp = await fileSystem.stampOf(path);
    if (stamp && cache?.has(path, stamp) === true) return { kind: 'kept', path };
    try {
      return { kind: 'text', path, text: await fileSystem.readText(path, maxBytesOf(path)), stamp };
    } catch (error) {
      return { kind: 'failed', path, error };
    }
  };
  const pending: Promise<FoundFile>[] = paths.slice(0, AT_ONCE).map(read);
  for (let next = AT_ONCE; pending.length > 0; next++) {
    const found = await pending.shift();
    const path = paths[next];
    if (path !== undefined) pending.push(read(path));
    if (found) yield found;
  }
}
