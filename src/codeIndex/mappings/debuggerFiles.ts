import { parse } from 'jsonc-parser';
import { fieldsOf, listOf, textOf } from './untypedValue.ts';

/** A prefix pair of a debugger's or container's configuration: a path there, a path here (absolute or of the folder). */
export interface RemotePair {
  readonly remote: string;
  readonly local: string;
  /** Of the launch configuration; empty for what holds for every process. */
  readonly name: string;
}

const MAX_CONFIGURATIONS = 100;
const MAX_PAIRS = 200;

/**
 * Pairs of a `launch.json`: `pathMappings` and `localRoot`/`remoteRoot` (Python, Node), `sourceFileMap` (.NET, C++),
 * `substitutePath` (Go). `folder` replaces `${workspaceFolder}`; what holds other variables is left out.
 */
export function readLaunchFile(text: string, folder: string): RemotePair[] {
  const pairs: RemotePair[] = [];
  for (const value of listOf(fieldsOf(parse(text))?.['configurations']).slice(0, MAX_CONFIGURATIONS)) {
    const configuration = fieldsOf(value);
    if (!configuration) continue;
    const name = textOf(configuration['name']);
    const add = (remote: unknown, local: unknown): void => {
      const pair = { remote: expand(textOf(remote), folder), local: expand(textOf(local), folder) };
      if (pair.remote !== undefined && pair.local !== undefined)
        pairs.push({ remote: pair.remote, local: pair.local, name });
    };
    add(configuration['remoteRoot'], configuration['localRoot']);
    for (const mapping of listOf(configuration['pathMappings'])) {
      add(fieldsOf(mapping)?.['remoteRoot'], fieldsOf(mapping)?.['localRoot']);
    }
    for (const [remote, local] of Object.entries(fieldsOf(configuration['sourceFileMap']) ?? {})) {
      add(remote, fieldsOf(local)?.['editorPath'] ?? local);
    }
    for (const mapping of listOf(configuration['substitutePath']))
      add(fieldsOf(mapping)?.['to'], fieldsOf(mapping)?.['from']);
  }
  return pairs.slice(0, MAX_PAIRS);
}

/**
 * Pairs of a `devcontainer.json` (the Development Containers specification): `workspaceMount`, or where the folder is
 * mounted by default, and bind `mounts`.
 */
export function readDevcontainerFile(text: string, folder: string): RemotePair[] {
  const configuration = fieldsOf(parse(text));
  if (!configuration) return [];
  const mounts = [configuration['workspaceMount'], ...listOf(configuration['mounts'])].flatMap((mount) => {
    const { source, target } = readMount(mount);
    const [local, remote] = [expand(source, folder), expand(target, folder)];
    return local === undefined || remote === undefined ? [] : [{ remote, local, name: '' }];
  });
  const workspace = expand(textOf(configuration['workspaceFolder']), folder);
  const base = /[^\\/]*$/.exec(folder)?.[0] ?? '';
  const usual = [
    ...(workspace !== undefined && textOf(configuration['workspaceMount']) === '' ? [workspace] : []),
    `/workspaces/${base}`,
  ].map((remote) => ({ remote, local: folder, name: '' }));
  return [...mounts, ...usual].slice(0, MAX_PAIRS);
}

/** `type=bind,source=…,target=…`, or the same as an object. */
function readMount(mount: unknown): { readonly source: string; readonly target: string } {
  const object = fieldsOf(mount);
  if (object) return { source: textOf(object['source']), target: textOf(object['target']) };
  const parts = new Map(
    textOf(mount)
      .split(',')
      .map((part) => {
        const [key = '', ...value] = part.split('=');
        return [key.trim(), value.join('=')];
      }),
  );
  if (parts.get('type') === 'volume') return { source: '', target: '' };
  return {
    source: parts.get('source') ?? parts.get('src') ?? '',
    target: parts.get('target') ?? parts.get('dst') ?? parts.get('destination') ?? '',
  };
}

function expand(value: string, folder: string): string | undefined {
  const base = /[^\\/]*$/.exec(folder)?.[0] ?? '';
  const known = value
    .slice(0, 2_000)
    .replace(/\$\{(?:workspaceFolder|workspaceRoot|localWorkspaceFolder)\}/g, () => folder)
    .replace(/\$\{(?:workspaceFolderBasename|localWorkspaceFolderBasename)\}/g, () => base);
  return known === '' || known.includes('${') ? undefined : known;
}
