/** No list is read further. */
const MOST = 40;

/**
 * Those that begin with what was typed, then those that hold it, each kind in the order it came; quotes around an insert
 * do not count. At most 40. A list of the one thing that already stands there says nothing, and is empty.
 */
export function rankSuggestions<T extends { readonly insert: string }>(all: readonly T[], typed: string): readonly T[] {
  const wanted = typed.toLowerCase();
  const plain = ({ insert }: T): string => insert.replace(/^"|"$/g, '').toLowerCase();
  const begins = all.filter((each) => plain(each).startsWith(wanted));
  const holds = wanted === '' ? [] : all.filter((each) => !begins.includes(each) && plain(each).includes(wanted));
  const found = [...begins, ...holds].slice(0, MOST);
  return found.length === 1 && found[0] !== undefined && plain(found[0]) === wanted ? [] : found;
}
