/** Whether a path begins at a root, POSIX or with a drive letter. */
export function isAbsolutePath(path: string): boolean {
  return /^(?:\/|[A-Za-z]:[\\/])/.test(path);
}
