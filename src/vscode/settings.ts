import * as vscode from 'vscode';
import { SETTINGS, type SettingId, type SettingValue } from './contributions.ts';

/** The value of a setting where `resource` is (or the window's). A value of the wrong type reads as the default. */
export function readSetting<K extends SettingId>(id: K, resource?: vscode.Uri): SettingValue<K> {
  const value = vscode.workspace.getConfiguration(undefined, resource).get<SettingValue<K>>(id);
  const fallback = SETTINGS[id];
  if (value === undefined || typeof value !== typeof fallback || Array.isArray(value) !== Array.isArray(fallback)) {
    return fallback;
  }
  return value;
}

/** Calls `listener` when one of the settings changed. */
export function onSettingChange(ids: readonly SettingId[], listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (ids.some((id) => event.affectsConfiguration(id))) listener();
  });
}
