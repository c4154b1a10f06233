/** Why packages could not be installed; each surface words it and says what to do. */
export type InstallRefusal =
  /** The project has `own`, and `needs` wants another version of it, in the installer's words. */
  | { readonly kind: 'conflict'; readonly own: string; readonly needs: string }
  /** There is no version of it for this interpreter and system. */
  | { readonly kind: 'noVersion'; readonly name: string }
  /** The registry cannot be reached. */
  | { readonly kind: 'offline'; readonly host: string }
  | { readonly kind: 'proxy' }
  | { readonly kind: 'certificate' }
  /** The registry wants a login, or forbids it. */
  | { readonly kind: 'denied'; readonly said: string }
  | { readonly kind: 'storage'; readonly said: string }
  | { readonly kind: 'noInstaller'; readonly name: 'pip' | 'npm' }
  | { readonly kind: 'tooOld'; readonly name: 'Python' | 'Node'; readonly has: string; readonly needs: string }
  /** It was installed, and the program's interpreter cannot load it. */
  | { readonly kind: 'broken'; readonly said: string }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'other'; readonly said: string };

const OFFLINE =
  /NewConnectionError|ConnectTimeout|ReadTimeout|NameResolution|Name or service not known|getaddrinfo|\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH)\b|dns error|error sending request|Network is unreachable/i;
const PROXY = /ProxyError|Cannot connect to proxy|Tunnel connection failed|\bE407\b|407 Proxy/i;
const CERTIFICATE =
  /CERTIFICATE_VERIFY_FAILED|SSLError|SELF_SIGNED_CERT|UNABLE_TO_(?:GET_ISSUER_CERT|VERIFY_LEAF)|CERT_HAS_EXPIRED|invalid peer certificate/i;
const DENIED = /^.*(?:\bE40[13]\b|40[13] (?:Client )?Error|40[13] (?:Unauthorized|Forbidden)).*$/im;
const STORAGE = /^.*(?:\b(?:EACCES|EROFS|ENOSPC|EDQUOT)\b|No space left on device|Read-only file system).*$/im;
const NOT_FOUND =
  /No matching distribution found for ([^\s(]+)|\bE404\b[^]*?resource '([^']+)'|No matching version found for ([^\s]+)/;
const MOST = 400;

/**
 * What the output of pip, uv or npm (both streams) says of why it failed. The order of looking is by cause: a registry that
 * cannot be reached makes pip say, last, that there is no such package.
 */
export function installRefusal(output: string): InstallRefusal {
  const conflict = conflictIn(output);
  if (conflict) return conflict;
  if (PROXY.test(output)) return { kind: 'proxy' };
  if (CERTIFICATE.test(output)) return { kind: 'certificate' };
  const denied = DENIED.exec(output);
  if (denied) return { kind: 'denied', said: oneLine(denied[0]) };
  const storage = STORAGE.exec(output);
  if (storage) return { kind: 'storage', said: oneLine(storage[0]) };
  if (OFFLINE.test(output)) return { kind: 'offline', host: hostIn(output) };
  const missing = NOT_FOUND.exec(output);
  if (missing) return { kind: 'noVersion', name: missing[1] ?? missing[2] ?? missing[3] ?? '' };
  return { kind: 'other', said: lastWords(output) };
}

/** Of pip: `The user requested (constraint) protobuf==3.20.0`, `opentelemetry-proto 1.28.0 depends on protobuf<6.0 and >=5.0`. */
function conflictIn(output: string): InstallRefusal | undefined {
  const [, pinned, version] = /The user requested \(constraint\) ([\w.-]+)==(\S+)/.exec(output) ?? [];
  if (pinned !== undefined && version !== undefined) {
    const needs = [...output.matchAll(/^\s*([\w.-]+ \S+) depends on ([\w.-]+)(?:\[[^\]]*\])?(.*)$/gm)].find(
      ([, , name = '']) => sameName(name, pinned),
    );
    const [, who = '', name = '', range = ''] = needs ?? [];
    return { kind: 'conflict', own: `${pinned} ${version}`, needs: oneLine(`${who} needs ${name}${range}`) };
  }
  // uv: one sentence over several lines.
  const because = /(Because [^]*?(?:unsatisfiable|incompatible)\.)/.exec(output)?.[1];
  return because === undefined ? undefined : { kind: 'conflict', own: '', needs: oneLine(because) };
}

function sameName(a: string, b: string): boolean {
  const plain = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-');
  return plain(a) === plain(b);
}

function hostIn(output: string): string {
  return (
    /(?:getaddrinfo \w+ |https?:\/\/(?:[^/@\s]*@)?|host='|\(host=")([\w.-]+\.\w+)/.exec(
      // Addresses in advice that installers print.
      output.replace(/https?:\/\/(?:pip\.pypa\.io|docs\.npmjs\.com)\S*/g, ''),
    )?.[1] ?? ''
  );
}

/** Lines that say they are errors, else the last one. */
function lastWords(output: string): string {
  const lines = output.split(/\r?\n/).filter((line) => line.trim() !== '');
  const errors = lines.filter((line) => /^\s*(?:ERROR|error|npm error|npm ERR!|×)/.test(line));
  return oneLine((errors.length > 0 ? errors.slice(0, 4) : lines.slice(-1)).join(' '));
}

function oneLine(text: string): string {
  const line = text.replace(/[\s│╰─▶]+/gu, ' ').trim();
  return line.length > MOST ? `${line.slice(0, MOST)}…` : line;
}
