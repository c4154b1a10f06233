import { pathToFileURL } from 'node:url';
import type { Launcher } from '../../launcher/launcher.ts';

/** The launcher, loaded when it is first wanted. */
export type LoadLauncher = () => Promise<Launcher>;

/** Loads dist/launcher.cjs, which a window that starts nothing never needs. */
export function launcherLoader(file: string, storage: string, log: (line: string) => void): LoadLauncher {
  let loaded: Promise<Launcher> | undefined;
  const load = async (): Promise<Launcher> => {
    const module = (await import(pathToFileURL(file).href)) as { readonly Launcher: typeof Launcher };
    return new module.Launcher(storage, log);
  };
  return () => (loaded ??= load());
}
