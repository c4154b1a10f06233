import * as vscode from 'vscode';
import type { LoadLauncher } from './loadLauncher.ts';
import type { Starting } from './missingSdk.ts';
import { pythonInterpreter } from './pythonInterpreter.ts';

/**
 * What a launch configuration of Python or Node starts, its variables filled in; undefined for one of another debugger, and
 * for one that does not tell.
 */
export async function debugStart(
  launcher: LoadLauncher,
  folder: vscode.WorkspaceFolder | undefined,
  configuration: vscode.DebugConfiguration,
): Promise<Starting | undefined> {
  const text = (name: string): string | undefined => {
    const value: unknown = configuration[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const cwd = text('cwd') ?? folder?.uri.fsPath;
  if (cwd === undefined) return undefined;
  const program = text('program');
  if (/^(?:python|debugpy)$/.test(configuration.type)) {
    const own: unknown = configuration['python'] ?? configuration['pythonPath'];
    const python =
      typeof own === 'string' && own !== ''
        ? own
        : await pythonInterpreter(await launcher(), folder?.uri ?? vscode.Uri.file(cwd));
    const module = text('module');
    const runs = program === undefined ? (module === undefined ? [] : ['-m', module]) : [program];
    return { command: [python, ...runs], cwd, python };
  }
  if (!/^(?:pwa-)?node/.test(configuration.type)) return undefined;
  const line = text('command');
  if (line !== undefined) return { command: line, cwd };
  const args: unknown = configuration['runtimeArgs'];
  const words = Array.isArray(args) ? args.filter((each): each is string => typeof each === 'string') : [];
  return { command: [text('runtimeExecutable') ?? 'node', ...words, ...(program === undefined ? [] : [program])], cwd };
}
