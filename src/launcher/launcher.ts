import type { ContentLibraryId } from '../core/launch/contentLibraries.ts';
import { lookForMissingSdk, type MissingSdk, type Started } from './missingSdk.ts';
import { importFolderOf, importsBelow, projectFolderOf } from './projectFiles.ts';
import { projectPython } from './projectPython.ts';
import { SdkInstaller } from './sdkInstaller.ts';
import { usedLibraries } from './usedLibraries.ts';

/**
 * All of this folder behind one door: the host loads it, a bundle of its own, when something is to be started.
 */
export class Launcher {
  readonly #installer: SdkInstaller;

  /** `storage`: the folder for all that Spanline keeps; `log` gets what installers are told and say. */
  constructor(storage: string, log: (line: string) => void) {
    this.#installer = new SdkInstaller(storage, log);
  }

  /** Whether a program that is about to be started lacks an SDK, and the one it can get. */
  missingSdk(started: Started): Promise<MissingSdk | undefined> {
    return lookForMissingSdk(started, this.#installer);
  }

  /** See {@link usedLibraries}. */
  usedLibraries(started: Started): Promise<readonly ContentLibraryId[]> {
    return usedLibraries(started);
  }

  /** Deletes every SDK that was installed; whether there was one. */
  removeSdks(): Promise<boolean> {
    return this.#installer.removeAll();
  }

  /** See {@link projectPython}. */
  projectPython(folder: string, root: string, env: Started['env']): Promise<string> {
    return projectPython(folder, root, env);
  }

  /** See {@link projectFolderOf}, {@link importFolderOf}, {@link importsBelow}. */
  readonly files = { projectFolderOf, importFolderOf, importsBelow };
}
