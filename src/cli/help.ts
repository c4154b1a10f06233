import type { Command } from './command.ts';
import { COMMANDS } from './commands.ts';
import type { OptionSpec } from './options.ts';

const HELP_OPTION: OptionSpec = { name: 'help', short: 'h', help: 'show this' };

export function generalHelp(): string {
  const width = Math.max(...COMMANDS.map((command) => usageOf(command).length));
  return [
    'spanline: see what your services do, from their traces',
    '',
    ...COMMANDS.map((command) => `  ${usageOf(command).padEnd(width)}  ${command.summary}`),
    '',
    'spanline COMMAND --help tells more; --version says which this is.',
    'Exit codes: 0 done, 1 failed, 2 wrong arguments, 3 nothing found.',
    '',
  ].join('\n');
}

export function commandHelp(command: Command): string {
  const options = [...command.options, HELP_OPTION].map((option) => [optionText(option), option.help] as const);
  const width = Math.max(...options.map(([text]) => text.length));
  return [
    `usage: ${usageOf(command)} [OPTIONS]`,
    '',
    `${command.summary.charAt(0).toUpperCase()}${command.summary.slice(1)}.`,
    ...(command.details.length > 0 ? ['', ...command.details] : []),
    '',
    ...options.map(([text, help]) => `  ${text.padEnd(width)}  ${help}`),
    '',
  ].join('\n');
}

function usageOf({ name, operands }: Command): string {
  return `spanline ${name}${operands === '' ? '' : ` ${operands}`}`;
}

function optionText({ name, short, value }: OptionSpec): string {
  return `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
}
