import * as vscode from 'vscode';
import { COMPOSE_GLOB, MANIFEST_GLOB, composePublishes, namesTracingSdk } from './otelManifests.ts';

const EXCLUDE = '**/{node_modules,.venv,venv,site-packages,dist,out,target,.git}/**';
const MAX_FILES = 40;
const MAX_BYTES = 256 * 1024;

async function anyFile(glob: string, matches: (text: string) => boolean): Promise<boolean> {
  const files = await vscode.workspace.findFiles(glob, EXCLUDE, MAX_FILES);
  for (const file of files) {
    try {
      const { size } = await vscode.workspace.fs.stat(file);
      if (size > MAX_BYTES) continue;
      const bytes = await vscode.workspace.fs.readFile(file);
      if (matches(new TextDecoder().decode(bytes))) return true;
    } catch {
      // A manifest that cannot be read tells nothing.
    }
  }
  return false;
}

/** Whether a manifest of the workspace names OpenTelemetry or a tracing SDK; reads at most 40 files of 256 KiB. */
export function workspaceTraces(): Promise<boolean> {
  return anyFile(MANIFEST_GLOB, namesTracingSdk);
}

/** Whether a compose file of the workspace publishes one of the OTLP ports, so that we must not take them. */
export function composeTakesOtlpPorts(): Promise<boolean> {
  return anyFile(COMPOSE_GLOB, (text) => composePublishes(text).length > 0);
}
