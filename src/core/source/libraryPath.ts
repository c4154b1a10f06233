const LIBRARY_FOLDERS: ReadonlySet<string> = new Set([
  'site-packages',
  'dist-packages',
  'node_modules',
  '.venv',
  'venv',
  'vendor',
  '.cargo',
  '.yarn',
  '.pnpm',
]);

/**
 * Whether a path (its segments, in order) belongs to an installed package or a language's own library rather than to
 * someone's project: site-packages, node_modules, vendor, `lib/python3.x`, Go's module cache and GOROOT.
 */
export function isLibraryPath(segments: readonly string[]): boolean {
  for (let i = 0; i < segments.length - 1; i++) {
    const segment = segments[i] ?? '';
    if (LIBRARY_FOLDERS.has(segment)) return true;
    const previous = i > 0 ? segments[i - 1] : '';
    if (previous === 'lib' && /^python\d(\.\d+)?$/.test(segment)) return true;
    if (previous === 'pkg' && segment === 'mod') return true;
    if (previous === 'go' && segment === 'src' && segments[i - 2] === 'local') return true;
  }
  return false;
}

const ARCHIVE = /\.(?:zip|egg|whl|pyz|pex|jar)$/i;

/**
 * The part of a path below the folder of installed packages or an archive of modules that holds it, as the module is
 * imported: what was installed from the workspace has the same one there. Empty when there is none.
 */
export function modulePath(segments: readonly string[]): readonly string[] {
  const at = segments.findLastIndex(
    (each) => each === 'site-packages' || each === 'dist-packages' || ARCHIVE.test(each),
  );
  return at < 0 ? [] : segments.slice(at + 1);
}
