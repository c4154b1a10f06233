import type { Installation } from './installation.ts';
import type { OptionSpec, ParsedArgs } from './options.ts';
import type { Terminal } from './terminal.ts';

/** What a command gets. */
export interface CommandRun {
  readonly args: ParsedArgs;
  readonly terminal: Terminal;
  readonly installation: Installation;
}

/** One command: its help and what it does. */
export interface Command {
  readonly name: string;
  /** Behind the name, e.g. `[FILTER]`. */
  readonly operands: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Lines of help below the usage. */
  readonly details: readonly string[];
  readonly options: readonly OptionSpec[];
  /** Its operands are a program and its arguments: options end with the first of them. */
  readonly takesProgram?: true;
  /** Resolves to the exit code. @throws CommandError */
  readonly run: (run: CommandRun) => Promise<number>;
}

export const JSON_OPTION = { name: 'json', help: 'write JSON, complete and stable; see docs/command.md' } as const;

/** Lines that explain filters. */
export const FILTER_HELP = [
  'FILTER is conditions that hold together on one span of a trace; see docs/filter.md:',
  '  service:NAME  name:TEXT  status:error  kind:client  has:exception',
  '  dur>200ms     also <, <=, >=, = with ns, us, ms, s, m or h; self, start likewise',
  '  KEY=VALUE     any attribute: : contains, =, !=, <, >, ~ regular expression',
  '  TEXT          anywhere in a span',
  '  errors, trace:PREFIX, trace.dur>5s, root.name:TEXT, any(…)   of the whole trace',
  'and, or, not and parentheses join them; a minus in front means the opposite: -- -errors.',
] as const;
