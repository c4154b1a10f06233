import { join } from 'node:path';
import { locateInFolders, type PathContext } from '../core/source/pathMapping.ts';
import type { PlainPath } from '../core/source/plainPath.ts';
import type { FileSystem } from './fileSystem.ts';

/**
 * Whether a link stands at this path of a workspace folder, or on the way there from it: such a path may lead out of the
 * workspace whatever its text says. Known files are the workspace's own, a linked file among them: the walk follows no
 * linked folder. Else each part is looked at by itself, from the folder down, and nothing behind the first link.
 */
export async function crossesLink(
  path: PlainPath,
  context: Pick<PathContext, 'files' | 'folders' | 'rules'>,
  fileSystem: FileSystem,
): Promise<boolean> {
  if (context.files.find(path) !== undefined) return false;
  const place = locateInFolders(path, context);
  if (!place) return false;
  let at = place.folder.path;
  for (const segment of place.segments) {
    at = join(at, segment);
    const kind = await fileSystem.kindOf(at);
    if (kind === 'link') return true;
    if (kind !== 'directory') return false;
  }
  return false;
}
