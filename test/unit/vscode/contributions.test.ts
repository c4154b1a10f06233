import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { COMMANDS, CONTEXT_KEYS, PANEL_TYPE, SETTINGS, TRACES_VIEW } from '../../../src/vscode/contributions.ts';

interface Manifest {
  readonly activationEvents: readonly string[];
  readonly extensionKind: readonly string[];
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly supported: unknown; readonly restrictedConfigurations: readonly string[] };
    readonly virtualWorkspaces: { readonly supported: unknown };
  };
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly enablement?: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string; readonly when?: string }[]>>;
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly viewsWelcome: readonly { readonly contents: string; readonly when?: string }[];
    readonly configuration: {
      readonly properties: Readonly<Record<string, { readonly default: unknown; readonly scope: string }>>;
    };
  };
}

const root = path.resolve(import.meta.dirname, '../../..');
const readJson = (file: string): unknown => JSON.parse(readFileSync(path.join(root, file), 'utf8'));
const manifest = readJson('package.json') as Manifest;
const strings = readJson('package.nls.json') as Record<string, string>;
const { contributes } = manifest;

/** Settings that weaken safety or choose what the machine shares: a repository must not set them. */
const MACHINE_SETTINGS =
  /^spanline\.(receiver\.(httpPort|grpcPort|reach|maxBodyMiB|inFlightMiB|maxConnections|allowedHosts)|launch\.inject|store\.|journal\.|redact\.)/;

describe('the manifest against the contributions table', () => {
  it('declares exactly the commands of the table', () => {
    const declared = contributes.commands.map(({ command }) => command);
    assert.deepEqual(declared.toSorted(), [...COMMANDS].sort());
  });

  it('declares exactly the settings of the table, with their defaults', () => {
    const { properties } = contributes.configuration;
    assert.deepEqual(Object.keys(properties).sort(), Object.keys(SETTINGS).sort());
    for (const [id, value] of Object.entries(SETTINGS)) assert.deepEqual(properties[id]?.default, value, id);
  });

  it('keeps settings that weaken safety out of reach of a repository', () => {
    for (const [id, { scope }] of Object.entries(contributes.configuration.properties)) {
      if (MACHINE_SETTINGS.test(id)) assert.equal(scope, 'machine', id);
      else assert.notEqual(scope, 'machine', id);
    }
    assert.equal(manifest.capabilities.untrustedWorkspaces.supported, 'limited');
    assert.ok(
      manifest.capabilities.untrustedWorkspaces.restrictedConfigurations.includes('spanline.source.pathMappings'),
    );
    assert.equal(manifest.capabilities.virtualWorkspaces.supported, false);
    assert.deepEqual(manifest.extensionKind, ['workspace']);
  });

  it('names only commands of the table in menus and welcome texts', () => {
    const commands: readonly string[] = COMMANDS;
    for (const items of Object.values(contributes.menus)) {
      for (const { command } of items) assert.ok(commands.includes(command), command);
    }
    for (const { contents } of contributes.viewsWelcome) {
      const text = strings[contents.replaceAll('%', '')] ?? '';
      for (const [, command] of text.matchAll(/\(command:([\w.]+)\)/g))
        assert.ok(commands.includes(command ?? ''), command);
    }
  });

  it('reads only context keys of the table in when clauses', () => {
    const known: readonly string[] = [...CONTEXT_KEYS, TRACES_VIEW, PANEL_TYPE];
    const clauses = [
      ...Object.values(contributes.menus)
        .flat()
        .map(({ when }) => when),
      ...contributes.viewsWelcome.map(({ when }) => when),
      ...contributes.commands.map(({ enablement }) => enablement),
    ];
    for (const clause of clauses) {
      for (const [key] of (clause ?? '').matchAll(/spanline(?:\.\w+)+/g))
        assert.ok(known.includes(key), `${key} in ${clause ?? ''}`);
    }
  });

  it('contributes the view and the panel of the table', () => {
    assert.deepEqual(
      Object.values(contributes.views)
        .flat()
        .map(({ id }) => id),
      [TRACES_VIEW],
    );
    assert.ok(manifest.activationEvents.includes(`onWebviewPanel:${PANEL_TYPE}`));
  });

  it('has a string for every placeholder, and no string without one', () => {
    const text = readFileSync(path.join(root, 'package.json'), 'utf8');
    const used = new Set([...text.matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key));
    assert.deepEqual([...used].sort(), Object.keys(strings).sort());
  });
});
