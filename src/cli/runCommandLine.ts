import { ProtocolError } from '../protocol/errors.ts';
import { COMMANDS } from './commands.ts';
import { CommandError, EXIT } from './exitCodes.ts';
import { commandHelp, generalHelp } from './help.ts';
import { findInstallation } from './installation.ts';
import { nearestName } from './nearestName.ts';
import { parseArgs } from './options.ts';
import { printable, type Terminal } from './terminal.ts';

const HELP = new Set(['-h', '--help']);
const VERSION = new Set(['-v', '-V', '--version']);

/** Runs what the arguments say; resolves to the exit code. Mistakes and failures are told on standard error. */
export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = args;
  const asksHelp = name === undefined || HELP.has(name) || name === 'help';
  if (asksHelp && rest[0] === undefined) {
    await terminal.out(generalHelp());
    return name === undefined ? EXIT.usage : EXIT.ok;
  }
  const installation = findInstallation();
  if (VERSION.has(name ?? '') || name === 'version') {
    await terminal.out(`spanline ${installation.version}\n`);
    return EXIT.ok;
  }
  const wanted = asksHelp ? (rest[0] ?? '') : name;
  const command = COMMANDS.find((known) => known.name === wanted);
  if (command === undefined) {
    const nearest = nearestName(
      wanted,
      COMMANDS.map((known) => known.name),
    );
    const hint = nearest === undefined ? 'spanline --help lists them' : `did you mean ${nearest}?`;
    terminal.err(`spanline: there is no command ${printable(wanted, 40)}; ${hint}`);
    return EXIT.usage;
  }
  const untilOperand = command.takesProgram === true;
  const ends = rest.findIndex((arg) => arg === '--' || (untilOperand && !arg.startsWith('-')));
  if (asksHelp || rest.slice(0, ends < 0 ? undefined : ends).some((arg) => HELP.has(arg))) {
    await terminal.out(commandHelp(command));
    return EXIT.ok;
  }
  try {
    return await command.run({ args: parseArgs(command.options, rest, { untilOperand }), terminal, installation });
  } catch (error) {
    return told(error, command.name, terminal);
  }
}

function told(error: unknown, name: string, terminal: Terminal): number {
  if (terminal.ended.aborted) return EXIT.failed;
  if (error instanceof CommandError) {
    terminal.err(`spanline ${name}: ${error.message}`);
    if (error.exitCode === EXIT.usage) terminal.err(`spanline ${name} --help tells more.`);
    return error.exitCode;
  }
  if (error instanceof ProtocolError) {
    terminal.err(`spanline ${name}: ${printable(error.message)}`);
    return EXIT.failed;
  }
  terminal.err(`spanline ${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return EXIT.failed;
}
