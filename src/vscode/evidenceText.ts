import * as vscode from 'vscode';
import type { SourceEvidence } from '../core/model/source.ts';

/** Why a place was chosen, in a sentence. */
export function evidenceText(evidence: SourceEvidence): string {
  switch (evidence.kind) {
    case 'codeAttributes': {
      const named = vscode.l10n.t('named by {0}', evidence.keys.join(', '));
      return evidence.mapping === undefined ? named : `${named} (${evidence.mapping})`;
    }
    case 'spanLiteral':
      return vscode.l10n.t('{0} starts a span named "{1}" here', evidence.call, evidence.literal);
    case 'stackFrame':
      return vscode.l10n.t('stack frame: {0}', evidence.frame);
    case 'callSite':
      if (evidence.call === '')
        return vscode.l10n.t('a library made it inside the span "{0}", which starts here', evidence.parent);
      return vscode.l10n.t('{0} is called here, inside the span "{1}"', evidence.call, evidence.parent);
  }
}
