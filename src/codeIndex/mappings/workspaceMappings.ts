import { basename, dirname, relative, resolve } from 'node:path';
import type { FileList } from '../../core/source/fileList.ts';
import { locateInFolders, showPath, type NamedMapping, type PathContext } from '../../core/source/pathMapping.ts';
import { parsePath } from '../../core/source/plainPath.ts';
import { readComposeFile, type ComposeService } from './composeFile.ts';
import { readDevcontainerFile, readLaunchFile, type RemotePair } from './debuggerFiles.ts';
import { readDockerfile } from './dockerfile.ts';

const MAX_FILES = 100;
const MAX_MAPPINGS = 2_000;

const COMPOSE = /^(?:docker-)?compose(?:[.-][\w.-]{1,60})?\.ya?ml$/i;
const DOCKERFILE = /^(?:dockerfile(?:\.[\w.-]{1,60})?|[\w-]{1,60}\.dockerfile)$/i;
const LAUNCH = /^launch\.json$/i;
const DEVCONTAINER = /^\.?devcontainer\.json$/i;

/** Larger ranks lie over smaller ones: a mount hides what the image has there. */
const RANK = { mount: 3, debugger: 2, image: 1, workingDirectory: 0 } as const;

/** Whether mappings are read from files of this name. */
export function isMappingFile(path: string): boolean {
  const name = basename(path);
  return [COMPOSE, DOCKERFILE, LAUNCH, DEVCONTAINER].some((pattern) => pattern.test(name));
}

export interface MappingSources {
  readonly context: Pick<PathContext, 'folders' | 'rules'>;
  readonly files: FileList;
  /** Text of a file inside the workspace; undefined when there is none or it may not be read. */
  readonly read: (path: string) => Promise<string | undefined>;
}

/**
 * Prefix pairs that the workspace's files name: mounts and images of compose services, images of other Dockerfiles,
 * debug configurations, the development container. Only what leads into a workspace folder counts.
 */
export async function readWorkspaceMappings(sources: MappingSources): Promise<NamedMapping[]> {
  const mappings: NamedMapping[] = [];
  const add = (mapping: NamedMapping): void => {
    const { context } = sources;
    const inside = locateInFolders(parsePath(mapping.to, context.rules.style === 'windows'), context) !== undefined;
    if (inside && mappings.length < MAX_MAPPINGS) mappings.push(mapping);
  };
  const built = new Set<string>();
  for (const path of namedLike(sources.files, COMPOSE)) {
    for (const service of readComposeFile((await sources.read(path)) ?? '')) {
      await addService(path, service, sources, built, add);
    }
  }
  await addDockerfiles(sources, built, add);
  for (const path of debuggerFiles(sources, LAUNCH, ['.vscode/launch.json'])) {
    const text = await sources.read(path);
    if (text !== undefined) addPairs(path, readLaunchFile(text, dirname(dirname(path))), sources, add);
  }
  for (const path of debuggerFiles(sources, DEVCONTAINER, ['.devcontainer/devcontainer.json', '.devcontainer.json'])) {
    const text = await sources.read(path);
    if (text !== undefined) addPairs(path, readDevcontainerFile(text, containerFolder(path)), sources, add);
  }
  return mappings;
}

async function addService(
  path: string,
  service: ComposeService,
  sources: MappingSources,
  built: Set<string>,
  add: (mapping: NamedMapping) => void,
): Promise<void> {
  const folder = dirname(path);
  const origin = `${showPath(path, sources.context)}, service ${service.name}`;
  const services = service.names;
  const mounts = service.mounts.map(({ source, target }) => ({ from: target, to: resolve(folder, source) }));
  for (const mount of mounts) add({ ...mount, services, origin, rank: RANK.mount });
  let { workingDirectory } = service;
  const pairs = [...mounts];
  if (service.build) {
    const context = resolve(folder, service.build.context);
    const dockerfile = resolve(context, service.build.dockerfile);
    built.add(dockerfile);
    const text = await sources.read(dockerfile);
    const image = readDockerfile(text ?? '', service.build.target, isFileIn(context, sources));
    workingDirectory ||= image.workingDirectory;
    const shown = `${origin}, ${showPath(dockerfile, sources.context)}`;
    for (const { target, source } of image.pairs) {
      const pair = { from: target, to: resolve(context, source) };
      pairs.push(pair);
      add({ ...pair, services, origin: shown, rank: RANK.image });
    }
  }
  const below = folderAt(workingDirectory, pairs);
  if (below !== undefined) add({ from: '.', to: below, services, origin, rank: RANK.workingDirectory });
}

/** Images that no compose file builds: the process is taken to be named like the folder, or like the file's ending. */
async function addDockerfiles(
  sources: MappingSources,
  built: ReadonlySet<string>,
  add: (mapping: NamedMapping) => void,
): Promise<void> {
  const paths = namedLike(sources.files, DOCKERFILE);
  for (const path of paths) {
    if (built.has(path)) continue;
    const context = dirname(path);
    const ending = /^dockerfile\.(.+)$|^(.+)\.dockerfile$/i.exec(basename(path));
    const root = sources.context.folders.some((folder) => resolve(folder.path) === context);
    const alone = paths.length === 1 && built.size === 0;
    const services = ending ? [ending[1] ?? ending[2] ?? ''] : root && alone ? [] : [basename(context)];
    const image = readDockerfile((await sources.read(path)) ?? '', '', isFileIn(context, sources));
    const origin = showPath(path, sources.context);
    const pairs = image.pairs.map(({ target, source }) => ({ from: target, to: resolve(context, source) }));
    for (const pair of pairs) add({ ...pair, services, origin, rank: RANK.image });
    const below = folderAt(image.workingDirectory, pairs);
    if (below !== undefined) add({ from: '.', to: below, services, origin, rank: RANK.workingDirectory });
  }
}

/** Where a container's folder lies here, by the pair with the longest prefix. */
function folderAt(
  folder: string,
  pairs: readonly { readonly from: string; readonly to: string }[],
): string | undefined {
  let best: { readonly length: number; readonly to: string } | undefined;
  for (const { from, to } of pairs) {
    const prefix = from.replace(/\/$/, '');
    if (folder === '' || (folder !== prefix && !folder.startsWith(`${prefix}/`))) continue;
    if (best && best.length >= prefix.length) continue;
    best = { length: prefix.length, to: resolve(to, `.${folder.slice(prefix.length)}`) };
  }
  return best?.to;
}

/**
 * A pair holds for the process that its configuration is named after, and for all when no other configuration sends the
 * path elsewhere.
 */
function addPairs(
  path: string,
  pairs: readonly RemotePair[],
  sources: MappingSources,
  add: (mapping: NamedMapping) => void,
): void {
  const folder = dirname(path);
  const targets = new Map<string, Set<string>>();
  for (const { remote, local } of pairs) targets.set(remote, (targets.get(remote) ?? new Set()).add(local));
  for (const { remote, local, name } of pairs) {
    const origin = `${showPath(path, sources.context)}${name === '' ? '' : `, ${name}`}`;
    const pair = { from: remote, to: resolve(folder, local), origin, rank: RANK.debugger };
    if (name !== '') add({ ...pair, services: [name] });
    if (name === '' || targets.get(remote)?.size === 1) add({ ...pair, services: [] });
  }
}

/** `.devcontainer/` and folders in it stand for the folder above. */
function containerFolder(path: string): string {
  const parts = relative('/', path).split(/[\\/]/);
  const at = parts.lastIndexOf('.devcontainer');
  return at < 0 ? dirname(path) : resolve(path, ...Array<string>(parts.length - at).fill('..'));
}

function isFileIn(context: string, { files, context: { rules } }: MappingSources): (source: string) => boolean {
  return (source) => files.find(parsePath(resolve(context, source), rules.style === 'windows')) !== undefined;
}

function namedLike(files: FileList, pattern: RegExp): string[] {
  return files
    .withName((name) => pattern.test(name))
    .sort()
    .slice(0, MAX_FILES);
}

/** Files of a debugger: also where ignore rules hide them, as `.vscode` often is. */
function debuggerFiles({ files, context }: MappingSources, pattern: RegExp, places: readonly string[]): string[] {
  const usual = context.folders.flatMap((folder) => places.map((place) => resolve(folder.path, place)));
  return [...new Set([...usual, ...namedLike(files, pattern)])];
}
