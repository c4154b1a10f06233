import type { NamedMapping, SourceFolder } from '../core/source/pathMapping.ts';
import type { FileSystem } from './fileSystem.ts';

/** Over what files of the workspace say: it is the same folder. */
const RANK = 8;

/** Workspace folders that were opened by a link: programs name them by where they really are. */
export async function realFolders(folders: readonly SourceFolder[], fileSystem: FileSystem): Promise<NamedMapping[]> {
  const mappings: NamedMapping[] = [];
  for (const { path } of folders) {
    const real = await fileSystem.realPath(path).catch(() => path);
    if (real === path) continue;
    mappings.push({ from: real, to: path, services: [], origin: 'the folder’s real path', rank: RANK });
  }
  return mappings;
}
