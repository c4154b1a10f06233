import { CommandError, EXIT } from './exitCodes.ts';
import { nearestName } from './nearestName.ts';

/** An option of a command. */
export interface OptionSpec {
  /** Without its dashes. */
  readonly name: string;
  readonly short?: string;
  /** Name of its value in help; options without are flags. */
  readonly value?: string;
  readonly help: string;
  /** May be given several times; its values are in {@link ParsedArgs.lists}. */
  readonly isList?: boolean;
}

export interface ParseOptions {
  /** The first argument that is no option ends them: what follows belongs to a program. */
  readonly untilOperand?: boolean;
}

/** The arguments behind a command. */
export interface ParsedArgs {
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
  /** Values of options that may be given several times, in order. */
  readonly lists: ReadonlyMap<string, readonly string[]>;
  /** What is no option, in order. */
  readonly rest: readonly string[];
}

/**
 * Reads `--name`, `--name VALUE`, `--name=VALUE`, `-n`, `-n VALUE`; `--` ends the options, `-` alone is no option.
 * @throws CommandError (usage) on an unknown option, with the nearest name, a missing value, or one too many.
 */
export function parseArgs(
  specs: readonly OptionSpec[],
  args: readonly string[],
  { untilOperand = false }: ParseOptions = {},
): ParsedArgs {
  const flags = new Set<string>();
  const values = new Map<string, string>();
  const lists = new Map<string, readonly string[]>();
  const rest: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? '';
    if (arg === '--') {
      rest.push(...args.slice(at + 1));
      break;
    }
    if (!arg.startsWith('-') || arg === '-') {
      if (untilOperand) {
        rest.push(...args.slice(at));
        break;
      }
      rest.push(arg);
      continue;
    }
    const equals = arg.startsWith('--') ? arg.indexOf('=') : -1;
    const spelled = equals < 0 ? arg : arg.slice(0, equals);
    const spec = specs.find(({ name, short }) => spelled === `--${name}` || spelled === `-${short ?? '-'}`);
    if (spec === undefined) throw unknownOption(spelled, specs);
    if (flags.has(spec.name) || values.has(spec.name)) throw usage(`--${spec.name} is given twice`);
    if (spec.value === undefined) {
      if (equals >= 0) throw usage(`--${spec.name} takes no value`);
      flags.add(spec.name);
      continue;
    }
    const value = equals < 0 ? args[++at] : arg.slice(equals + 1);
    if (value === undefined || value === '') throw usage(`--${spec.name} needs a value: --${spec.name} ${spec.value}`);
    if (spec.isList === true) lists.set(spec.name, [...(lists.get(spec.name) ?? []), value]);
    else values.set(spec.name, value);
  }
  return { flags, values, lists, rest };
}

/** A whole number given as an option, or undefined when it was not given. */
export function integerOption(args: ParsedArgs, name: string, min: number, max: number): number | undefined {
  const text = args.values.get(name);
  if (text === undefined) return undefined;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (!(value >= min && value <= max)) throw usage(`--${name} is a whole number from ${min} to ${max}, not ${text}`);
  return value;
}

export function usage(message: string): CommandError {
  return new CommandError(message, EXIT.usage);
}

function unknownOption(spelled: string, specs: readonly OptionSpec[]): CommandError {
  const names = specs.map(({ name }) => `--${name}`);
  const nearest = nearestName(spelled, names);
  const hint =
    nearest === undefined ? ' (a filter that begins with a minus goes behind --)' : `; did you mean ${nearest}?`;
  return usage(`there is no option ${spelled} here${hint}`);
}
