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
  /** Resolves to the exit code. @throws CommandError */
  readonly run: (run: CommandRun) => Promise<number>;
}

export const JSON_OPTION = { name: 'json', help: 'write JSON, complete and stable; see docs/command.md' } as const;

/** Lines that explain filters. */
export const FILTER_HELP = [
  'FILTER is any of these, all of which must hold:',
  '  service:NAME     a service of that name took part',
  '  name:TEXT, TEXT  the root span’s name contains the text',
  '  errors           a span failed',
  '  dur>200ms        the duration; also <, <=, >=, = with ns, us, ms, s, m or h',
  '  trace:PREFIX     the trace’s id begins so',
  'A minus in front means the opposite: -- -errors. Texts with spaces go in quotes.',
] as const;
