import type { PathRules } from '../core/source/plainPath.ts';

/** The path rules of the platform this process runs on; Windows and macOS fold case by default. */
export function machinePathRules(platform: NodeJS.Platform = process.platform): PathRules {
  return {
    style: platform === 'win32' ? 'windows' : 'posix',
    caseSensitive: platform !== 'win32' && platform !== 'darwin',
  };
}
