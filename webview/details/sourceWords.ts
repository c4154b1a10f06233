import type { SourceCandidate, SourceResolution } from '../../src/core/model/source.ts';

/** `predict.py:42 predict()`: the file's name, its line, and the function. */
export function placeOf(candidate: SourceCandidate): string {
  const file = candidate.shownPath.slice(candidate.shownPath.lastIndexOf('/') + 1);
  return `${file}:${candidate.line}${functionPart(candidate)}`;
}

/** The same with the whole path. */
export function fullPlaceOf(candidate: SourceCandidate): string {
  return `${candidate.shownPath}:${candidate.line}${functionPart(candidate)}`;
}

function functionPart(candidate: SourceCandidate): string {
  return candidate.functionName === '' ? '' : ` ${candidate.functionName}()`;
}

/** What stands before the place: nothing when it is exact, how sure otherwise. */
export function surenessOf(source: SourceResolution): string {
  if (source.ambiguous) return `${source.candidates.length} candidates`;
  const first = source.candidates[0];
  if (first?.drift?.kind === 'stale') return 'stale';
  return first && first.confidence !== 'exact' ? first.confidence : '';
}
