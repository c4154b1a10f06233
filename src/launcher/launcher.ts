import path from 'node:path';
import { composeOverride, composeServices } from '../core/launch/composeOverride.ts';
import type { ContentLibraryId } from '../core/launch/contentLibraries.ts';
import type { InstallRefusal } from '../core/launch/installRefusal.ts';
import { scriptStartsProgram } from '../core/launch/nodeScript.ts';
import {
  commandsForFile,
  isServer,
  packageScripts,
  packageScriptText,
  type ProgramCommand,
} from '../core/launch/programCommands.ts';
import { refusalText, type Words } from '../core/launch/refusalText.ts';
import { dependsOnServer, mainOf, typeScriptRunner } from '../core/launch/sdkPackages.ts';
import { lookForMissingSdk, type MissingSdk, type Started } from './missingSdk.ts';
import { importFolderOf, importsBelow, isFile, projectFolderOf, readText } from './projectFiles.ts';
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

  /** How a file is run in its project's folder, the likeliest first. `python` answers the interpreter of a folder. */
  async filePrograms(
    file: string,
    root: string,
    text: string,
    python: (folder: string) => Promise<string>,
  ): Promise<FilePrograms> {
    const cwd = projectFolderOf(file, root);
    const relative = slashes(path.relative(cwd, file));
    const isPython = file.endsWith('.py');
    const commands = commandsForFile({
      path: relative,
      text,
      python: isPython ? await python(cwd) : '',
      importsFrom: isPython ? slashes(path.relative(cwd, importFolderOf(file, cwd, text))) : '',
      imports: isPython && /_app|app_factory/.test(text) ? await importsBelow(cwd) : [],
      typeScript: isPython ? undefined : typeScriptRunner(readText(path.join(cwd, 'package.json'))),
    });
    const [first] = commands;
    return { cwd, commands, serves: first !== undefined && isServer(first) };
  }

  /**
   * How the package of a manifest's text is started, when it depends on a server: the name of its script, or its main file;
   * undefined for another, and for one that has neither.
   */
  packageStart(manifest: string, folder: string): { readonly script: string } | { readonly file: string } | undefined {
    if (!dependsOnServer(manifest)) return undefined;
    const scripts = packageScripts(manifest);
    const script = START_SCRIPTS.find(
      (name) => scripts.includes(name) && scriptStartsProgram(packageScriptText(manifest, name) ?? ''),
    );
    if (script !== undefined) return { script };
    const files = [mainOf(manifest), ...MAIN_FILES]
      .filter((name) => name !== '')
      .map((name) => path.join(folder, name));
    const file = files.find(isFile);
    return file === undefined ? undefined : { file };
  }

  /** Scripts of a package.json's text by name. */
  readonly packageScripts = packageScripts;

  /** See {@link composeServices}, {@link composeOverride}. */
  readonly compose = { services: composeServices, override: composeOverride };

  /** See {@link refusalText}. */
  refusalText(refusal: InstallRefusal, l10n: Words): string {
    return refusalText(refusal, l10n);
  }
}

export interface FilePrograms {
  /** Where its commands run. */
  readonly cwd: string;
  readonly commands: readonly ProgramCommand[];
  /** The likeliest serves an application. */
  readonly serves: boolean;
}

/** Scripts by which packages start what they are, the likeliest first. */
const START_SCRIPTS = ['dev', 'start:dev', 'start', 'serve'];
const MAIN_FILES = ['server.js', 'app.js', 'index.js', 'src/server.js', 'src/index.js', 'server.mjs', 'index.mjs'];

function slashes(file: string): string {
  return file.split(path.sep).join('/');
}
