'use strict';
const { findFunctions } = require('./findFunction.cjs');
const { tokensOf } = require('./tokens.cjs');

/**
 * Puts a call of ours into functions, on the lines they have: docs/adr/0011. The body becomes an arrow function within the
 * body, which has `this`, `arguments`, `new.target` and `super` of the function it is in; the function itself, what it is
 * called with and where it is defined stay what they are.
 *
 * `wanted` are qualified names, `accepts(name, offset)` says the line to tell for the definition of a name at an offset, or
 * undefined when it is another function. Returns the text with as many as could be found, and the names of the others.
 */
exports.rewrite = function rewrite(source, file, wanted, accepts) {
  const tokens = tokensOf(source);
  const insertions = [];
  const missing = [];
  for (const name of wanted) {
    let done = false;
    for (const found of findFunctions(tokens, name)) {
      const line = accepts(name, tokens[found.at].start);
      if (line === undefined) continue;
      const parts = partsOf(tokens, found, [name, file, line]);
      if (parts === undefined) break;
      insertions.push(...parts);
      done = true;
      break;
    }
    if (!done) missing.push(name);
  }
  // Of two at one place, the later one closes what is within the other.
  insertions.sort((a, b) => a.at - b.at);
  let text = '';
  let from = 0;
  for (const { at, added } of insertions) {
    text += source.slice(from, at) + added;
    from = at;
  }
  return { text: text + source.slice(from), missing };
};

/** What to insert; undefined where it would change what the function does. */
function partsOf(tokens, found, site) {
  const { open, close, generator, arrow, expression } = found;
  const names = namesOf(tokens, found.params);
  const isAsync = found.async ? 'async ' : '';
  const shown = `${site.map((each) => JSON.stringify(each)).join(',')},${JSON.stringify(names)},[${names.join(',')}]`;
  if (expression)
    return [
      { at: tokens[open].start, added: `__spanline_call__(${shown},${isAsync}()=>` },
      { at: tokens[close].end, added: ')' },
    ];
  const body = afterDirectives(tokens, open, close);
  const inside = tokens.slice(body, close);
  // A `var` of a parameter's name is the parameter; in a function of its own it would be another.
  const again = declaredAgain(inside, names);
  const within = again ? names.join(',') : '';
  if (again && (generator || inside.some(({ text }) => text === 'arguments'))) return undefined;
  if (generator && inside.some(({ text }) => text === 'super')) return undefined;
  const begin = tokens[body - 1].end;
  if (generator)
    return [
      { at: begin, added: `return yield* __spanline_generator__(${shown},(${isAsync}function*(){` },
      { at: tokens[close].start, added: '}).apply(this,arguments));' },
    ];
  // Without names to ask for, what came is told by its place.
  const nameless = names.length === 0 && !arrow ? ',arguments' : '';
  return [
    { at: begin, added: `return __spanline_call__(${shown},${isAsync}(${within})=>{` },
    { at: tokens[close].start, added: `}${nameless});` },
  ];
}

/** The token after the brace and `'use strict'`, which holds for the function only where it is first. */
function afterDirectives(tokens, open, close) {
  let at = open + 1;
  while (at < close && tokens[at].kind === 'text') {
    const next = tokens[at + 1];
    if (next.text === ';') at += 2;
    else if (next.line || next.text === '}') at++;
    else break;
  }
  return at;
}

function declaredAgain(body, names) {
  for (let at = 0; at < body.length; at++) {
    if (body[at].text !== 'var') continue;
    for (let next = at + 1; next < body.length && body[next].text !== ';'; next++)
      if (body[next].kind === 'name' && names.includes(body[next].text)) return true;
  }
  return false;
}

/** The names that parameters bind, patterns too. */
function namesOf(tokens, [open, close]) {
  const names = new Set();
  for (const [from, to] of partsBetween(tokens, open + 1, close)) addBound(tokens, from, to, names);
  names.delete('this');
  return [...names];
}

/** Ranges of tokens between the commas of a list; those of types are none. */
function partsBetween(tokens, from, to) {
  const parts = [];
  let begin = from;
  let angles = 0;
  let type = false;
  for (let at = from; at < to; at++) {
    const { text, pair } = tokens[at];
    if (pair > at) at = pair;
    else if (text === ':') type = true;
    else if (text === '=') type = false;
    else if (type && text === '<') angles++;
    else if (type && text === '>') angles--;
    else if (text === ',' && angles <= 0) {
      parts.push([begin, at]);
      begin = at + 1;
      angles = 0;
      type = false;
    }
  }
  if (begin < to) parts.push([begin, to]);
  return parts;
}

function addBound(tokens, from, to, names) {
  let at = from;
  // Decorators and modifiers of TypeScript.
  while (at < to && tokens[at].text === '@') {
    at += 2;
    while (at < to && tokens[at].text === '.') at += 2;
    if (tokens[at]?.text === '(') at = tokens[at].pair + 1;
  }
  while (tokens[at]?.kind === 'name' && tokens[at + 1]?.kind === 'name' && at + 1 < to) at++;
  if (tokens[at]?.text === '...') at++;
  const token = tokens[at];
  if (token === undefined || at >= to) return;
  if (token.kind === 'name') names.add(token.text);
  else if (token.text === '[')
    for (const part of partsBetween(tokens, at + 1, token.pair)) addBound(tokens, ...part, names);
  else if (token.text === '{')
    for (const [begin, end] of partsBetween(tokens, at + 1, token.pair)) {
      const computed = tokens[begin].text === '[' ? tokens[begin].pair : begin;
      if (tokens[computed + 1]?.text === ':' && computed + 1 < end) addBound(tokens, computed + 2, end, names);
      else addBound(tokens, begin, end, names);
    }
}
//# sourceURL=node:internal/spanline/rewrite
