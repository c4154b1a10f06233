import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { ensurePython } from '../../scripts/python.mjs';

const found = await ensurePython();

/** Why Python's tests are skipped, false when they are not. */
export const skip = 'missing' in found ? found.missing : false;
/** The interpreter of the project's environment; empty where there is none. */
export const python = 'python' in found ? found.python : '';
/** What a launched program has on its PYTHONPATH. */
export const INSTRUMENT = path.resolve(import.meta.dirname, '../../instrument/python');
/** Programs that are launched. */
export const PROGRAMS = path.join(import.meta.dirname, 'capture');
export const runFile = promisify(execFile);
