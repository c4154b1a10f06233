'use strict';

const MODIFIERS = /^(?:public|private|protected|readonly|override|static|abstract|async|get|set|accessor|declare)$/;

/**
 * The functions of a file that a qualified name may mean (`Ranker.predict`, `makeRanker.predict`, `save`), the likeliest first:
 * `{ at (the name's token), first, open, close, async, generator, arrow, expression, params }`. `open` and `close` are tokens of the
 * body's braces, or the first and the last of an arrow's expression. TypeScript's types are passed over; what has no body
 * (overloads, abstract methods) is left out.
 */
exports.findFunctions = function findFunctions(tokens, name) {
  const whole = { from: 0, to: tokens.length, members: '' };
  const parts = name.split('.');
  const found = inScope(tokens, whole, parts);
  if (found.length > 0) return found;
  // What a module exports as an object goes by its own name.
  const exported = parts[0] === 'exports' ? [] : inScope(tokens, whole, ['exports', ...parts]);
  return exported.length > 0 || parts.length > 1 ? exported : inNamelessObjects(tokens, name);
};

/** Methods of objects that have no name, e.g. of `export default { save() {} }`. */
function inNamelessObjects(tokens, name) {
  const found = [];
  for (const [at, token] of tokens.entries()) {
    if (!isNamed(token, name)) continue;
    const method = methodAt(tokens, at, { from: 0 });
    if (method === undefined) continue;
    const before = tokens[method.first - 1];
    // A brace after one of these begins an object.
    const isFirst =
      before?.text === '{' && /^(?:[(=:,[?]|=>|default|return)$/.test(tokens[method.first - 2]?.text ?? '');
    if (before?.text === ',' || isFirst) found.push({ at, ...method });
  }
  return found;
}

function inScope(tokens, scope, [name, ...rest]) {
  const found = [];
  for (const { at, definition } of definitions(tokens, scope, name)) {
    if (rest.length === 0) {
      if (definition.open !== undefined) found.push({ at, ...definition });
      continue;
    }
    const within = definition.scope ?? (definition.open === undefined ? undefined : scopeOf(definition));
    if (within !== undefined) found.push(...inScope(tokens, within, rest));
  }
  return found;
}

const scopeOf = ({ open, close }) => ({ from: open + 1, to: close, members: '' });

/** What is defined under a name in a scope, what lies least deep first. */
function definitions(tokens, scope, name) {
  const found = [];
  let depth = 0;
  for (let at = scope.from; at < scope.to; at++) {
    const token = tokens[at];
    if (token.kind === 'mark') {
      if (scope.members && token.pair > at) {
        // Members are nowhere deeper.
        at = token.pair;
        continue;
      }
      if (token.pair > at) depth++;
      else if (token.pair >= 0) depth--;
    }
    if (!isNamed(token, name)) continue;
    const definition = definitionAt(tokens, at, scope);
    if (definition !== undefined) found.push({ at, depth, definition });
  }
  return found.sort((a, b) => a.depth - b.depth);
}

function isNamed({ kind, text }, name) {
  if (kind === 'name') return text === name || (text.startsWith('#') && text.slice(1) === name);
  return kind === 'text' && text.slice(1, -1) === name;
}

function definitionAt(tokens, at, scope) {
  const before = tokens[at - 1];
  const next = tokens[at + 1];
  if (next === undefined) return undefined;
  if (before?.text === 'class') return classAt(tokens, at + 1);
  const star = before?.text === '*' ? 1 : 0;
  const word = tokens[at - 1 - star];
  if (word?.text === 'function') {
    const isAsync = tokens[at - 2 - star]?.text === 'async';
    return functionFrom(tokens, at + 1, {
      async: isAsync,
      generator: star === 1,
      first: at - 1 - star - (isAsync ? 1 : 0),
    });
  }
  if (scope.members) {
    const method = methodAt(tokens, at, scope);
    if (method !== undefined) return method;
    if (next.text === ':' || next.text === '=' || next.text === '?' || next.text === '!')
      return valueAfter(tokens, at, scope);
    return undefined;
  }
  // `const name = …`, `name = …`, `exports.name = …`, `Type.prototype.name = …`
  if (next.text === '=' || (next.text === ':' && /^(?:const|let|var|,)$/.test(before?.text ?? ''))) {
    const value = valueAfter(tokens, at, scope);
    if (value !== undefined) return value;
  }
  // `name: { … }` of an object that has no name itself.
  const object = next.text === ':' && tokens[at + 2]?.text === '{' ? tokens[at + 2] : undefined;
  return object && { scope: { from: at + 3, to: object.pair, members: 'object' } };
}

function methodAt(tokens, at, scope) {
  let first = at;
  let isAsync = false;
  let generator = false;
  for (let back = at - 1; back >= scope.from; back--) {
    const token = tokens[back];
    if (token.text === '*') generator = true;
    else if (token.kind === 'name' && MODIFIERS.test(token.text)) isAsync ||= token.text === 'async';
    else break;
    first = back;
  }
  let next = at + 1;
  if (tokens[next]?.text === '?') next++;
  return functionFrom(tokens, next, { async: isAsync, generator, first });
}

/** A function from its type parameters or parameters on; undefined when it has no body. */
function functionFrom(tokens, from, { async: isAsync, generator, first }) {
  const open = afterTypeParameters(tokens, from);
  if (tokens[open]?.text !== '(') return undefined;
  const body = afterReturnType(tokens, tokens[open].pair + 1, false);
  if (tokens[body]?.text !== '{') return undefined;
  return {
    first,
    open: body,
    close: tokens[body].pair,
    async: isAsync,
    generator,
    arrow: false,
    expression: false,
    params: [open, tokens[open].pair],
  };
}

/** What a name is given: `name: value`, `name = value`, `name: Type = value`. */
function valueAfter(tokens, at, scope) {
  let next = at + 1;
  if (tokens[next].text === '?' || tokens[next].text === '!') next++;
  const end = Math.min(scope.to, at + 400);
  if (tokens[next]?.text === ':' && scope.members !== 'object') {
    for (next++; next < end && tokens[next].text !== '='; next++) {
      if (tokens[next].text === ';') return undefined;
      if (tokens[next].pair > next) next = tokens[next].pair;
    }
  }
  if (tokens[next]?.text !== '=' && tokens[next]?.text !== ':') return undefined;
  // `==`, `===`: no definition.
  if (tokens[next + 1]?.text === '=') return undefined;
  return valueAt(tokens, next + 1, 0);
}

function valueAt(tokens, from, depth) {
  let at = from;
  const first = at;
  const isAsync = tokens[at]?.text === 'async' && !tokens[at + 1]?.line;
  if (isAsync) at++;
  const token = tokens[at];
  if (token === undefined) return undefined;
  if (token.text === 'function') {
    const generator = tokens[at + 1]?.text === '*';
    let next = at + (generator ? 2 : 1);
    if (tokens[next]?.kind === 'name') next++;
    return functionFrom(tokens, next, { async: isAsync, generator, first });
  }
  if (token.text === 'class') return classAt(tokens, tokens[at + 1]?.kind === 'name' ? at + 2 : at + 1);
  if (token.text === '{') return { scope: { from: at + 1, to: token.pair, members: 'object' } };
  const arrow = arrowFrom(tokens, at, first, isAsync);
  if (arrow !== undefined) return arrow;
  // `__name(function …)`, `handler(async (…) => …)`, `(function …)`: what is given first.
  if (depth > 2) return undefined;
  while (tokens[at]?.kind === 'name' && (tokens[at + 1]?.text === '.' || tokens[at + 1]?.text === '(')) {
    if (tokens[at + 1].text === '(') return valueAt(tokens, at + 2, depth + 1);
    at += 2;
  }
  return tokens[at]?.text === '(' ? valueAt(tokens, at + 1, depth + 1) : undefined;
}

function arrowFrom(tokens, at, first, isAsync) {
  let params;
  let next;
  if (tokens[at].kind === 'name' && tokens[at + 1]?.text === '=>') {
    params = [at - 1, at + 1];
    next = at + 1;
  } else {
    const open = afterTypeParameters(tokens, at);
    if (tokens[open]?.text !== '(') return undefined;
    params = [open, tokens[open].pair];
    next = afterReturnType(tokens, tokens[open].pair + 1, true);
  }
  if (tokens[next]?.text !== '=>' || tokens[next + 1] === undefined) return undefined;
  const common = { first, async: isAsync, generator: false, arrow: true, params };
  const body = next + 1;
  if (tokens[body].text === '{') return { ...common, open: body, close: tokens[body].pair, expression: false };
  return { ...common, open: body, close: endOfExpression(tokens, body), expression: true };
}

function classAt(tokens, from) {
  for (let at = from; at < tokens.length; at++) {
    const token = tokens[at];
    if (token.text === ';') return undefined;
    if (token.text === '<') {
      at = afterTypeParameters(tokens, at) - 1;
      if (at < from) return undefined;
      continue;
    }
    if (token.text === '{') return { scope: { from: at + 1, to: token.pair, members: 'class' } };
    if (token.pair > at) at = token.pair;
  }
  return undefined;
}

function afterTypeParameters(tokens, from) {
  if (tokens[from]?.text !== '<') return from;
  let depth = 0;
  for (let at = from; at < tokens.length; at++) {
    const { text, pair } = tokens[at];
    if (text === '<') depth++;
    else if (text === '>' && --depth === 0) return at + 1;
    else if (pair > at) at = pair;
    else if (pair >= 0) return -1;
  }
  return -1;
}

/** Where the body, or the arrow, of a function begins whose return type may be written. */
function afterReturnType(tokens, from, arrow) {
  if (tokens[from]?.text !== ':') return from;
  let expected = true;
  for (let at = from + 1; at < tokens.length; at++) {
    const { kind, text, pair } = tokens[at];
    if (text === '<') {
      at = afterTypeParameters(tokens, at) - 1;
      if (at < from) return -1;
      expected = false;
    } else if (pair > at) {
      if (text === '{' && !expected) return at;
      at = pair;
      expected = false;
    } else if (text === '=>') {
      if (arrow && tokens[at - 1].text !== ')') return at;
      if (arrow && tokens[at + 1]?.text === '{') return at;
      expected = true;
    } else if (text === ';' || text === '=' || pair >= 0) return -1;
    else expected = kind === 'mark' || /^(?:is|keyof|typeof|extends|asserts|readonly|infer|unique)$/.test(text);
  }
  return -1;
}

/** Marks and words that an expression goes on after, and before, although a line ends. */
const GOES_ON_AFTER =
  /^(?:[=+\-*/%&|^<>!~?:.,]|=>|\?\.|&&|\|\||\?\?|\.\.\.|typeof|void|delete|new|await|yield|in|of|instanceof|async)$/;
const GOES_ON_BEFORE = /^(?:[=+\-*/%&|^<>?:.([]|=>|\?\.|&&|\|\||\?\?|in|instanceof|as|satisfies)$/;

/** The last token of the expression that begins at a token, by JavaScript's rules for semicolons. */
function endOfExpression(tokens, from) {
  for (let at = from; at < tokens.length; at++) {
    const { text, pair } = tokens[at];
    if (at > from) {
      if (text === ',' || text === ';' || (pair >= 0 && pair < at)) return at - 1;
      const template = tokens[at].kind === 'template';
      if (tokens[at].line && !template && !GOES_ON_BEFORE.test(text) && !GOES_ON_AFTER.test(tokens[at - 1].text))
        return at - 1;
    }
    if (pair > at) at = pair;
  }
  return tokens.length - 1;
}
//# sourceURL=node:internal/spanline/findFunction
