'use strict';

/**
 * The tokens of JavaScript or TypeScript, as far as finding functions needs them: `{ kind, text, start, end, line }` with
 * `pair`, the other bracket's place in the list. Kinds: `name` (keywords and `#private` too), `text`, `template` (whole),
 * `number`, `regex`, `mark`; `line`: a line begins before it. Throws where brackets do not pair.
 */
exports.tokensOf = function tokensOf(source) {
  return scan(source, source.startsWith('#!') ? endOfLine(source, 0) : 0, false).tokens;
};

/** From an offset on, to the end; of what is filled into a template up to its brace. */
function scan(source, from, isHole) {
  const tokens = [];
  const open = [];
  let at = from;
  let line = false;
  const add = (kind, end) => {
    tokens.push({ kind, text: source.slice(at, end), start: at, end, line, pair: -1 });
    at = end;
    line = false;
  };
  while (at < source.length) {
    const char = source[at];
    if (char === '\n' || char === '\r') {
      line = true;
      at++;
      continue;
    }
    if (/\s|\uFEFF/.test(char)) {
      at++;
      continue;
    }
    if (char === '/' && source[at + 1] === '/') {
      at = endOfLine(source, at);
      continue;
    }
    if (char === '/' && source[at + 1] === '*') {
      const end = source.indexOf('*/', at + 2);
      if (end < 0) throw new Error('a comment has no end');
      line ||= source.slice(at, end).includes('\n');
      at = end + 2;
      continue;
    }
    if (char === '"' || char === "'") {
      const end = endOfText(source, at);
      // Not of a string: an apostrophe in the text of JSX.
      if (end < 0) add('mark', at + 1);
      else add('text', end);
      continue;
    }
    if (char === '`') {
      add('template', endOfTemplate(source, at));
      continue;
    }
    NAME.lastIndex = at;
    if (NAME.test(source)) {
      add('name', NAME.lastIndex);
      continue;
    }
    if (/[0-9]/.test(char) || (char === '.' && /[0-9]/.test(source[at + 1] ?? ''))) {
      NUMBER.lastIndex = at;
      NUMBER.test(source);
      add('number', NUMBER.lastIndex);
      continue;
    }
    if (char === '/' && mayBeRegex(tokens.at(-1))) {
      REGEX.lastIndex = at;
      if (REGEX.test(source)) {
        add('regex', REGEX.lastIndex);
        continue;
      }
    }
    if (isHole && char === '}' && open.length === 0) return { tokens, end: at + 1 };
    const mark = MARKS.find((each) => source.startsWith(each, at)) ?? char;
    if ('([{'.includes(mark)) open.push(tokens.length);
    add('mark', at + mark.length);
    if (!')]}'.includes(mark)) continue;
    const opening = open.pop();
    if (opening === undefined || PAIRS[tokens[opening].text] !== mark) throw new Error('brackets do not pair');
    tokens[opening].pair = tokens.length - 1;
    tokens.at(-1).pair = opening;
  }
  if (open.length > 0 || isHole) throw new Error('brackets do not pair');
  return { tokens, end: at };
}

const NAME = /#?[\p{ID_Start}$_][\p{ID_Continue}$\u200C\u200D]*/uy;
const NUMBER = /[0-9.][\w.]*/y;
const REGEX = /\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[A-Za-z]*/y;
const MARKS = ['...', '=>', '?.', '++', '--', '&&', '||', '??'];
const PAIRS = { '(': ')', '[': ']', '{': '}' };
/** Names that a value cannot end with. */
const BEFORE_VALUE = /^(?:return|typeof|case|in|of|delete|void|throw|new|do|else|instanceof|yield|await|default)$/;

function mayBeRegex(before) {
  if (before === undefined) return true;
  if (before.kind === 'name') return BEFORE_VALUE.test(before.text);
  // `<` before it: the end of an element of JSX.
  return before.kind === 'mark' && ![')', ']', '}', '<', '++', '--'].includes(before.text);
}

function endOfLine(source, from) {
  const end = source.indexOf('\n', from);
  return end < 0 ? source.length : end;
}

function endOfText(source, from) {
  for (let at = from + 1; at < source.length; at++) {
    const char = source[at];
    if (char === '\\') at++;
    else if (char === source[from]) return at + 1;
    else if (char === '\n') return -1;
  }
  return -1;
}

function endOfTemplate(source, from) {
  let at = from + 1;
  while (at < source.length) {
    const char = source[at];
    if (char === '\\') at += 2;
    else if (char === '`') return at + 1;
    else if (char === '$' && source[at + 1] === '{') at = scan(source, at + 2, true).end;
    else at++;
  }
  throw new Error('a template has no end');
}
//# sourceURL=node:internal/spanline/tokens
