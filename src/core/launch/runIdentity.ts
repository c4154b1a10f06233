const NAME_LENGTH = 80;
const NAME_PARTS = 3;

/**
 * An id for a launch: the time it began, to the second in UTC, and something of `random` (0 to 1) that tells two of one
 * second apart. Sorts by time; needs no encoding in a resource attribute.
 */
export function newRunId(nowMs: number, random: number): string {
  const time = new Date(nowMs).toISOString().replaceAll(/[-:]|\.\d+Z$/g, '');
  return `${time}-${Math.floor(random * 36 ** 4)
    .toString(36)
    .padStart(4, '0')}`;
}

/**
 * What a run is called: the program and what it runs (`python app.py`, `npm run dev`). Options and assignments end it:
 * they may hold secrets, and names are sent with every span.
 */
export function runNameOf(commandLine: readonly string[]): string {
  const [program = '', ...rest] = commandLine;
  const parts = [baseName(program).replace(/\.(?:exe|cmd|bat|ps1)$/i, '')];
  for (const part of rest) {
    if (parts.length === NAME_PARTS || part === '' || part.startsWith('-') || /[=\s@]/.test(part)) break;
    parts.push(baseName(part));
  }
  return parts.join(' ').slice(0, NAME_LENGTH);
}

function baseName(file: string): string {
  return file.split(/[\\/]/).pop() ?? file;
}
