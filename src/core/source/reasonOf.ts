import type { SourceCandidate, SourceEvidence } from '../model/source.ts';

/** Why a place was chosen, in an English sentence; span text in it is cut and without control characters. */
export function reasonOf(evidence: SourceEvidence): string {
  switch (evidence.kind) {
    case 'codeAttributes': {
      const named = `Named by ${evidence.keys.join(', ')}`;
      return evidence.mapping === undefined ? `${named}.` : `${named} (${evidence.mapping}).`;
    }
    case 'spanLiteral':
      return `${evidence.call} starts a span named "${evidence.literal}" here.`;
    case 'declaration':
      return `The ${evidence.what} ${evidence.declared} is served here.`;
    case 'symbol':
      return evidence.key === ''
        ? `A function named like the span: ${evidence.symbol}.`
        : `The function ${evidence.symbol}, named by ${evidence.key}.`;
    case 'remembered':
      return 'You chose this place before.';
    case 'stackFrame':
      return `Stack frame: ${evidence.frame}`;
    case 'callSite':
      if (evidence.call === '') return `A library made it inside the span "${evidence.parent}", which starts here.`;
      return `${evidence.call} is called here, inside the span "${evidence.parent}".`;
  }
}

/** What became of a place since the span was made, in an English sentence; empty when it did not change. */
export function driftOf({ drift }: SourceCandidate): string {
  if (!drift) return '';
  if (drift.kind === 'moved') return `It was line ${String(drift.from)} when the span was made.`;
  return 'The file was changed after the span was made; this may be another line now.';
}
