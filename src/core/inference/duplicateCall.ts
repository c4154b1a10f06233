import type { CallNote, ModelCall } from '../model/modelCall.ts';
import type { SpanDetails } from '../model/span.ts';

/** Spans between two records of one call: an HTTP client's, a decorator's. */
const MOST_BETWEEN = 3;

/** A span and what it was read as. */
interface ReadSpan {
  readonly details: SpanDetails;
  readonly call: ModelCall | null;
}

/**
 * Says that a call is also recorded by a span around it, as when two instrumentations of one library are on: a framework's
 * and the client's own. `above` gives the parent of a span, or undefined where it is not held.
 */
export function duplicateNote(
  { details, call }: ReadSpan,
  above: (details: SpanDetails) => ReadSpan | undefined,
): CallNote | undefined {
  if (call === null) return undefined;
  let inner = details;
  for (let steps = 0; steps < MOST_BETWEEN; steps++) {
    const outer = above(inner);
    if (outer === undefined || outer.details.spanId === details.spanId) return undefined;
    if (outer.call !== null) {
      if (!isSameCall(outer.call, call)) return undefined;
      const { name, scope } = outer.details;
      const by = scope.name === '' || scope.name === details.scope.name ? '' : ` by ${scope.name}`;
      const text = `The span around it, ${name}, records the same call${by}. Steps and token totals have it once.`;
      return { kind: 'duplicate', text };
    }
    inner = outer.details;
  }
  return undefined;
}

/** A model calls no model, and a tool not itself: what is inside one and alike is the same call. */
function isSameCall(outer: ModelCall, inner: ModelCall): boolean {
  if (outer.kind !== inner.kind) return false;
  switch (outer.kind) {
    case 'llm':
    case 'embedding':
    case 'reranker':
      return isSameModel(outer.model, inner.model) && agree(outer.responseId, inner.responseId);
    case 'retriever':
      return true;
    case 'tool':
      return agree(lastWord(outer.tool?.name), lastWord(inner.tool?.name));
    default:
      return false;
  }
}

/** `openai/gpt-4o` and `gpt-4o-2024-08-06`: the one that answers has its date, a router's name its provider. */
function isSameModel(a: string, b: string): boolean {
  const [first, second] = [a, b].map((name) => name.slice(name.lastIndexOf('/') + 1).toLowerCase()) as [string, string];
  return first.startsWith(second) || second.startsWith(first);
}

function agree(a: string | undefined, b: string | undefined): boolean {
  return a === undefined || b === undefined || a === '' || b === '' || a === b;
}

/** Tools are written `mcp__shop__find`, `tools/call find` and `find`. */
function lastWord(name: string | undefined): string | undefined {
  return name === undefined ? undefined : /[^./:\s]*$/.exec(name.replace(/^mcp__.*__/, ''))?.[0].toLowerCase();
}
