/**
 * Variables of a `.env` file: `NAME=value`, `export NAME=value`, quotes taken off, comments and the rest left out; the last
 * of a name holds. References to other variables are not followed.
 */
export function readEnvFile(text: string): Readonly<Record<string, string>> {
  const variables: Record<string, string> = {};
  for (const line of text.split(/\r?\n/)) {
    const [, name, raw = ''] = /^\s*(?:export\s+)?([A-Za-z_][\w.]*)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (name === undefined) continue;
    const [, , quoted] = /^(["'])(.*)\1(?:\s+#.*)?$/.exec(raw) ?? [];
    variables[name] = quoted ?? raw.replace(/\s+#.*$/, '');
  }
  return variables;
}

/**
 * A `.env` file's text with variables added at its end below `comment`; those it has already stay as they are. Undefined
 * when there is nothing to add.
 */
export function addedToEnvFile(
  text: string,
  variables: Readonly<Record<string, string>>,
  comment: string,
): string | undefined {
  const present = readEnvFile(text);
  const missing = Object.entries(variables).filter(([name]) => !Object.hasOwn(present, name));
  if (missing.length === 0) return undefined;
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const before = text === '' || text.endsWith('\n') ? text : text + newline;
  const lines = [`# ${comment}`, ...missing.map(([name, value]) => `${name}=${value}`)];
  return `${before}${before === '' ? '' : newline}${lines.join(newline)}${newline}`;
}
