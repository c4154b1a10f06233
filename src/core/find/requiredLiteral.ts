/** What starts something other than a literal character. */
const SPECIAL = '.^$|?*+()[]{}\\';

/**
 * The longest run of characters that every match of a regular expression (RE2 syntax) contains, as far as that can be
 * told without understanding it: from the top level only, empty when there is an alternative or none is found. Flags in the
 * expression may let letters match in the other case.
 */
export function requiredLiteral(source: string): string {
  let best = '';
  let run = '';
  const end = (): void => {
    if (run.length > best.length) best = run;
    run = '';
  };
  const characters = Array.from(source);
  for (let i = 0; i < characters.length;) {
    const character = characters[i]!;
    let literal: string | undefined;
    let next = i + 1;
    if (character === '\\') {
      const escaped = characters[i + 1];
      next = i + 2;
      // Letters and digits behind a backslash are classes, assertions and numbers; \Q quotes, \p{…} and \x{…} have braces.
      if (escaped === undefined || /[\p{L}\p{N}]/u.test(escaped)) {
        if (escaped === 'Q' || escaped === 'C') return '';
        if (escaped !== undefined && 'pPx'.includes(escaped) && characters[next] === '{') {
          while (next < characters.length && characters[next] !== '}') next++;
          next++;
        } else if (escaped === 'x' || escaped === 'p' || escaped === 'P') next += escaped === 'x' ? 2 : 1;
        else if (escaped !== undefined && /\p{N}/u.test(escaped)) while (/[0-7]/.test(characters[next] ?? '')) next++;
      } else literal = escaped;
    } else if (character === '|') return '';
    else if (character === '[') next = behindClass(characters, i);
    else if (character === '(') {
      next = behindGroup(characters, i);
      if (next < 0) return '';
    } else if (!SPECIAL.includes(character)) literal = character;
    const quantifier = characters[next];
    if (quantifier !== undefined && '?*+{'.includes(quantifier)) {
      // Once at least, with +; then whatever came before still stands right before it.
      if (literal !== undefined && quantifier === '+') run += literal;
      end();
      next++;
      if (quantifier === '{') while (next < characters.length && characters[next - 1] !== '}') next++;
      while (next < characters.length && '?*+'.includes(characters[next]!)) next++;
    } else if (literal === undefined) end();
    else run += literal;
    i = next;
  }
  end();
  return best;
}

function behindClass(characters: readonly string[], from: number): number {
  let at = from + 1;
  if (characters[at] === '^') at++;
  // A bracket that stands first is one of the class.
  if (characters[at] === ']') at++;
  for (; at < characters.length && characters[at] !== ']'; at++) {
    if (characters[at] === '\\') at++;
    else if (characters[at] === '[' && characters[at + 1] === ':') {
      while (at < characters.length && !(characters[at] === ':' && characters[at + 1] === ']')) at++;
      at++;
    }
  }
  return at + 1;
}

/** -1 when it is not closed. */
function behindGroup(characters: readonly string[], from: number): number {
  let open = 0;
  for (let at = from; at < characters.length;) {
    const character = characters[at]!;
    if (character === '\\') {
      // What is quoted may hold brackets that close nothing.
      if (characters[at + 1] === 'Q') return -1;
      at += 2;
      continue;
    }
    if (character === '[') {
      at = behindClass(characters, at);
      continue;
    }
    if (character === '(') open++;
    if (character === ')' && --open === 0) return at + 1;
    at++;
  }
  return -1;
}
