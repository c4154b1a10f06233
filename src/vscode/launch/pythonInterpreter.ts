import process from 'node:process';
import * as vscode from 'vscode';
import { exists } from './launches.ts';

/** What is used of the Python extension's API. */
interface PythonExtension {
  readonly environments?: {
    readonly getActiveEnvironmentPath?: (resource?: vscode.Uri) => { readonly path?: unknown } | undefined;
  };
}

const VENVS = ['.venv', 'venv', 'env'];

/** The interpreter that a folder's programs run with: the one chosen in the Python extension, a venv in it, or the system's. */
export async function pythonInterpreter(folder: vscode.Uri): Promise<string> {
  const extension = vscode.extensions.getExtension<PythonExtension | undefined>('ms-python.python');
  const chosen = extension?.isActive
    ? extension.exports?.environments?.getActiveEnvironmentPath?.(folder)?.path
    : undefined;
  if (typeof chosen === 'string' && chosen !== '') return chosen;
  const windows = process.platform === 'win32';
  for (const venv of VENVS) {
    const program = vscode.Uri.joinPath(folder, venv, ...(windows ? ['Scripts', 'python.exe'] : ['bin', 'python']));
    if (await exists(program)) return program.fsPath;
  }
  return windows ? 'python' : 'python3';
}
