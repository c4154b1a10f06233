import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { type LaunchNote, launchEnvironment } from '../core/launch/launchEnvironment.ts';
import { newRunId, runNameOf } from '../core/launch/runIdentity.ts';
import { TRACE_FUNCTIONS } from '../core/launch/tracedFunctions.ts';
import type { Command, CommandRun } from './command.ts';
import { contentOfProgram } from './contentOfProgram.ts';
import { CommandError } from './exitCodes.ts';
import type { Installation } from './installation.ts';
import { usage } from './options.ts';
import { type OwnEngine, receiverOptions, startOwnEngine } from './ownEngine.ts';
import { type EngineChannel, findOwner, STORAGE_OPTION } from './ownerLink.ts';
import { runProgram } from './runProgram.ts';
import { sayIfSilent } from './silentRun.ts';
import { ownStorageFolder } from './storageFolders.ts';
import { removeSdks, sdkOfProgram } from './sdkOfProgram.ts';
import { colored, printable, type Terminal } from './terminal.ts';
import { chosenFunctions, sayNotFound } from './tracedFunctions.ts';

/** As `spanline serve` has it by default. */
const KEEP_DAYS = 7;
/** How often it is asked whether other programs still send here. */
const HOLDS_MS = 200;
const DEFAULT_PORTS = { httpPort: 4318, grpcPort: 4317 };

export const runCommand: Command = {
  name: 'run',
  operands: '[--] PROGRAM [ARGUMENT…]',
  summary: 'run a program so that its OpenTelemetry SDK sends here, with the exact lines of its spans',
  details: [
    'Sets the environment of the program, and nothing else: endpoint, short export delays, limits, a name for the run,',
    'and for Python and Node what notes the line that starts a span. What the environment has of OTEL_* wins and is said;',
    'PYTHONPATH, NODE_OPTIONS and OTEL_RESOURCE_ATTRIBUTES are added to. The program has this command’s streams, gets its',
    'signals, and its exit code is this command’s. Where no Spanline runs, this one receives until the program ends.',
    'Each call of a traced function is a span with arguments and return value: those of --trace-function, and of the list in',
    '.vscode/settings.json (spanline.trace.functions) of this folder or the project around it.',
    'A program of Python or Node without OpenTelemetry can get an SDK (--install-sdk): packages are named first, and go',
    'into the storage of Spanline, last on the path of the program; the project and its environment stay as they are.',
  ],
  options: [
    { name: 'name', value: 'NAME', help: 'what the run is called in lists (default: the program and what it runs)' },
    {
      name: 'content',
      help: 'have libraries that call models record content; what the environment says of it wins',
    },
    {
      name: 'trace-function',
      value: 'FILE#NAME',
      help: 'trace this function, src/model.py#Ranker.predict; may be given several times',
      isList: true,
    },
    {
      name: 'install-sdk',
      help: 'install an SDK for a program without one, after asking',
    },
    { name: 'yes', short: 'y', help: 'install without being asked' },
    { name: 'remove-sdks', help: 'delete every SDK that was installed, and run nothing' },
    { name: 'no-capture', help: 'set where spans go, and load nothing into the program' },
    {
      name: 'replace',
      help: 'replace OTEL_* settings that lead elsewhere, instead of keeping them',
    },
    { name: 'quiet', short: 'q', help: 'say nothing but problems' },
    STORAGE_OPTION,
  ],
  takesProgram: true,
  run: async (given) => {
    const { args, terminal } = given;
    const [program, ...rest] = args.rest;
    const storage = args.values.get(STORAGE_OPTION.name) ?? ownStorageFolder(terminal.env);
    if (args.flags.has('remove-sdks')) {
      if (program !== undefined) throw usage('--remove-sdks runs nothing');
      return removeSdks(storage, terminal);
    }
    if (program === undefined) throw usage('which program? spanline run -- PROGRAM [ARGUMENT…]');
    const asked = args.lists.get('trace-function') ?? [];
    if (asked.length > 0 && args.flags.has('no-capture'))
      throw usage('--no-capture loads nothing into the program, so --trace-function has no effect');
    const traced = args.flags.has('no-capture') ? [] : chosenFunctions(asked, process.cwd());
    const install = args.flags.has('install-sdk');
    if (install && args.flags.has('no-capture'))
      throw usage('--no-capture loads nothing into the program, so it would not find what --install-sdk installs');
    const wish = { words: args.rest, storage, install, yes: args.flags.has('yes'), quiet: args.flags.has('quiet') };
    const sdk = args.flags.has('no-capture') ? { variables: {}, none: false } : await sdkOfProgram(wish, terminal);
    const receiver = await findReceiver(given);
    try {
      const runId = newRunId(Date.now(), Math.random());
      const capture: Partial<Capture> = args.flags.has('no-capture') ? {} : captureFiles(given.installation);
      const content = args.flags.has('content') ? contentOfProgram(program, terminal.env, process.cwd()) : {};
      const { set, notes, refused } = launchEnvironment({
        platform: process.platform === 'win32' ? 'windows' : 'posix',
        environment: terminal.env,
        endpoint: receiver.endpoint,
        runId,
        runName: args.values.get('name') ?? runNameOf(args.rest),
        pythonFolder: capture.python,
        nodeFile: capture.node,
        traceFunctions: traced,
        replace: args.flags.has('replace'),
        content,
        more: sdk.variables,
      });
      const recorded = Object.keys(content).filter((name) => Object.hasOwn(set, name));
      const quiet = args.flags.has('quiet');
      const count = Object.hasOwn(set, TRACE_FUNCTIONS) ? traced.length - refused.length : 0;
      sayLaunch(terminal, {
        endpoint: receiver.endpoint,
        runId,
        notes,
        capture,
        recorded,
        traced: count,
        untraceable: sdk.none,
        quiet,
      });
      if (refused.length > 0)
        terminal.err(
          `spanline: ${refused.length} functions are not traced, as an environment has no room for them; the first is ${printable(refused[0] ?? '', 200)}`,
        );
      // Told while the program starts: it does not wait for this.
      const checked = sayNotFound(traced, given.installation, terminal);
      try {
        const code = await runProgram(program, rest, { ...terminal.env, ...set }, terminal);
        // A program that failed, and one whose silence was explained before, have other news.
        if (code === 0 && !quiet && !sdk.none && !notes.some(({ kind }) => kind === 'elsewhere' || kind === 'silenced'))
          await sayIfSilent(receiver.channel, runId, terminal);
        return code;
      } finally {
        await checked;
      }
    } finally {
      await receiver.leave();
      if (receiver.storage !== undefined && !args.flags.has('quiet'))
        terminal.err(`spanline: what it sent is in ${receiver.storage}; spanline serve shows it.`);
    }
  },
};

interface Receiving {
  /** On this machine, by number: a name may lead to the other family first. */
  readonly endpoint: string;
  /** The storage folder, where it is ours to receive into; else the Spanline that runs has the traces. */
  readonly storage: string | undefined;
  readonly channel: EngineChannel;
  readonly leave: () => Promise<void>;
}

/** The running Spanline's receiver; where there is none, one of our own for as long as the program runs. */
async function findReceiver({ args, terminal, installation }: CommandRun): Promise<Receiving> {
  const found = await findOwner(terminal, args, installation.version);
  if (found.link !== undefined) {
    const { channel, storage } = found.link;
    const leave = (): Promise<void> => {
      channel.dispose();
      return Promise.resolve();
    };
    try {
      const endpoint = loopback(await listening(channel, storage));
      // Kept open while the program runs: where another run receives, it stays for this one.
      await channel.request('run/hold', {});
      return { endpoint, storage: undefined, channel, leave };
    } catch (error) {
      await leave();
      throw error;
    }
  }
  if (found.trouble !== '') terminal.err(`spanline run: ${found.trouble}; receiving here until the program ends.`);
  const storage = args.values.get(STORAGE_OPTION.name) ?? ownStorageFolder(terminal.env);
  const engine = await startOwnEngine(installation, terminal, { storage, keepDays: KEEP_DAYS });
  try {
    // Free ports: the program is told, and what else runs on this machine is not in the way.
    const { http } = await engine.receive({ httpPort: 0, grpcPort: 0 });
    const leave = async (): Promise<void> => {
      await othersEnded(engine, terminal);
      await engine.stop();
    };
    return { endpoint: loopback(Number(new URL(http).port)), storage, channel: engine.channel, leave };
  } catch (error) {
    await engine.stop();
    throw error;
  }
}

/** Resolves once no program sends here that another `spanline run` started, or the user or the system ends the command. */
async function othersEnded({ channel, exited }: OwnEngine, terminal: Terminal): Promise<void> {
  const ended = new AbortController();
  terminal.takeSignals(() => {
    ended.abort();
  });
  void exited.then(() => {
    ended.abort();
  });
  for (let told = false; !ended.signal.aborted; told = true) {
    const { count } = await channel.request('run/holds', {});
    if (count === 0) return;
    if (!told)
      terminal.err(
        `spanline: other programs that were run with tracing send here (${count}); receiving until they end. Ctrl+C ends it now.`,
      );
    await new Promise((resolve) => setTimeout(resolve, HOLDS_MS));
  }
}

/** The port that the running Spanline receives on; a receiver that is stopped is started, on free ports if need be. */
async function listening(channel: EngineChannel, storage: string): Promise<number> {
  const { receiver } = await channel.request('engine/status', {});
  if (receiver.kind === 'listening') return receiver.httpPort;
  for (const ports of [DEFAULT_PORTS, { httpPort: 0, grpcPort: 0 }]) {
    const state = await channel.request('receiver/start', receiverOptions(ports));
    if (state.kind === 'listening') return state.httpPort;
  }
  throw new CommandError(`the Spanline in ${storage} does not receive and could not start to`);
}

function loopback(port: number): string {
  return `http://127.0.0.1:${port}`;
}

interface Capture {
  readonly python: string | undefined;
  readonly node: string | undefined;
}

/** What this installation has to load into programs. */
function captureFiles({ instrument }: Installation): Capture {
  const present = (name: string): string | undefined => {
    const file = path.join(instrument, name);
    return existsSync(file) ? file : undefined;
  };
  return { python: present('python'), node: present(path.join('node', 'register.cjs')) };
}

interface Said {
  readonly endpoint: string;
  readonly runId: string;
  readonly notes: readonly LaunchNote[];
  readonly capture: Partial<Capture>;
  /** Variables that were set for content. */
  readonly recorded: readonly string[];
  /** How many functions. */
  readonly traced: number;
  /** The program has nothing that makes spans. */
  readonly untraceable: boolean;
  readonly quiet: boolean;
}

/** One line on what was set; one more for each setting under which nothing would arrive. */
function sayLaunch(terminal: Terminal, said: Said): void {
  const { endpoint, runId, notes, capture, recorded, traced, untraceable, quiet } = said;
  const dim = (text: string): string => (terminal.progress === undefined ? text : colored(terminal, 'dim', text));
  const of = (...kinds: LaunchNote['kind'][]): LaunchNote[] => notes.filter(({ kind }) => kinds.includes(kind));
  const loaded = [capture.python && 'Python', capture.node && 'Node'].filter((name) => name !== undefined);
  const parts = [
    `run ${runId} sends to ${endpoint}`,
    ...(loaded.length > 0 ? [`lines captured in ${loaded.join(' and ')}`] : []),
    ...(recorded.length > 0 ? [`content of model calls recorded by ${recorded.length} variables`] : []),
    ...(traced === 0 || untraceable ? [] : [`${functions(traced)} traced`]),
    ...listed('added to', of('chained')),
    ...of('kept').map(({ variable, value }) => `kept ${variable}=${printable(value, 40)}`),
    ...listed('replaced', of('replaced')),
  ];
  if (!quiet) terminal.err(dim(`spanline: ${parts.join('; ')}`));
  for (const { variable, value } of of('elsewhere'))
    terminal.err(
      `spanline: ${variable}=${printable(value, 80)} is kept, so spans go there; --replace sends them here.`,
    );
  if (traced > 0 && untraceable)
    terminal.err(`spanline: ${functions(traced)} on the list, but nothing known in the program makes spans of them.`);
  if (of('withheld').some(({ variable }) => variable === TRACE_FUNCTIONS))
    terminal.err('spanline: no function is traced, as its arguments would go there, too; --replace traces them.');
  if (of('withheld').some(({ variable }) => variable !== TRACE_FUNCTIONS))
    terminal.err('spanline: content is not recorded, as it would go there, too; --replace records it.');
  for (const { variable, value } of of('silenced'))
    terminal.err(`spanline: ${variable}=${printable(value, 80)} is kept, so no spans are sent; --replace changes it.`);
}

function functions(count: number): string {
  return count === 1 ? '1 function' : `${count} functions`;
}

function listed(words: string, notes: readonly LaunchNote[]): string[] {
  return notes.length === 0 ? [] : [`${words} ${notes.map(({ variable }) => variable).join(', ')}`];
}
