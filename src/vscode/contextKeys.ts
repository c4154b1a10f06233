import * as vscode from 'vscode';
import type { ContextKeys } from './contributions.ts';

const known = new Map<string, unknown>();

/** Sets a context key when its value changed (each set is a round trip to the workbench). */
export function setContextKey<K extends keyof ContextKeys>(key: K, value: ContextKeys[K]): void {
  if (known.get(key) === value) return;
  known.set(key, value);
  void vscode.commands.executeCommand('setContext', key, value);
}
