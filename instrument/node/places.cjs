'use strict';
const Module = require('node:module');
const path = require('node:path');
const { fileURLToPath } = require('node:url');

/** Distinct places and files remembered; a program that makes code without end is asked anew. */
const MAX_KNOWN = 20_000;
const LIBRARY = /[\\/](?:node_modules|\.pnpm|\.yarn[\\/](?:cache|unplugged|__virtual__)|bower_components)[\\/]/;
const PLAIN_TYPES = new Set(['Object', 'Function', 'Module', 'global', 'Window', 'Promise', 'Array', 'process']);

/** @type {Map<string, boolean>} */
const userFiles = new Map();
/** By file and position in it. */
const places = new Map();

/** Whether a frame's file name is that of a file of the program's, not of a library or Node. */
exports.isUserFile = function isUserFile(name) {
  if (typeof name !== 'string') return false;
  const known = userFiles.get(name);
  if (known !== undefined) return known;
  const isUser =
    (name.startsWith('file:///') || path.isAbsolute(name)) && !LIBRARY.test(name) && !name.startsWith(__dirname);
  if (userFiles.size >= MAX_KNOWN) userFiles.clear();
  userFiles.set(name, isUser);
  return isUser;
};

/**
 * What a frame names: `file` (absolute), `line` and `column` from 1, in the original where a source map is loaded;
 * `function` empty for an anonymous one; `ranFile`, `ranLine`, `ranColumn` as it runs. Undefined when V8 does not say.
 */
exports.placeOf = function placeOf(site) {
  const name = site.getFileName();
  const position = site.getPosition();
  let known = places.get(name);
  if (known === undefined) {
    if (places.size >= MAX_KNOWN) places.clear();
    places.set(name, (known = new Map()));
  }
  let place = known.get(position);
  if (place === undefined) {
    place = read(site, name);
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(position, place);
  }
  return place ?? undefined;
};

function read(site, name) {
  const line = site.getLineNumber();
  const column = site.getColumnNumber();
  if (line === null || column === null) return null;
  const ranFile = name.startsWith('file:') ? fileURLToPath(name) : name;
  const ran = { ranFile, ranLine: line, ranColumn: column, function: functionOf(site) };
  const original = byNodesMap(name, ranFile, line, column) ?? byProgramsHook(site);
  return original === undefined
    ? { ...ran, file: ranFile, line, column, mapped: false }
    : { ...ran, ...original, mapped: true };
}

/** By the maps that Node loads under --enable-source-maps, which tsx and others switch on. */
function byNodesMap(name, ranFile, line, column) {
  if (typeof Module.findSourceMap !== 'function') return undefined;
  const entry = (Module.findSourceMap(ranFile) ?? Module.findSourceMap(name))?.findEntry(line - 1, column - 1);
  const source = entry?.originalSource;
  if (typeof source !== 'string' || typeof entry.originalLine !== 'number') return undefined;
  const file = source.startsWith('file:') ? fileURLToPath(source) : source;
  if (!path.isAbsolute(file)) return undefined;
  return { file, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
}

/** ts-node, source-map-support, jest and others write stacks by a hook of their own: one frame is enough to ask it. */
function byProgramsHook(site) {
  const prepare = Error.prepareStackTrace;
  if (typeof prepare !== 'function') return undefined;
  let text;
  try {
    text = prepare.call(Error, new Error(''), [site]);
  } catch {
    return undefined;
  }
  const found =
    typeof text === 'string' ? /\(?((?:file:\/\/|\/|[A-Za-z]:[\\/])[^()\n]*):(\d+):(\d+)\)?\s*$/.exec(text) : null;
  if (found === null) return undefined;
  const [, named, line, column] = found;
  const file = named.startsWith('file:') ? fileURLToPath(named) : named;
  return { file, line: Number(line), column: Number(column) };
}

/** `Type.method`, or the function's name; empty for an anonymous one. */
function functionOf(site) {
  const name = site.getFunctionName() ?? '';
  if (name === '' || name.includes('.') || site.isToplevel()) return name;
  const type = site.getTypeName();
  return type === null || type === '' || PLAIN_TYPES.has(type) ? name : `${type}.${name}`;
}
//# sourceURL=node:internal/spanline/places
