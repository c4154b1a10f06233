import type { InstallRefusal } from './installRefusal.ts';

/** Puts arguments into `{0}`, `{1}` of a sentence, in the user's language where there is one. */
export interface Words {
  readonly t: (sentence: string, ...args: readonly (string | number)[]) => string;
}

/** English, for surfaces that are not translated. */
export const ENGLISH: Words = {
  t: (sentence, ...args) => sentence.replace(/\{(\d)\}/g, (_, at: string) => String(args[Number(at)] ?? '')),
};

/** Why packages could not be installed, and what to do about it. What installers said is in it: for one plain line. */
export function refusalText(refusal: InstallRefusal, l10n: Words): string {
  switch (refusal.kind) {
    case 'conflict':
      return refusal.own === ''
        ? refusal.needs
        : l10n.t(
            'the project has {0}, but {1}. Its own version wins, so this cannot be added to it.',
            refusal.own,
            refusal.needs,
          );
    case 'noVersion':
      return l10n.t('the registry has no version of {0} for this interpreter and system.', refusal.name);
    case 'offline':
      return refusal.host === ''
        ? l10n.t(
            'the package registry cannot be reached. Check the network, or the registry that pip or npm is set to.',
          )
        : l10n.t('{0} cannot be reached. Check the network, or the registry that pip or npm is set to.', refusal.host);
    case 'proxy':
      return l10n.t(
        'the proxy does not answer or refuses. pip and npm take it from HTTPS_PROXY, or from their own settings.',
      );
    case 'certificate':
      return l10n.t(
        'the certificate of the registry is not trusted here. Set PIP_CERT (pip) or NODE_EXTRA_CA_CERTS (npm) to the file with the right one.',
      );
    case 'denied':
      return l10n.t('the registry wants a login: {0}', refusal.said);
    case 'storage':
      return l10n.t('nothing can be written to the storage of Spanline: {0}', refusal.said);
    case 'noInstaller':
      return refusal.name === 'pip'
        ? l10n.t(
            'this Python has no pip, nothing to bring it along (ensurepip), and there is no uv on the PATH. Install one of them.',
          )
        : l10n.t('there is no npm on the PATH. It comes with Node.');
    case 'tooOld':
      return l10n.t(
        '{0} {1} is too old for OpenTelemetry, which needs {2} or newer.',
        refusal.name,
        refusal.has,
        refusal.needs,
      );
    case 'broken':
      return l10n.t('it does not load beside what the project has: {0}', refusal.said);
    case 'timeout':
      return l10n.t('it took longer than ten minutes.');
    case 'cancelled':
      return l10n.t('it was cancelled. Nothing was left behind.');
    case 'other':
      return refusal.said;
  }
}
