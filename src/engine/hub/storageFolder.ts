import { chmod, lstat, mkdir } from 'node:fs/promises';
import process from 'node:process';

/** The folder cannot be used; the message is for people. */
export class StorageUnusableError extends Error {
  override readonly name = 'StorageUnusableError';
}

/**
 * Makes `folder` (and its parents) if needed and keeps everybody else out of it: 0700. On Windows the profile's access
 * list does that. Throws {@link StorageUnusableError} when it is not the user's own folder or cannot be made.
 */
export async function claimFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const found = await lstat(folder);
    if (!found.isDirectory()) throw new StorageUnusableError(`${folder} is not a folder`);
    if (process.getuid === undefined) return;
    if (found.uid !== process.getuid()) throw new StorageUnusableError(`${folder} belongs to another user`);
    if ((found.mode & 0o077) !== 0) await chmod(folder, 0o700);
  } catch (error) {
    if (error instanceof StorageUnusableError) throw error;
    throw new StorageUnusableError(
      `${folder} cannot be used: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
