const MAX_TEMPLATE = 500;

/** A parameter of any framework: `{id}`, `{id:int}`, `:id`, `<int:id>`, `[id]`, `$id`, `(?P<id>\d+)`. */
export const PARAMETER = '*';
/** A parameter that takes the rest of the path: `{*rest}`, `*`, `[...rest]`, `{path:path}`, `**`. */
export const REST = '**';

const REST_SEGMENT =
  /^(?:\*{1,2}\w*|\{\*{1,2}[^{}]*\}|\{[^{}]*:(?:path|\.\*)\}|\{[^{}]*\.\.\.\}|<path:[^<>]*>|\[{1,2}\.{3}[^[\]]*\]{1,2}|:\w+[*+]|:\w+\{\.[*+]\})$/;
const PARAMETER_SEGMENT = /^(?:\{[^{}]*\}|:\w+.{0,100}|<[^<>]*>|\[[^[\]]*\]|\$\w+|\(\?P?<.{1,100}\).{0,10})$/s;
const PARAMETER_INSIDE = /\{[^{}]*\}|:\w+|<[^<>]*>|\[[^[\]]*\]/;

/**
 * The segments of a route's path in one form for all frameworks, parameters as {@link PARAMETER} or {@link REST}:
 * `/users/{id}`, `users/:id/`, `^users/(?P<id>\d+)/$` are all `users`, `*`. Query, host and trailing slash are left out.
 */
export function templateSegments(template: string): string[] {
  const path = template
    .slice(0, MAX_TEMPLATE)
    .replace(/^[a-z]{2,5}:\/\/[^/]*/i, '')
    .replace(/^\^/, '')
    .replace(/\$$/, '');
  return splitPath(path).map(plainSegment);
}

function plainSegment(segment: string): string {
  if (REST_SEGMENT.test(segment)) return REST;
  if (PARAMETER_SEGMENT.test(segment) || PARAMETER_INSIDE.test(segment)) return PARAMETER;
  return segment.toLowerCase();
}

/** Splits at slashes that stand in no brackets: `{id:[^/]+}` is one segment. A query is cut off. */
function splitPath(path: string): string[] {
  const segments: string[] = [];
  let depth = 0;
  let segment = '';
  for (const character of path) {
    if ('{<[('.includes(character)) depth++;
    else if ('}>])'.includes(character)) depth = Math.max(0, depth - 1);
    if (depth === 0 && character === '?' && !segment.startsWith(':')) break;
    if (depth === 0 && character === '/') {
      if (segment !== '') segments.push(segment);
      segment = '';
    } else segment += character;
  }
  if (segment !== '') segments.push(segment);
  return segments;
}

/** How the end of one path fits the end of another: equal segments from the last, or 0 when neither ends with the other. */
export function matchedSegments(one: readonly string[], other: readonly string[]): number {
  const shorter = Math.min(one.length, other.length);
  for (let i = 1; i <= shorter; i++) {
    if (one[one.length - i] !== other[other.length - i]) return 0;
  }
  return shorter;
}

/**
 * How a declared path fits the end of one that was asked for, as it is on the wire: the segments they share and how
 * many of them no parameter stands for; undefined when they do not fit. A longer declaration does not fit.
 */
export function matchedPath(
  declared: readonly string[],
  path: readonly string[],
): { readonly matched: number; readonly fixed: number } | undefined {
  const rest = declared.indexOf(REST);
  if (rest >= 0) {
    const before = declared.slice(0, rest);
    const head = matchedPath(before, path.slice(0, before.length));
    return head?.matched === before.length && path.length >= before.length
      ? { ...head, matched: path.length }
      : undefined;
  }
  if (declared.length > path.length) return undefined;
  let fixed = 0;
  for (const [i, segment] of declared.entries()) {
    const asked = path[path.length - declared.length + i];
    if (segment === asked) fixed++;
    else if (segment !== PARAMETER) return undefined;
  }
  return { matched: declared.length, fixed };
}

/** A path below a prefix, with exactly one slash between the two. */
export function joinTemplate(prefix: string, template: string): string {
  const head = prefix.replace(/\/+$/, '');
  const tail = template.replace(/^\/+/, '');
  if (head === '') return template.startsWith('/') || template === '' ? template : `/${tail}`;
  return tail === '' ? head : `${head}/${tail}`;
}
