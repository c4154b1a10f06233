import process from 'node:process';
import type * as vscode from 'vscode';

/** Has VS Code's own debugger run a program in the Node that VS Code has in itself. */
export function nodeConfiguration(name: string, program: string): vscode.DebugConfiguration {
  return {
    type: 'node',
    request: 'launch',
    name,
    program,
    runtimeExecutable: process.execPath,
    console: 'internalConsole',
    internalConsoleOptions: 'neverOpen',
    env: { ELECTRON_RUN_AS_NODE: '1' },
  };
}
