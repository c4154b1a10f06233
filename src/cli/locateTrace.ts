import type { SourceCandidate, SourceHints, SourceResolution } from '../core/model/source.ts';
import { driftOf, reasonOf } from '../core/source/reasonOf.ts';
import type { TraceCopy } from './traceCopy.ts';

/** One place of `spanline locate --json`; line and column count from 1. */
export interface PlaceJson {
  /** Absolute path on this machine. */
  readonly file: string;
  /** From the workspace folder, with `/`; the whole path outside. */
  readonly shownFile: string;
  readonly line: number;
  readonly column: number;
  readonly function: string;
  readonly confidence: SourceCandidate['confidence'];
  readonly evidence: SourceCandidate['evidence']['kind'];
  readonly reason: string;
  /** Outside the workspace: nothing was looked at there. */
  readonly outside: boolean;
  /** Of a notebook: the cell, from 0; `line` counts in it. */
  readonly cell?: number;
  /** The file was changed after the span: `moved` from the line `from`, or `stale`, perhaps another line now. */
  readonly drift?: NonNullable<SourceCandidate['drift']>;
}

/** A span of `spanline locate --json`, in the order of the waterfall. */
export interface LocatedSpan {
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly service: string;
  readonly kind: number;
  readonly depth: number;
  /** The first two candidates are equally good: an editor asks rather than opens one. */
  readonly ambiguous: boolean;
  /** Best first. */
  readonly candidates: readonly PlaceJson[];
  /** What was looked for, for a span without a candidate. */
  readonly tried: readonly string[];
}

/** Finds the places of every span of a trace; the resolver keeps its answers by kind of span. */
export async function* locateTrace(
  { store, tree, refAt }: TraceCopy,
  resolve: (hints: SourceHints) => Promise<SourceResolution>,
): AsyncGenerator<LocatedSpan> {
  for (let position = 0; position < tree.count; position++) {
    const ref = refAt(position);
    const hints = store.hints(ref);
    if (hints === undefined) continue;
    const { candidates, ambiguous, tried } = await resolve(hints);
    const index = tree.indexAt[position] ?? 0;
    yield {
      spanId: ref.spanId,
      parentSpanId: store.details(ref)?.parentSpanId ?? '',
      name: hints.spanName,
      service: hints.serviceName,
      kind: tree.kind[index] ?? 0,
      depth: tree.depth[position] ?? 0,
      ambiguous,
      candidates: candidates.map(placeJson),
      tried,
    };
  }
}

function placeJson(candidate: SourceCandidate): PlaceJson {
  const { path, shownPath, line, column, functionName, confidence, evidence, outside, cell, drift } = candidate;
  return {
    file: path,
    shownFile: shownPath,
    line,
    column,
    function: functionName,
    confidence,
    evidence: evidence.kind,
    reason: [reasonOf(evidence), driftOf(candidate)].filter((text) => text !== '').join(' '),
    outside,
    ...(cell === undefined ? {} : { cell }),
    ...(drift === undefined ? {} : { drift }),
  };
}
