import type { SourceEvidence } from '../model/source.ts';

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
    case 'stackFrame':
      return `Stack frame: ${evidence.frame}`;
    case 'callSite':
      if (evidence.call === '') return `A library made it inside the span "${evidence.parent}", which starts here.`;
      return `${evidence.call} is called here, inside the span "${evidence.parent}".`;
  }
}
