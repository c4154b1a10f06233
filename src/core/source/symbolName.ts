const MAX_SYMBOL = 500;
const MAX_SEGMENTS = 20;

/**
 * The names a symbol is made of, outermost first, whatever language wrote it (attributes.md A2): `a.b.C.m`, `C#m`,
 * `ns::C::m`, `github.com/my/repo/pkg.(*T).m`, `outer.<locals>.inner`, `com.x.Main$1.m`, `Ns.C.<M>d__3.MoveNext()`,
 * `async fn`. Empty when it is no symbol: a sentence, a path of a URL.
 */
export function symbolSegments(symbol: string): string[] {
  if (symbol.length > MAX_SYMBOL) return [];
  const asyncMethod = /^(.{0,400})\.<(\w+)>d__\d+\.MoveNext(?:\(\))?$/.exec(symbol);
  const text = (asyncMethod ? `${asyncMethod[1] ?? ''}.${asyncMethod[2] ?? ''}` : symbol)
    .replace(/^(?:async|new)\s+/, '')
    .replace(/\([^()]*\)$/, '')
    .replace(/\(\*?([\w.]+)\)/g, '$1')
    .replaceAll('.<locals>', '')
    .replaceAll('::{{closure}}', '')
    .replace(/\$\$Lambda.*$/s, '')
    .replace(/\.func\d+(?:\.\d+)*$/, '')
    .replace(/^Object\.(?=<|[\w$]+$)/, '')
    .replace(/<[^<>]*>/g, '');
  if (!/^[\p{L}_$@][\p{L}\p{N}_$@./:#\\-]*$/u.test(text) || /[./:#\\]$/.test(text)) return [];
  const names = text.split(/::|[.#/\\]|\$(?=[A-Z\d])/).filter((name) => name !== '' && !/^\d+$/.test(name));
  const last = names.at(-1);
  return last === undefined || !/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(last) ? [] : names.slice(-MAX_SEGMENTS);
}

/**
 * How many of the symbol's segments, from the last, a definition confirms: its name, what is around it, the package
 * its file declares or the file's name and folders; `known` are such full names. 0 when the name is another.
 */
export function confirmedSegments(segments: readonly string[], known: readonly (readonly string[])[]): number {
  let best = 0;
  for (const names of known) {
    let matched = 0;
    while (matched < Math.min(names.length, segments.length)) {
      if (!sameName(names.at(-1 - matched), segments.at(-1 - matched))) break;
      matched++;
    }
    best = Math.max(best, matched);
  }
  return best;
}

/** A package `my-crate` is the module `my_crate`. */
function sameName(one: string | undefined, other: string | undefined): boolean {
  return one === other || one?.replaceAll('-', '_') === other?.replaceAll('-', '_');
}
