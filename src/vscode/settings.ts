import * as vscode from 'vscode';
import { SETTINGS, type SettingId, type SettingValue } from './contributions.ts';

/** The value of a setting where `resource` is (or the window's). A value of the wrong type reads as the default. */
export function readSetting<K extends SettingId>(id: K, resource?: vscode.Uri): SettingValue<K> {
  // What a settings file holds, which need not be what the manifest declares; null is an object to typeof.
  const value = vscode.workspace.getConfiguration(undefined, resource).get<SettingValue<K> | null>(id);
  const fallback = SETTINGS[id];
  if (value === undefined || value === null) return fallback;
  const alike = typeof value === typeof fallback && Array.isArray(value) === Array.isArray(fallback);
  return alike ? value : fallback;
}

/** Calls `listener` when one of the settings changed. */
export function onSettingChange(ids: readonly SettingId[], listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (ids.some((id) => event.affectsConfiguration(id))) listener();
  });
}
