import { existsSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

/** Where the command runs from: the package's folder, and the one with the page's files. */
export interface Installation {
  readonly version: string;
  /** Holds webview.js and what belongs to it; built by `npm run build`. */
  readonly dist: string;
  /** Holds what runs inside launched programs. */
  readonly instrument: string;
}

/** Found from the running script: `dist/cli.cjs` of the package, or `src/cli/main.ts` of a checkout. */
export function findInstallation(script = process.argv[1] ?? ''): Installation {
  let folder = path.dirname(realpathSync(script));
  while (!existsSync(path.join(folder, 'package.json'))) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error(`no package.json above ${script}`);
    folder = parent;
  }
  const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as {
    readonly version?: unknown;
  };
  return {
    version: typeof manifest.version === 'string' ? manifest.version : '0.0.0',
    dist: path.join(folder, 'dist'),
    instrument: path.join(folder, 'instrument'),
  };
}
