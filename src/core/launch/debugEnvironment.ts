import type { ContentLanguage } from './contentLibraries.ts';
import {
  launchEnvironment,
  type Environment,
  type LaunchEnvironment,
  type LaunchRequest,
} from './launchEnvironment.ts';

/** What is put into the configuration of a debug session. */
export interface DebugInjection {
  readonly env: Readonly<Record<string, string | null>>;
  /** For debuggers of JavaScript: our files are stepped over. */
  readonly skipFiles: readonly string[] | undefined;
  /** For debuggers of Python, likewise; variables for pydevd do not reach a debugger that is asked by messages. */
  readonly rules: readonly unknown[] | undefined;
  readonly notes: LaunchEnvironment['notes'];
}

export interface DebugTarget {
  readonly type: string;
  /** `env` of the configuration; a debugger of JavaScript takes variables out that are null. */
  readonly env: Readonly<Record<string, string | null | undefined>>;
  /** Variables of the file that the configuration (or the debugger by default) reads. */
  readonly fileEnv: Environment;
  readonly skipFiles: readonly string[] | undefined;
  /** Of debugpy: files and modules to include or not. */
  readonly rules?: readonly unknown[] | undefined;
  /** Folder of `instrument/`, with forward slashes. */
  readonly instrument: string;
}

const NODE_TYPES = ['node', 'pwa-node', 'node-terminal', 'pwa-node-terminal'];
const PYTHON_TYPES = ['python', 'debugpy'];
/** Debuggers whose launch configurations take `env` as names and values, and whose programs have an OpenTelemetry SDK. */
const OTHER_TYPES = ['go', 'java', 'coreclr', 'lldb', 'cppdbg', 'rdbg', 'php'];
const NODE_INTERNALS = '<node_internals>/**';
/** Our files call themselves `node:internal/spanline/…`, which hides them in stacks; a pattern of paths does not meet them. */
const OUR_INTERNALS = '<node_internals>/internal/spanline/**';
/** Our modules for Python are compiled under names that are no paths. */
const OUR_MODULE = '_spanline';

/** Whether sessions of a debugger's type can be given an environment. */
export function takesEnvironment(type: string): boolean {
  return [...NODE_TYPES, ...PYTHON_TYPES, ...OTHER_TYPES].includes(type);
}

/** What a debugger's programs are written in, where that decides what they read. */
export function languageOfDebugger(type: string): ContentLanguage | undefined {
  if (NODE_TYPES.includes(type)) return 'node';
  if (PYTHON_TYPES.includes(type)) return 'python';
  if (type === 'java') return 'java';
  return type === 'coreclr' ? 'dotnet' : undefined;
}

/** What a debug session is given, on top of its own; what Python and Node load is given to both, as either starts the other. */
export function debugEnvironment(target: DebugTarget, request: LaunchRequest): DebugInjection {
  const given = Object.entries(target.env).filter((pair): pair is [string, string] => typeof pair[1] === 'string');
  const environment = { ...request.environment, ...target.fileEnv, ...Object.fromEntries(given) };
  const { set, notes } = launchEnvironment({ ...request, environment });
  // A variable that the configuration takes out stays out.
  const removed = Object.entries(target.env).filter(([, value]) => value === null);
  const env = { ...Object.fromEntries(given), ...set, ...Object.fromEntries(removed) } as Record<string, string | null>;
  const rules = PYTHON_TYPES.includes(target.type)
    ? [
        ...(target.rules ?? []),
        { module: OUR_MODULE, include: false },
        { path: `${target.instrument}/**`, include: false },
      ]
    : undefined;
  const skipFiles = NODE_TYPES.includes(target.type)
    ? [...(target.skipFiles ?? [NODE_INTERNALS]), OUR_INTERNALS, `${target.instrument}/**`]
    : undefined;
  return { env, skipFiles, rules, notes };
}
