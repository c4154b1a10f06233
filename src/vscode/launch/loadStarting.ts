import { createRequire } from 'node:module';
import type * as Starting from './starting.ts';

/** What dist/starting.cjs has, loaded when it is first wanted. */
export type LoadStarting = () => typeof Starting;

/** `file`: absolute path of the bundle. */
export function startingLoader(file: string): LoadStarting {
  let loaded: typeof Starting | undefined;
  return () => (loaded ??= createRequire(file)(file) as typeof Starting);
}
