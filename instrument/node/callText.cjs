'use strict';
const fs = require('node:fs');

/** Of a call's text that is read, and of a file. */
const CALL_CHARS = 400;
const MAX_FILE_BYTES = 2 * 1024 * 1024;
const MAX_KNOWN = 5_000;
/** Lines of a chain before the call. */
const MAX_CHAIN = 20;
/** A call from where V8 or a source map has it: at its callee or at what it is called on. */
const CALL = /^[\w$.?!#\s[\]'"]*(?:<[^()]*>)?\(\s*/;
const BARE_NAME = /^([A-Za-z_$][\w$]*)\s*[,)]/;

/** By place: what its call says of the span's name. */
const known = new Map();
let lastFile = { name: '', text: '' };

/**
 * Who gives the name of the span that a call starts: `here` (a literal, a constant, an expression), `byCaller` (a variable
 * of the function), `unknown` when the text cannot be read. With a `name`, the call is one of a helper's: `here` only where
 * the text has the name's beginning or passes a constant.
 */
exports.nameGivenAt = function nameGivenAt(place, name) {
  const call = callAt(place);
  if (call === undefined) return 'unknown';
  if (call.variable) return 'byCaller';
  if (name === undefined || call.constant) return 'here';
  return call.literals.some((literal) => literal !== '' && name.startsWith(literal)) ? 'here' : 'unknown';
};

/**
 * The line that a call begins on: `client` of a chain whose call stands on a line of its own (`client`, `  .get(…)`), which is
 * where one looks for it.
 */
exports.lineOfCall = function lineOfCall({ file, line, column }) {
  const text = textOf(file);
  if (text === undefined) return line;
  const lines = text.slice(0, offsetOf(text, line + 1)).split('\n');
  let at = line;
  if (!/^\s*\??\.$/.test((lines[at - 1] ?? '').slice(0, column - 1))) return line;
  while (at > 1 && line - at < MAX_CHAIN && /^\s*\??\./.test(lines[at - 1] ?? '')) at--;
  return at;
};

function callAt(place) {
  const key = `${place.file}:${place.line}:${place.column}`;
  let call = known.get(key);
  if (call === undefined) {
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(key, (call = read(place) ?? null));
  }
  return call ?? undefined;
}

function read({ file, line, column }) {
  const text = textOf(file);
  if (text === undefined) return undefined;
  const start = offsetOf(text, line) + column - 1;
  const rest = text.slice(start, start + CALL_CHARS);
  const opening = CALL.exec(rest);
  if (opening === null) return undefined;
  const args = rest.slice(opening[0].length);
  const bare = BARE_NAME.exec(args)?.[1];
  const constant = bare !== undefined && isConstant(bare, text);
  return {
    variable: bare !== undefined && !constant,
    constant: constant || /^[\w$]+(?:\.#?[\w$]+)+\s*[,)]/.test(args),
    literals: literalsIn(args),
  };
}

/** Beginnings of the strings among a call's arguments, up to what is filled in. */
function literalsIn(args) {
  const found = [];
  for (const [, quote, text] of args.matchAll(/(['"`])((?:(?!\1|\$\{)[^\\\n])+)/g)) {
    found.push(text);
    if (quote === '' || found.length === 4) break;
  }
  return found;
}

/** Declared outside of functions, or imported: as good as a literal. */
function isConstant(name, text) {
  const escaped = name.replaceAll('$', '\\$');
  return (
    new RegExp(`^(?:export\\s+)?(?:const|let|var)\\s+${escaped}\\b`, 'm').test(text) ||
    new RegExp(`^import\\b[^;]*\\b${escaped}\\b[^;]*\\bfrom\\b`, 'm').test(text)
  );
}

function textOf(file) {
  if (lastFile.name === file) return lastFile.text;
  // Asked first: a read that fails throws, and debuggers stop there.
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (!stat?.isFile() || stat.size > MAX_FILE_BYTES) return undefined;
  lastFile = { name: file, text: fs.readFileSync(file, 'utf8') };
  return lastFile.text;
}

function offsetOf(text, line) {
  let offset = 0;
  for (let at = 1; at < line; at++) {
    const end = text.indexOf('\n', offset);
    if (end < 0) return text.length;
    offset = end + 1;
  }
  return offset;
}
//# sourceURL=node:internal/spanline/callText
