import * as vscode from 'vscode';
import type { RedactOptions, RedactProblem } from '../protocol/engineApi.ts';
import type { SettingId } from './contributions.ts';
import type { EngineClient } from './engineClient.ts';
import { plainLine } from './plainText.ts';
import { onSettingChange, readSetting } from './settings.ts';
import type { Subscriptions } from './subscriptions.ts';
import { warnOnce } from './warnOnce.ts';

const REDACT_SETTINGS = [
  'spanline.redact.apiKeys',
  'spanline.redact.bearerTokens',
  'spanline.redact.passwords',
  'spanline.redact.cookies',
  'spanline.redact.email',
  'spanline.redact.keys',
  'spanline.redact.values',
] as const satisfies readonly SettingId[];

/** What the engine takes of a list; the manifest says the same. */
const MAX_PATTERNS = 100;

/**
 * Keeps what the engine masks equal to `spanline.redact.*`, from before anything is received. Patterns that cannot be used
 * are said once and left out; the others work.
 */
export function followRedactSettings(
  engine: EngineClient,
  log: vscode.LogOutputChannel,
  subscriptions: Subscriptions,
): void {
  const said = new Set<string>();
  const apply = (): void => {
    engine.request('engine/redact', redactOptions()).then(
      ({ problems }) => {
        for (const problem of problems) sayProblem(problem, said, log);
      },
      (error: unknown) => log.error(`redaction: ${String(error)}`),
    );
  };
  engine.onStart(apply);
  subscriptions.push(
    onSettingChange(REDACT_SETTINGS, () => {
      if (engine.running) apply();
    }),
  );
}

function redactOptions(): RedactOptions {
  return {
    presets: {
      apiKeys: readSetting('spanline.redact.apiKeys'),
      bearerTokens: readSetting('spanline.redact.bearerTokens'),
      passwords: readSetting('spanline.redact.passwords'),
      cookies: readSetting('spanline.redact.cookies'),
      email: readSetting('spanline.redact.email'),
    },
    keys: patterns('spanline.redact.keys'),
    values: patterns('spanline.redact.values'),
  };
}

/** A settings file may hold anything: what is no text would cost all the other rules. */
function patterns(id: 'spanline.redact.keys' | 'spanline.redact.values'): readonly string[] {
  const listed: readonly unknown[] = readSetting(id);
  return listed.filter((pattern) => typeof pattern === 'string').slice(0, MAX_PATTERNS);
}

function sayProblem(
  { setting, pattern, message }: RedactProblem,
  said: Set<string>,
  log: vscode.LogOutputChannel,
): void {
  const id = `spanline.redact.${setting}`;
  const text = vscode.l10n.t(
    '{0}: the pattern {1} cannot be used, so nothing is masked by it: {2}',
    id,
    plainLine(pattern, 100),
    plainLine(message, 200),
  );
  warnOnce(text, said, log, vscode.l10n.t('Open Settings'), id);
}
