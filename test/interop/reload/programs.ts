import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ensurePython } from '../../../scripts/python.mjs';
import { ensureDependencies } from '../../../scripts/setup.mjs';

const SHOP = path.resolve(import.meta.dirname, '../locations/programs/js');
export const PROGRAMS = path.resolve(import.meta.dirname, '../programs/restarts');
const SENDERS = path.resolve(import.meta.dirname, '../programs/js');
const CACHE = path.resolve(import.meta.dirname, '../../../.cache/locations/js');

/** A program that can be started in a folder of its own. */
export interface Service {
  readonly language: 'python' | 'node';
  readonly file: string;
  /** Spans of one answered request at least. */
  readonly spans: number;
}

export const FASTAPI: Service = { language: 'python', file: 'service.py', spans: 2 };
export const CHILDREN: Service = { language: 'python', file: 'children.py', spans: 1 };
export const EXITS: Service = { language: 'node', file: 'exits.cjs', spans: 1 };
export const EXPRESS: Service = { language: 'node', file: 'service.cjs', spans: 2 };

/** Puts the service into a folder, with what it imports. */
export async function place({ language, file }: Service, folder: string): Promise<void> {
  await cp(path.join(PROGRAMS, file), path.join(folder, file));
  if (language === 'node') await symlink(await nodeModules(), path.join(folder, 'node_modules'), 'junction');
}

/** Saves the service's file with another version, which its answers tell. */
export async function saveVersion({ file }: Service, folder: string, version: number): Promise<void> {
  const text = await readFile(path.join(PROGRAMS, file), 'utf8');
  await writeFile(path.join(folder, file), text.replace(/VERSION = 0/, `VERSION = ${String(version)}`));
}

/** The Python of the interop tests. @throws where there is none. */
export async function pythonOfTests(): Promise<string> {
  const found = await ensurePython();
  if ('missing' in found) throw new Error(found.missing);
  return found.python;
}

/** Puts a program of Node's into a folder where it finds the packages of the interop tests: an SDK, and no Express. */
export async function placeWithSdk({ file }: Service, folder: string): Promise<void> {
  await cp(path.join(PROGRAMS, file), path.join(folder, file));
  await symlink(path.join(SENDERS, 'node_modules'), path.join(folder, 'node_modules'), 'junction');
}

/** Express and an SDK, as the programs of `locations` have them; installed on first use. */
export async function nodeModules(): Promise<string> {
  await mkdir(CACHE, { recursive: true });
  for (const name of ['package.json', 'package-lock.json']) await cp(path.join(SHOP, name), path.join(CACHE, name));
  await ensureDependencies(CACHE);
  return path.join(CACHE, 'node_modules');
}
