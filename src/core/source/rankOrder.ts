import type { SourceCandidate, SourceConfidence, SourceEvidence, SourceResolution } from '../model/source.ts';

/** A place and how it compares. */
export interface Ranked {
  readonly candidate: SourceCandidate;
  /** Compared from the left, larger first; equal throughout is a tie. */
  readonly order: readonly number[];
}

const CONFIDENCE: Readonly<Record<SourceConfidence, number>> = { exact: 3, likely: 2, guess: 1 };
const EVIDENCE: Readonly<Record<SourceEvidence['kind'], number>> = {
  remembered: 7,
  codeAttributes: 6,
  spanLiteral: 5,
  declaration: 4,
  symbol: 3,
  stackFrame: 2,
  callSite: 1,
};
const MAX_CANDIDATES = 50;

/** `fit` compares places of one kind of evidence, `affinity` how well the file fits the sender. */
export function rankOrder(
  confidence: SourceConfidence,
  outside: boolean,
  evidence: SourceEvidence,
  fit: number,
  affinity: number,
): readonly number[] {
  return [CONFIDENCE[confidence], outside ? 0 : 1, EVIDENCE[evidence.kind], fit, affinity];
}

/** The places best first, each line once; ambiguous when the first two are a tie. */
export function resolutionOf(ranked: readonly Ranked[], tried: readonly string[]): SourceResolution {
  const sorted = [...ranked].sort(
    (a, b) =>
      compareOrder(b.order, a.order) ||
      compareText(a.candidate.path, b.candidate.path) ||
      a.candidate.line - b.candidate.line ||
      a.candidate.column - b.candidate.column,
  );
  const seen = new Set<string>();
  const kept: Ranked[] = [];
  for (const entry of sorted) {
    const key = `${entry.candidate.path}\n${String(entry.candidate.line)}`;
    if (seen.has(key)) continue;
    seen.add(key);
    kept.push(entry);
  }
  const [first, second] = kept;
  const ambiguous = first !== undefined && second !== undefined && compareOrder(first.order, second.order) === 0;
  const candidates = kept.slice(0, MAX_CANDIDATES).map(({ candidate }) => candidate);
  return { candidates, ambiguous, tried: [...new Set(tried)] };
}

function compareOrder(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
