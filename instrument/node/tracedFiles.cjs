'use strict';
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const vm = require('node:vm');
const { fileURLToPath } = require('node:url');
const { rewrite } = require('./rewrite.cjs');
const { tokensOf } = require('./tokens.cjs');
const { findFunctions } = require('./findFunction.cjs');

/** Of a file that is rewritten, and of a source map that is read. */
const MAX_FILE_CHARS = 5_000_000;
const MAX_MAP_BYTES = 30_000_000;
const ENTRY = /^(.+?\.[cm]?[jt]sx?)#(.+)$/;
const TYPESCRIPT = /\.[cm]?tsx?$/;
const INSTALLED = /[\\/]node_modules[\\/]/;

/** Which functions of a program are traced: `SPANLINE_TRACE_FUNCTIONS`, a JSON array of `/path/of/file.ts#Qualified.name`. */
exports.TracedFiles = class TracedFiles {
  /** Names by file. */
  #names = new Map();
  #lastNames = new Set();

  constructor(listed) {
    for (const entry of JSON.parse(listed)) {
      const [, file, name] = (typeof entry === 'string' && ENTRY.exec(entry)) || [];
      if (file === undefined) continue;
      const place = realPath(file);
      if (!this.#names.has(place)) this.#names.set(place, new Set());
      this.#names.get(place).add(name);
      this.#lastNames.add(path.basename(place)).add(path.basename(file));
    }
  }

  get isEmpty() {
    return this.#names.size === 0;
  }

  /**
   * The text to run instead of `source`, of the file at a path as it is about to be compiled; undefined for what stays as it is.
   * `raw` is TypeScript that somebody will compile, `module` an ES module. Never throws.
   */
  rewritten(source, file, { raw = false, module = false } = {}) {
    try {
      if (typeof source !== 'string' || source.length > MAX_FILE_CHARS) return undefined;
      const own = this.#lastNames.has(path.basename(file)) ? this.#names.get(realPath(file)) : undefined;
      const text =
        own === undefined
          ? this.#rewrittenByMap(source, file)
          : rewrittenFile(source, file, own, TYPESCRIPT.test(file) && !raw);
      if (text === undefined) return undefined;
      if (raw ? isTypescript(text) : isCode(text, module)) return text;
      say(`${file} is left as it is: what it would become is no code`);
    } catch (error) {
      say(`${file} is left as it is: ${error}`);
    }
    return undefined;
  }

  /** A file that was made from listed ones, as its source map says. */
  #rewrittenByMap(source, file) {
    if (INSTALLED.test(file)) return undefined;
    const map = sourceMapOf(source, file);
    if (map === undefined) return undefined;
    let text = source;
    for (const [at, original] of map.files.entries()) {
      if (!this.#lastNames.has(path.basename(original))) continue;
      const place = realPath(original);
      const names = this.#names.get(place);
      if (names === undefined) continue;
      const accepts = (_name, offset) => {
        const { line, column } = placeIn(source, offset);
        const entry = map.map.findEntry(line, column);
        return entry.originalSource === map.sources[at] ? entry.originalLine + 1 : undefined;
      };
      if (text !== source) {
        // A bundle of several: places hold for the text as it was.
        say(`${original}: only the functions of one file of ${file} are traced`);
        continue;
      }
      text = told(rewrite(source, place, names, accepts), original);
    }
    return text === source ? undefined : text;
  }
};

/** A file that is listed itself; when somebody has compiled it, lines are those of the file on disk. */
function rewrittenFile(source, file, names, compiled) {
  const place = realPath(file);
  const disk = compiled ? fs.readFileSync(file, 'utf8') : source;
  const tokens = disk === source ? undefined : tokensOf(disk);
  const accepts = (name, offset) => {
    if (tokens === undefined) return placeIn(source, offset).line + 1;
    const [found] = findFunctions(tokens, name);
    return found === undefined ? undefined : placeIn(disk, tokens[found.at].start).line + 1;
  };
  return told(rewrite(source, place, names, accepts), file);
}

function told({ text, missing }, file) {
  if (missing.length > 0) say(`not traced, as not found or not to be changed: ${missing.join(', ')} of ${file}`);
  return text;
}

/** Line and column of an offset, from 0. */
function placeIn(source, offset) {
  const before = source.slice(0, offset);
  return { line: before.split('\n').length - 1, column: offset - (before.lastIndexOf('\n') + 1) };
}

function realPath(file) {
  return fs.statSync(file, { throwIfNoEntry: false }) === undefined ? path.resolve(file) : fs.realpathSync(file);
}

/** The map that a file names at its end, with its sources as absolute paths. */
function sourceMapOf(source, file) {
  const found = /\/\/[#@] sourceMappingURL=(\S+)\s*$/.exec(source.slice(-MAX_FILE_CHARS));
  if (found === null || typeof Module.SourceMap !== 'function') return undefined;
  const [, url] = found;
  let text;
  let folder = path.dirname(file);
  if (url.startsWith('data:')) {
    const inline = /^data:application\/json[^,]*;base64,(.*)$/.exec(url);
    if (inline === null) return undefined;
    text = Buffer.from(inline[1], 'base64').toString();
  } else {
    const place = path.resolve(folder, decodeURIComponent(url));
    const stat = fs.statSync(place, { throwIfNoEntry: false });
    if (!stat?.isFile() || stat.size > MAX_MAP_BYTES) return undefined;
    text = fs.readFileSync(place, 'utf8');
    folder = path.dirname(place);
  }
  const payload = JSON.parse(text);
  if (!Array.isArray(payload.sources)) return undefined;
  const files = payload.sources.map((each) => {
    const name = `${payload.sourceRoot ?? ''}${payload.sourceRoot && !payload.sourceRoot.endsWith('/') ? '/' : ''}${each}`;
    return name.startsWith('file:') ? fileURLToPath(name) : path.resolve(folder, name);
  });
  return { files, sources: payload.sources, map: new Module.SourceMap({ ...payload, sourceRoot: '' }) };
}

/** Whether V8 takes it; compiled, not run. */
function isCode(text, module) {
  try {
    const own = text.replace(/^#!/, '//');
    if (module) new vm.Script(`(async function () { 'use strict'; ${withoutImports(own)}\n})`);
    else new vm.Script(`(function (exports, require, module, __filename, __dirname) { ${own}\n})`);
    return true;
  } catch {
    return false;
  }
}

/** An ES module's text as one may write it into a function: V8 compiles modules for flags only. */
function withoutImports(text) {
  const tokens = tokensOf(text);
  let result = '';
  let from = 0;
  const drop = (start, end, by) => {
    result += text.slice(from, start) + by;
    from = end;
  };
  for (let at = 0, depth = 0; at < tokens.length; at++) {
    const token = tokens[at];
    if (token.kind === 'mark' && token.pair >= 0) depth += token.pair > at ? 1 : -1;
    if (token.kind !== 'name' || tokens[at - 1]?.text === '.') continue;
    const next = tokens[at + 1]?.text;
    if (token.text === 'import' && next === '.') drop(token.start, token.end, 'globalThis');
    else if (depth > 0 || (token.text !== 'import' && token.text !== 'export') || next === '(' || next === ':')
      continue;
    else if (token.text === 'export' && next === 'default') drop(token.start, tokens[at + 1].end, ';0, ');
    else if (token.text === 'export' && next !== '{' && next !== '*') drop(token.start, token.end, '');
    else {
      let last = at + 1;
      while (last + 1 < tokens.length && tokens[last].kind !== 'text') {
        if (tokens[last].pair > last) last = tokens[last].pair;
        const after = tokens[last + 1];
        if (token.text === 'export' && tokens[last].text === '}' && after?.text !== 'from') break;
        last++;
      }
      // `with { type: 'json' }`
      if (tokens[last + 1]?.text === 'with' && tokens[last + 2]?.text === '{') last = tokens[last + 2].pair;
      drop(token.start, tokens[last].end, ';');
      at = last;
    }
  }
  return result + text.slice(from);
}

/** Whether Node can take the types out; without, nobody can say whether it is code. */
function isTypescript(text) {
  if (typeof Module.stripTypeScriptTypes !== 'function') return false;
  const emit = process.emitWarning;
  try {
    // It says that it is new, of a program that may use none of it.
    process.emitWarning = () => undefined;
    Module.stripTypeScriptTypes(text);
    return true;
  } catch {
    return false;
  } finally {
    process.emitWarning = emit;
  }
}

function say(what) {
  if (process.env.SPANLINE_CAPTURE_DEBUG === '1') process.stderr.write(`spanline: ${what}\n`);
}
//# sourceURL=node:internal/spanline/tracedFiles
