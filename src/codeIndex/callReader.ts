import type { QueryMatch } from '@vscode/tree-sitter-wasm';
import type { CodeCall } from '../core/source/codeFacts.ts';
import type { FunctionRange } from './functionRanges.ts';

const MAX_CALLS = 20_000;
const MAX_CALLEE = 200;
const MAX_CALLEE_TEXT = 2_000;
const MAX_ARGUMENTS = 300;

/** Calls in order of their place, from matches of a query with `@call` and `@callee`, the callee's last name `@name`. */
export function readCalls(matches: readonly QueryMatch[], functions: readonly FunctionRange[]): CodeCall[] {
  const found = new Map<number, CodeCall & { readonly start: number }>();
  for (const match of matches.slice(0, MAX_CALLS)) {
    const node = (name: string): QueryMatch['captures'][number]['node'] | undefined =>
      match.captures.find((capture) => capture.name === name)?.node;
    const call = node('call');
    if (!call || found.has(call.id)) continue;
    const place = node('name') ?? node('callee') ?? call;
    const written = match.captures.filter(({ name }) => name === 'callee' || name === 'name').map((each) => each.node);
    const from = Math.min(...written.map(({ startIndex }) => startIndex));
    const until = Math.max(...written.map(({ endIndex }) => endIndex));
    const text = call.text.slice(from - call.startIndex, until - call.startIndex);
    found.set(call.id, {
      callee: dotted(text),
      argumentText: call.text.slice(until - call.startIndex, until - call.startIndex + MAX_ARGUMENTS),
      line: place.startPosition.row + 1,
      column: place.startPosition.column + 1,
      endLine: call.endPosition.row + 1,
      functionName: '',
      start: place.startIndex,
    });
  }
  return inFunctions(
    [...found.values()].sort((a, b) => a.start - b.start),
    functions,
  );
}

/** The innermost function of each call; both lists are in order of their start. */
function inFunctions(
  calls: readonly (CodeCall & { readonly start: number })[],
  functions: readonly FunctionRange[],
): CodeCall[] {
  const open: FunctionRange[] = [];
  let next = 0;
  return calls.map(({ start, ...call }) => {
    for (let range = functions[next]; range && range.start <= start; range = functions[++next]) {
      while (open.length > 0 && (open.at(-1)?.end ?? 0) <= range.start) open.pop();
      open.push(range);
    }
    while (open.length > 0 && (open.at(-1)?.end ?? 0) <= start) open.pop();
    return { ...call, functionName: open.at(-1)?.name ?? '' };
  });
}

/** `a.b(x)[0].c` as `a.b.c`: arguments, indexes and spaces are left out. */
function dotted(text: string): string {
  let depth = 0;
  let plain = '';
  for (const character of text.slice(-MAX_CALLEE_TEXT)) {
    if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character)) depth = Math.max(0, depth - 1);
    else if (depth === 0 && !/[?!]/.test(character)) plain += character;
  }
  return plain
    .trimStart()
    .replace(/^(?:await|new)\s+/, '')
    .replace(/\s+/g, '')
    .slice(-MAX_CALLEE);
}
