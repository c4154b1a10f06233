import process from 'node:process';
import * as vscode from 'vscode';
import type { Launcher } from '../../launcher/launcher.ts';

/** What is used of the Python extension's API. */
interface PythonExtension {
  readonly environments?: {
    readonly getActiveEnvironmentPath?: (resource?: vscode.Uri) => { readonly path?: unknown } | undefined;
  };
}

/** The interpreter chosen for a folder in the Python extension, whose terminals have it active. */
export function chosenPython(folder: vscode.Uri): string | undefined {
  const extension = vscode.extensions.getExtension<PythonExtension | undefined>('ms-python.python');
  const chosen = extension?.isActive
    ? extension.exports?.environments?.getActiveEnvironmentPath?.(folder)?.path
    : undefined;
  return typeof chosen === 'string' && chosen !== '' ? chosen : undefined;
}

/** The interpreter that a folder's programs run with: the one chosen, of the project's environment, or the system's. */
export async function pythonInterpreter(launcher: Launcher, folder: vscode.Uri): Promise<string> {
  const root = vscode.workspace.getWorkspaceFolder(folder)?.uri ?? folder;
  return chosenPython(folder) ?? launcher.projectPython(folder.fsPath, root.fsPath, process.env);
}
