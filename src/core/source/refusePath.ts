import { isWindowsForm, parsePath, type PathRules } from './plainPath.ts';

/** Longest path looked at, in UTF-16 units: beyond PATH_MAX of every system we run on. */
const MAX_PATH = 4096;

// C0, DEL, C1, line and paragraph separators, and the bidi controls that make a shown path read as another.
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]{1,31}):/;
const DEVICE_NAME = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$) *(\..*)?$/i;
const DEVICE_ROOTS: ReadonlySet<string> = new Set(['dev', 'proc', 'sys']);

/**
 * Why a path from a span may not become a location, or undefined when it may. Lexical only: it never touches a file.
 * Refused are UNC paths (opening one sends the user's credentials to the server it names), URIs other than `file:`
 * (see {@link fromFileUri}), devices, control characters and absurd lengths.
 */
export function refusePath(path: string, rules: PathRules): string | undefined {
  if (path === '') return 'it is empty';
  if (path.length > MAX_PATH) return `it is longer than ${String(MAX_PATH)} characters`;
  if (CONTROL.test(path)) return 'it contains control characters';
  if (/^[\\/]{2}[?.][\\/]/.test(path) || /^\\\?\?\\/.test(path)) return 'it is a device path';
  if (/^[\\/]{2}/.test(path)) return 'it names a network share';
  const scheme = SCHEME.exec(path)?.[1];
  if (scheme !== undefined) return `it is a ${scheme.toLowerCase()}: address, not a file path`;
  if (path.startsWith('<')) return 'it is not a file but code without one';
  const windows = rules.style === 'windows' || isWindowsForm(path);
  const plain = parsePath(path, windows);
  if (windows) {
    if (plain.segments.some((segment) => segment.includes(':'))) return 'it names an alternate data stream';
    if (plain.segments.some((segment) => DEVICE_NAME.test(segment))) return 'it is a device path';
  } else if (plain.root === '' && plain.segments.length === 1 && /^(con|nul|prn|aux)$/i.test(plain.segments[0] ?? '')) {
    return 'it is a device path';
  }
  if (!windows && plain.root === '/' && DEVICE_ROOTS.has(plain.segments[0] ?? '')) return 'it is a device path';
  return undefined;
}

/**
 * The path of a `file:` URI (percent-decoded, `/C:/x` as `C:/x`); text of any other form comes back unchanged.
 * A URI with a host becomes a UNC path, which {@link refusePath} refuses.
 */
export function fromFileUri(text: string): string {
  if (!/^file:/i.test(text) || text.length > MAX_PATH * 3) return text;
  let rest = text.slice('file:'.length);
  const host = /^\/\/([^/\\]*)/.exec(rest);
  if (host) {
    rest = rest.slice(host[0].length);
    const name = (host[1] ?? '').toLowerCase();
    if (name !== '' && name !== 'localhost') return `//${name}${rest}`;
  }
  const path = decode(rest.replace(/[?#].*$/s, ''));
  return /^\/[A-Za-z]:/.test(path) ? path.slice(1) : path;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
