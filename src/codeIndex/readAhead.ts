import type { FileSystem } from './fileSystem.ts';

const AT_ONCE = 8;

/** Texts of files in order, a few being read ahead; what cannot be read comes as its error. */
export async function* readAhead(
  paths: readonly string[],
  maxBytes: number,
  fileSystem: FileSystem,
): AsyncGenerator<readonly [path: string, text: string | Error]> {
  const pending: Promise<string | Error>[] = [];
  const read = (index: number): void => {
    const path = paths[index];
    if (path !== undefined) pending.push(fileSystem.readText(path, maxBytes).catch(toError));
  };
  for (let i = 0; i < AT_ONCE; i++) read(i);
  for (const [index, path] of paths.entries()) {
    const text = await pending.shift();
    read(index + AT_ONCE);
    if (text !== undefined) yield [path, text];
  }
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
