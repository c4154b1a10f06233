import * as vscode from 'vscode';
import type { SourceCandidate, SourceEvidence } from '../core/model/source.ts';

/** Why a place was chosen, in a sentence. */
export function evidenceText(evidence: SourceEvidence): string {
  switch (evidence.kind) {
    case 'codeAttributes': {
      const named = vscode.l10n.t('named by {0}', evidence.keys.join(', '));
      return evidence.mapping === undefined ? named : `${named} (${evidence.mapping})`;
    }
    case 'spanLiteral':
      return vscode.l10n.t('{0} starts a span named "{1}" here', evidence.call, evidence.literal);
    case 'declaration':
      switch (evidence.what) {
        case 'route':
          return vscode.l10n.t('the route {0} is served here', evidence.declared);
        case 'procedure':
          return vscode.l10n.t('the procedure {0} is served here', evidence.declared);
        case 'task':
          return vscode.l10n.t('the task {0} is run here', evidence.declared);
      }
    case 'symbol':
      return evidence.key === ''
        ? vscode.l10n.t('a function named like the span: {0}', evidence.symbol)
        : vscode.l10n.t('the function {0}, named by {1}', evidence.symbol, evidence.key);
    case 'remembered':
      return vscode.l10n.t('you chose this place before');
    case 'stackFrame':
      return vscode.l10n.t('stack frame: {0}', evidence.frame);
    case 'callSite':
      if (evidence.call === '')
        return vscode.l10n.t('a library made it inside the span "{0}", which starts here', evidence.parent);
      return vscode.l10n.t('{0} is called here, inside the span "{1}"', evidence.call, evidence.parent);
  }
}

/** What became of the line since the span was made; empty when the file did not change. */
export function driftText({ drift }: SourceCandidate): string {
  if (!drift) return '';
  return drift.kind === 'moved'
    ? vscode.l10n.t('was line {0} then', drift.from)
    : vscode.l10n.t('the file changed since: perhaps another line now');
}
