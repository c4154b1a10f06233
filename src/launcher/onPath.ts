import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

/** The full path of a program on the PATH of an environment. */
export function onPath(name: string, env: Readonly<Record<string, string | undefined>>): string | undefined {
  const windows = process.platform === 'win32';
  const value = Object.entries(env).find(([key]) => (windows ? key.toUpperCase() : key) === 'PATH')?.[1] ?? '';
  for (const folder of value.split(path.delimiter)) {
    for (const ending of windows ? ['.exe', '.cmd', '.bat'] : ['']) {
      const file = path.join(folder, name + ending);
      if (folder !== '' && isExecutable(file)) return file;
    }
  }
  return undefined;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
