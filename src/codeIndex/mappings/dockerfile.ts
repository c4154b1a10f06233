import { posix } from 'node:path';

/** A path in the image and the path in the build context it was copied from; `source` is relative, empty for the context. */
export interface ImagePair {
  readonly target: string;
  readonly source: string;
}

export interface ImageLayout {
  /** Most telling first: pairs of the final stage, then of the stages before it. */
  readonly pairs: readonly ImagePair[];
  /** Where the program runs, absolute. */
  readonly workingDirectory: string;
}

interface Stage {
  readonly name: string;
  workingDirectory: string;
  readonly pairs: ImagePair[];
  readonly variables: Map<string, string>;
}

const MAX_LINES = 2_000;
const MAX_PAIRS = 200;

/**
 * What WORKDIR, COPY and ADD of a Dockerfile say about where the source lies in the image. `target` names a stage, else
 * the last one runs; the others count as well, since compiled programs name the paths they were built from. `isFile`
 * tells whether a path of the build context is a file. Copies between stages are followed.
 */
export function readDockerfile(text: string, target: string, isFile: (source: string) => boolean): ImageLayout {
  const stages: Stage[] = [];
  for (const [instruction, rest] of instructions(text)) {
    if (instruction === 'FROM') {
      stages.push(startStage(rest, stages));
      continue;
    }
    const stage = stages.at(-1);
    if (!stage) continue;
    if (instruction === 'WORKDIR') {
      stage.workingDirectory = posix.resolve(stage.workingDirectory, expand(unquote(rest), stage) ?? '.');
    } else if (instruction === 'ENV' || instruction === 'ARG') {
      const found = /^(\w{1,100})(?:=|\s+)("?)([^"\s]{0,500})\2/.exec(rest);
      if (found) stage.variables.set(found[1] ?? '', found[3] ?? '');
    } else if ((instruction === 'COPY' || instruction === 'ADD') && stage.pairs.length < MAX_PAIRS) {
      stage.pairs.push(...copied(rest, stage, stages, isFile));
    }
  }
  const named = stages.findIndex(({ name }, index) => target !== '' && (name === target || String(index) === target));
  const final = stages[named < 0 ? stages.length - 1 : named];
  if (!final) return { pairs: [], workingDirectory: '' };
  // What was copied later lies over what was copied before.
  const pairs = [final, ...stages.filter((stage) => stage !== final).reverse()].flatMap((stage) =>
    [...stage.pairs].reverse(),
  );
  return { pairs: pairs.slice(0, MAX_PAIRS), workingDirectory: final.workingDirectory };
}

function* instructions(text: string): Generator<readonly [string, string]> {
  let open = '';
  for (const line of text.split(/\r?\n/, MAX_LINES)) {
    if (/^\s*#/.test(line)) continue;
    const whole = `${open} ${line.trim()}`.slice(0, 8_000);
    if (whole.endsWith('\\')) {
      open = whole.slice(0, -1);
      continue;
    }
    open = '';
    const found = /^\s*([A-Za-z]+)\s+(.*)$/s.exec(whole);
    if (found) yield [(found[1] ?? '').toUpperCase(), (found[2] ?? '').trim()];
  }
}

function startStage(rest: string, stages: readonly Stage[]): Stage {
  const [, base = '', name = ''] = /^(?:--\S+\s+)*(\S+)(?:\s+[Aa][Ss]\s+(\S+))?/.exec(rest) ?? [];
  const parent = stages.find((stage) => stage.name !== '' && stage.name === base.toLowerCase());
  return {
    name: name.toLowerCase(),
    workingDirectory: parent?.workingDirectory ?? '/',
    pairs: [...(parent?.pairs ?? [])],
    variables: new Map(parent?.variables),
  };
}

function copied(
  rest: string,
  stage: Stage,
  stages: readonly Stage[],
  isFile: (source: string) => boolean,
): ImagePair[] {
  const flags = /^(?:--\S+\s+)*/.exec(rest)?.[0] ?? '';
  const from = /--from=(\S+)/.exec(flags)?.[1]?.toLowerCase();
  const words = argumentsOf(rest.slice(flags.length)).map((word) => expand(word, stage));
  const last = words.pop();
  if (last === undefined) return [];
  const into = /(?:^|\/)\.?$/.test(last) || words.length > 1;
  const target = posix.resolve(stage.workingDirectory, last);
  return words.flatMap((word) => {
    if (word === undefined || /^\w+:\/\/|^<</.test(word)) return [];
    if (from === undefined) return fromContext(word, target, into, isFile);
    const other = stages.find(({ name }, index) => name === from || String(index) === from);
    return other ? fromStage(posix.resolve('/', word), target, other) : [];
  });
}

function fromContext(word: string, target: string, into: boolean, isFile: (source: string) => boolean): ImagePair[] {
  const source = posix.resolve('/', word).slice(1);
  const name = posix.basename(source);
  // A pattern copies entries of a folder: they keep their names.
  if (/[*?[]/.test(name)) {
    const folder = posix.dirname(source);
    return /[*?[]/.test(folder) ? [] : [{ target, source: folder === '.' ? '' : folder }];
  }
  if (!isFile(source)) return [{ target, source }];
  const inside = { target: posix.join(target, name), source };
  return into ? [inside] : [inside, { target, source }];
}

/** What another stage had copied to `path`, or to a folder above or below it. */
function fromStage(path: string, target: string, { pairs }: Stage): ImagePair[] {
  return pairs.flatMap((pair) => {
    const below = relativeBelow(pair.target, path);
    if (below !== undefined) return [{ target, source: posix.join(pair.source, below) }];
    const above = relativeBelow(path, pair.target);
    return above === undefined ? [] : [{ target: posix.join(target, above), source: pair.source }];
  });
}

function relativeBelow(folder: string, path: string): string | undefined {
  if (path === folder) return '';
  return path.startsWith(folder === '/' ? '/' : `${folder}/`)
    ? path.slice(folder.length).replace(/^\//, '')
    : undefined;
}

/** `a b c/`, or the JSON form `["a", "b c/"]`. */
function argumentsOf(rest: string): string[] {
  if (rest.startsWith('[')) {
    try {
      const words: unknown = JSON.parse(rest);
      if (Array.isArray(words)) return words.filter((word) => typeof word === 'string');
    } catch {
      return [];
    }
  }
  return rest.split(/\s+/).slice(0, 100).map(unquote);
}

/** Variables set by ENV or ARG before; undefined where one stays unknown. */
function expand(word: string, { variables }: Stage): string | undefined {
  const unknown: string[] = [];
  const pattern = /\$(?:\{(\w{1,100})(?::-([^}]{0,500}))?\}|(\w{1,100}))/g;
  const text = word.replace(pattern, (whole, braced?: string, fallback?: string, bare?: string) => {
    const value = variables.get(braced ?? bare ?? '') ?? fallback;
    if (value === undefined) unknown.push(whole);
    return value ?? '';
  });
  return unknown.length === 0 ? text : undefined;
}

function unquote(word: string): string {
  return word.replace(/^(["'])(.*)\1$/s, '$2');
}
