import type { KnownFiles } from './fileList.ts';
import { isLibraryPath } from './libraryPath.ts';
import {
  commonSuffix,
  formatPath,
  isWindowsForm,
  joinPath,
  parsePath,
  segmentsBelow,
  type PathRules,
  type PlainPath,
} from './plainPath.ts';
import { fromFileUri, refusePath } from './refusePath.ts';
import { serviceFit, type Sender } from './serviceFit.ts';

/** A workspace folder; `path` absolute in the machine's own form. */
export interface SourceFolder {
  readonly path: string;
  readonly name: string;
}

/** A prefix pair that the workspace's own files name, or that a confirmed jump taught. */
export interface NamedMapping {
  /** In the sending process: absolute, or `.` for relative paths. */
  readonly from: string;
  /** Absolute, inside a workspace folder. */
  readonly to: string;
  /** Names of the process it holds for; none for every process. */
  readonly services: readonly string[];
  /** Who says so, e.g. `compose.yaml, service gateway`. */
  readonly origin: string;
  /** Between pairs of one process and equally long prefixes, larger goes first. */
  readonly rank: number;
}

/** What paths are mapped against. */
export interface PathContext {
  readonly rules: PathRules;
  readonly folders: readonly SourceFolder[];
  /** The user's prefix pairs. `to` is absolute; it may lie outside the workspace. */
  readonly mappings: readonly { readonly from: string; readonly to: string }[];
  readonly files: KnownFiles;
  /** Pairs found in the workspace, or learned. */
  readonly named?: readonly NamedMapping[];
}

/** How a foreign path came to a local one. */
export type MappedBy = 'userMapping' | 'named' | 'workspace' | 'relative' | 'suffix' | 'asSent';

/** One local path a foreign path may stand for. */
export interface MappedPath {
  /** Absolute, in the machine's own form; for a known file in its stored spelling. */
  readonly path: string;
  /** Relative to its workspace folder with `/` (folder name first when there are several folders). */
  readonly shownPath: string;
  readonly by: MappedBy;
  /** Trailing segments the two paths share. */
  readonly segments: number;
  /** The foreign path ends with the file's whole path inside its workspace folder. */
  readonly whole: boolean;
  /** Outside every workspace folder: no file-system call may be made on it. */
  readonly outside: boolean;
  /** In the list of known files; false asks for a check before use. */
  readonly known: boolean;
  /** For `named`: who says so. */
  readonly origin?: string;
  /** For `named`: whoever says so means any process. */
  readonly forAll?: boolean;
}

/** Candidates in stages: a later stage counts only when no file of the earlier ones exists. */
export interface PathMappingResult {
  readonly stages: readonly (readonly MappedPath[])[];
  /** Set when the path may not become a location at all; completes "… is refused: ". */
  readonly refused?: string;
}

/** From this rank on a pair for every process is a fact: the same folder under another name. */
const SURE_RANK = 8;
/** Ties beyond this are no help to anyone. */
const MAX_SUFFIX_TIES = 50;
/** Segments that a container's folder and a folder of the workspace may have in common by chance. */
const FEW_SEGMENTS = 2;
const MAX_BASE_DIRECTORIES = 8;
/** Of compiled files that are looked for: packages, and last segments of the sent path. */
const MAX_BUILT_ROOTS = 20;
const MAX_BUILT_SEGMENTS = 4;
const UP: PlainPath = { root: '', up: 1, segments: [] };
const NOBODY: Sender = { serviceName: '' };

/**
 * Local paths a path from another process, container or machine may stand for: user mappings (longest prefix first),
 * then the path itself when a workspace folder holds it, then what the workspace says about the sender's paths, then a
 * relative path under the base directories and the folders, then known files with the longest common suffix, then the path as it was sent, outside the workspace.
 * Lexical: nothing is looked up but the list of known files.
 */
export function mapPath(
  text: string,
  baseDirectories: readonly string[],
  context: PathContext,
  sender: Sender = NOBODY,
): PathMappingResult {
  const sent = fromFileUri(text);
  const refused = refusePath(sent, context.rules);
  if (refused !== undefined) return { stages: [], refused };
  const mapper = new Mapper(context);
  const plain = parsePath(sent, context.rules.style === 'windows' || isWindowsForm(sent));
  const stages = [mapper.byUserMapping(plain)];
  if (plain.root !== '') {
    stages.push(mapper.inside([plain, ...otherForms(plain)], 'workspace'), ...mapper.byName(plain, sender));
  } else {
    const bases = plainDirectories(baseDirectories, context.rules);
    for (const base of bases) {
      const joined = joinPath(base, plain);
      stages.push(mapper.byUserMapping(joined), mapper.inside([joined], 'relative'), ...mapper.byName(joined, sender));
    }
    stages.push(...mapper.byName(plain, sender));
    stages.push(
      mapper.inside(
        mapper.folders.map((folder) => joinPath(folder.plain, plain)),
        'relative',
      ),
    );
  }
  const suffix = mapper.bySuffix(plain, sender);
  const built = (suffix[0]?.segments ?? 0) < 2 ? mapper.built(plain) : [];
  stages.push(...built, suffix);
  stages.push(mapper.outside(plain, plainDirectories(baseDirectories, context.rules)));
  // What holds for every process may be meant for one of them: it does not decide between files that fit alike.
  const usable = stages.filter((stage) => suffix.length < 2 || !stage.some(({ forAll }) => forAll === true));
  return { stages: usable.filter((stage) => stage.length > 0) };
}

/** The directory texts that are usable absolute paths, taken apart. */
export function plainDirectories(directories: readonly string[], rules: PathRules): PlainPath[] {
  const plain: PlainPath[] = [];
  for (const text of directories.slice(0, MAX_BASE_DIRECTORIES)) {
    const path = fromFileUri(text);
    if (refusePath(path, rules) !== undefined) continue;
    const directory = parsePath(path, rules.style === 'windows' || isWindowsForm(path));
    if (directory.root !== '') plain.push(directory);
  }
  return plain;
}

/** The base directories as the process names them, and the workspace folders they stand for where that is known. */
export function localDirectories(
  { baseDirectories, ...sender }: Sender & { readonly baseDirectories: readonly string[] },
  context: PathContext,
): PlainPath[] {
  const sent = plainDirectories(baseDirectories, context.rules);
  const mapper = new Mapper(context);
  const mapped = sent.flatMap((directory) => mapper.byName(directory, sender)[0] ?? []);
  return [...sent, ...mapped.map(({ path }) => parsePath(path, context.rules.style === 'windows'))];
}

/** Segments below the deepest workspace folder that holds `path`, with that folder; undefined outside all. */
export function locateInFolders(
  path: PlainPath,
  context: Pick<PathContext, 'folders' | 'rules'>,
): { readonly folder: SourceFolder; readonly segments: readonly string[] } | undefined {
  let best: { folder: SourceFolder; segments: readonly string[] } | undefined;
  for (const folder of context.folders) {
    const segments = segmentsBelow(parsePath(folder.path, context.rules.style === 'windows'), path, context.rules);
    if (segments && (!best || segments.length < best.segments.length)) best = { folder, segments };
  }
  return best;
}

/** A workspace file's path as shown: relative to its folder with `/`, the folder's name first when there are several. */
export function showPath(path: string, context: Pick<PathContext, 'folders' | 'rules'>): string {
  const place = locateInFolders(parsePath(path, context.rules.style === 'windows'), context);
  return place ? showPlace(place, context) : path;
}

function showPlace(
  place: { readonly folder: SourceFolder; readonly segments: readonly string[] },
  context: Pick<PathContext, 'folders'>,
): string {
  const relative = place.segments.join('/');
  return context.folders.length > 1 ? `${place.folder.name}/${relative}` : relative;
}

/** A known file of the sent path's name, and how many segments at their ends are the same. */
interface SameName {
  readonly file: string;
  readonly local: PlainPath;
  readonly place: { readonly folder: SourceFolder; readonly segments: readonly string[] };
  readonly segments: number;
}

class Mapper {
  readonly folders: readonly { readonly folder: SourceFolder; readonly plain: PlainPath }[];
  readonly #context: PathContext;

  constructor(context: PathContext) {
    this.#context = context;
    const windows = context.rules.style === 'windows';
    this.folders = context.folders.map((folder) => ({ folder, plain: parsePath(folder.path, windows) }));
  }

  /** `path` is the sent path with its dots resolved, so that none climbs out of the mapped folder. */
  byUserMapping(path: PlainPath): MappedPath[] {
    const { rules, mappings } = this.#context;
    const folding: PathRules = { style: 'posix', caseSensitive: rules.caseSensitive && path.root.length < 2 };
    const windows = rules.style === 'windows';
    const found = mappings
      .flatMap(({ from, to }) => {
        const rest = segmentsBelow(parsePath(from, true), path, folding);
        return rest ? [{ to, rest }] : [];
      })
      .sort((a, b) => a.rest.length - b.rest.length)[0];
    if (!found || refusePath(found.to, rules) !== undefined) return [];
    const rest: PlainPath = { root: '', up: 0, segments: found.rest };
    const target = joinPath(parsePath(found.to, windows), rest);
    if (target.root === '' || rest.segments.length === 0) return [];
    const inside = this.inside([target], 'userMapping');
    return inside.length > 0 ? inside : this.#outside(target, 'userMapping');
  }

  /**
   * By the pairs that fit the sender: its own before those of a process named like it, before everybody's; longer
   * prefixes first. Those that say it equally well share a stage.
   */
  byName(path: PlainPath, sender: Sender): MappedPath[][] {
    const { rules, named = [] } = this.#context;
    const folding: PathRules = { style: 'posix', caseSensitive: rules.caseSensitive && path.root.length < 2 };
    const stages = new Map<string, { readonly order: readonly number[]; readonly places: MappedPath[] }>();
    for (const { from, to, services, origin, rank } of named) {
      const fit = serviceFit(services, sender);
      const rest = fit === 0 ? undefined : segmentsBelow(parsePath(from), path, folding);
      if (!rest) continue;
      const target = joinPath(parsePath(to, rules.style === 'windows'), { root: '', up: 0, segments: rest });
      const order = [fit, -rest.length, rank];
      const stage = stages.get(order.join()) ?? { order, places: [] };
      stages.set(order.join(), stage);
      for (const place of this.inside([target], 'named')) {
        if (!stage.places.some((other) => other.path === place.path))
          stage.places.push({ ...place, origin, forAll: fit === 1 && rank < SURE_RANK });
      }
    }
    const sorted = [...stages.values()].sort((a, b) => {
      const differs = a.order.findIndex((value, index) => value !== b.order[index]);
      return (b.order[differs] ?? 0) - (a.order[differs] ?? 0);
    });
    return sorted.map(({ places }) => places);
  }

  inside(paths: readonly PlainPath[], by: MappedBy): MappedPath[] {
    const seen = new Set<string>();
    const mapped: MappedPath[] = [];
    for (const path of paths) {
      const place = locateInFolders(path, this.#context);
      if (!place || place.segments.length === 0) continue;
      const stored = this.#context.files.find(path);
      const local = stored ?? this.#inFolder(place.folder, place.segments);
      if (seen.has(local)) continue;
      seen.add(local);
      mapped.push({
        path: local,
        shownPath: showPlace(place, this.#context),
        by,
        segments: path.segments.length,
        whole: true,
        outside: false,
        known: stored !== undefined,
      });
    }
    return mapped;
  }

  /** Known files whose paths end as this one does; what is equal in a segment or two alone has to fit the sender. */
  bySuffix(path: PlainPath, sender: Sender): MappedPath[] {
    const { files, rules } = this.#context;
    const name = path.segments.at(-1);
    if (name === undefined) return [];
    const least = isLibraryPath(path.segments) ? 2 : 1;
    const alike: SameName[] = [];
    for (const file of files.named(name)) {
      const local = parsePath(file, rules.style === 'windows');
      const segments = commonSuffix(path.segments, local.segments, rules);
      const place = segments < least ? undefined : locateInFolders(local, this.#context);
      if (place) alike.push({ file, local, place, segments });
    }
    return this.#fitting(alike, sender)
      .slice(0, MAX_SUFFIX_TIES)
      .map(({ file, place, segments }) => ({
        path: file,
        shownPath: showPlace(place, this.#context),
        by: 'suffix',
        segments,
        whole: segments >= place.segments.length,
        outside: false,
        known: true,
      }));
  }

  /**
   * Those with the longest common end. `/app/main.py` of a container says little, though: a file in the folder that is
   * named as the sender goes before the `app/main.py` of another, and one that the workspace gives to another process
   * is as good as any of its name.
   */
  #fitting(alike: readonly SameName[], sender: Sender): readonly SameName[] {
    const longest = withMost(alike);
    const most = longest[0]?.segments ?? 0;
    if (most > FEW_SEGMENTS || longest.length === alike.length || isNameless(sender)) return longest;
    const own = alike.filter(({ place: { folder, segments } }) =>
      [folder.name, ...segments.slice(0, -1)].some((name) => serviceFit([name], sender) === 3),
    );
    if (own.length > 0) return longest.some((each) => own.includes(each)) ? longest : withMost(own);
    if (!longest.every(({ local }) => this.#isOfAnother(local, sender))) return longest;
    return alike.map((each) => ({ ...each, segments: 1 }));
  }

  /**
   * Compiled JavaScript where a package or folder of the workspace may hold it, unseen as ignore rules hide what a build
   * wrote: by as many last segments as fit, at least two. Whether it is there has to be looked up.
   */
  built({ segments: sent }: PlainPath): MappedPath[][] {
    if (!/\.[cm]?js$/i.test(sent.at(-1) ?? '') || isLibraryPath(sent)) return [];
    const { files, rules } = this.#context;
    const packages = files
      .named('package.json')
      .map((path) => joinPath(parsePath(path, rules.style === 'windows'), UP));
    const roots = [...this.folders.map(({ plain }) => plain), ...packages].slice(0, MAX_BUILT_ROOTS);
    const stages: MappedPath[][] = [];
    for (let count = Math.min(MAX_BUILT_SEGMENTS, sent.length); count >= 2; count--) {
      const below: PlainPath = { root: '', up: 0, segments: sent.slice(-count) };
      const places = this.inside(
        roots.map((root) => joinPath(root, below)),
        'suffix',
      );
      stages.push(
        places.map((place) => ({ ...place, segments: count, whole: place.shownPath === below.segments.join('/') })),
      );
    }
    return stages;
  }

  /** Whether the deepest folder that the workspace gives to a process, and that holds the path, is not this one's. */
  #isOfAnother(path: PlainPath, sender: Sender): boolean {
    const { rules, named = [] } = this.#context;
    const holding = named
      .map(({ to, services }) => ({ folder: parsePath(to, rules.style === 'windows'), services }))
      .filter(({ folder, services }) => services.length > 0 && segmentsBelow(folder, path, rules) !== undefined);
    const deepest = Math.max(0, ...holding.map(({ folder }) => folder.segments.length));
    const owners = holding.filter(({ folder }) => folder.segments.length === deepest);
    return owners.length > 0 && owners.every(({ services }) => serviceFit(services, sender) === 0);
  }

  outside(path: PlainPath, bases: readonly PlainPath[]): MappedPath[] {
    const base = bases[0];
    const absolute = path.root !== '' ? path : base ? joinPath(base, path) : undefined;
    if (!absolute || absolute.segments.length === 0 || locateInFolders(absolute, this.#context)) return [];
    return this.#outside(absolute, 'asSent');
  }

  #outside(path: PlainPath, by: MappedBy): MappedPath[] {
    const { rules } = this.#context;
    // A path of the other platform cannot be opened here.
    if ((rules.style === 'windows') !== (path.root !== '/')) return [];
    const local = formatPath(path, rules);
    if (refusePath(local, rules) !== undefined) return [];
    const segments = path.segments.length;
    return [{ path: local, shownPath: local, by, segments, whole: true, outside: true, known: false }];
  }

  #inFolder(folder: SourceFolder, segments: readonly string[]): string {
    const separator = this.#context.rules.style === 'windows' ? '\\' : '/';
    return folder.path.replace(/[\\/]$/, '') + separator + segments.join(separator);
  }
}

/** The same file as Windows and the Linux beside it (WSL) name it: `C:\\x` and `/mnt/c/x`. */
function otherForms({ root, up, segments }: PlainPath): PlainPath[] {
  const drive = /^([a-z]):$/.exec(root)?.[1];
  if (drive !== undefined) return [{ root: '/', up, segments: ['mnt', drive, ...segments] }];
  const [mount, letter = ''] = segments;
  if (root !== '/' || mount !== 'mnt' || !/^[a-z]$/i.test(letter)) return [];
  return [{ root: `${letter.toLowerCase()}:`, up, segments: segments.slice(2) }];
}

function withMost(files: readonly SameName[]): readonly SameName[] {
  const most = files.reduce((best, { segments }) => Math.max(best, segments), 0);
  return files.filter(({ segments }) => segments === most);
}

function isNameless({ serviceName }: Sender): boolean {
  return serviceName === '' || /^unknown_service/.test(serviceName);
}
