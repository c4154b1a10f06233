import { existsSync } from 'node:fs';
import path from 'node:path';
import type { InstallRefusal } from '../core/launch/installRefusal.ts';
import { scriptName, scriptStartsProgram } from '../core/launch/nodeScript.ts';
import { packageScriptText } from '../core/launch/programCommands.ts';
import { programKind, programOfLine } from '../core/launch/programKind.ts';
import { coversOf, namesNodeSdk, nodeSdk, pythonSdk, type SdkPackages } from '../core/launch/sdkPackages.ts';
import { commandSetsUpSdk } from '../core/launch/sdkSetup.ts';
import { isFile, manifestsOf, projectFolderOf, pythonCodeBelow } from './projectFiles.ts';
import { commandPython } from './projectPython.ts';
import { pythonFacts } from './pythonFacts.ts';
import { type InstallJob, InstallRefused, type SdkInstaller } from './sdkInstaller.ts';

const NODE_SDKS = ['sdk-node', 'sdk-trace', 'sdk-trace-node', 'sdk-trace-base', 'auto-instrumentations-node'];
const NODE_EXPORTERS = ['proto', 'http', 'grpc'].map((protocol) => `exporter-trace-otlp-${protocol}`);
/** In a package.json: more of OpenTelemetry than its API. */
const NAMES_PARTS = /"@opentelemetry\/(?!api)/;

/** What is about to be started. */
export interface Started {
  /** A program with its arguments, or a line for a shell. */
  readonly command: readonly string[] | string;
  readonly cwd: string;
  /** The folder that the project ends at: the workspace's, or the one of the command. */
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The interpreter chosen for the project, which a terminal has active. */
  readonly python?: string;
}

/** A program that has no SDK, or one that nothing sets up, and the one it can get. */
export interface MissingSdk {
  readonly language: 'python' | 'node';
  /** It has an SDK, because a library of its brought it: nothing in its own code or command sets it up. */
  readonly unset: boolean;
  /** What the service is called unless it says so itself. */
  readonly service: string;
  readonly wanted: SdkPackages;
  /** The folder, where it was installed before. */
  readonly present: string | undefined;
  /** What the program needs in its environment to find the SDK in a folder. */
  readonly variables: (folder: string) => Readonly<Record<string, string>>;
  readonly install: (job: Omit<InstallJob, 'cwd' | 'env'>) => Promise<Installed>;
}

/** The folder that packages were installed into, or why they were not. */
export type Installed = { readonly folder: string } | { readonly refusal: InstallRefusal };

/**
 * Looks whether a program that is about to be started lacks an SDK, or what sets the one up that came with a library; undefined
 * where it has one, or nothing is known of it.
 */
export async function lookForMissingSdk(started: Started, installer: SdkInstaller): Promise<MissingSdk | undefined> {
  const { command, env } = started;
  const words = typeof command === 'string' ? [] : command;
  const kind = typeof command === 'string' ? programOfLine(command) : programKind(words);
  if (!kind) return undefined;
  const cwd = path.resolve(started.cwd, kind.folder);
  const project = projectFolder(started, cwd);
  const service = path.basename(project);
  const job = { cwd, env };
  const named = env['OTEL_SERVICE_NAME'] === undefined ? { OTEL_SERVICE_NAME: service } : {};
  if (kind.language === 'python') {
    const chosen = started.python === undefined ? {} : { chosen: started.python };
    const program = await commandPython(kind, { cwd, root: started.root, env, ...chosen });
    if (program === undefined) return undefined;
    const { imports, setsUpSdk } = await pythonCodeBelow(project);
    const facts = await pythonFacts(program, cwd, env, pythonSdk(imports).covered);
    if (!facts || (facts.hasSdk && (setsUpSdk || commandSetsUpSdk(command) || env['OTEL_PYTHON_TRACER_PROVIDER'])))
      return undefined;
    const wanted = pythonSdk(facts.importable);
    // Of that interpreter alone: instrument/python looks at it again in each program that is started.
    const standby = facts.hasSdk ? { SPANLINE_PYTHON_UNSET_SDK: path.dirname(facts.executable) } : {};
    return {
      language: 'python',
      unset: facts.hasSdk,
      service,
      wanted,
      present: await installer.pythonFolder(facts, wanted),
      variables: (folder) => ({ SPANLINE_PYTHON_PACKAGES: folder, ...standby, ...named }),
      install: (more) => settled(installer.installPython(facts, wanted, { ...job, ...more })),
    };
  }
  const looked = await nodeManifests(started, project);
  if (!looked || namesSdk(looked)) return undefined;
  const unset = nodeFinds(project, NODE_SDKS);
  // What is named is likely to be set up.
  if (unset && (looked.length === 0 || looked.some((manifest) => NAMES_PARTS.test(manifest) || namesNodeSdk(manifest))))
    return undefined;
  const wanted = nodeSdk(looked);
  // instrument/node has it make the spans of what uses the API, and nothing else would make any.
  if (unset && wanted.covered.length === 0 && nodeFinds(project, NODE_EXPORTERS)) return undefined;
  const standby = unset ? { SPANLINE_NODE_UNSET_SDK: project } : {};
  return {
    language: 'node',
    unset,
    service,
    wanted,
    present: await installer.nodeFolder(wanted),
    variables: (folder) => ({ SPANLINE_NODE_PACKAGES: folder, ...standby, ...named }),
    install: (more) => settled(installer.installNode(wanted, { ...job, ...more })),
  };
}

/** The manifests that tell of a program; undefined where a script is run that starts none. */
async function nodeManifests({ command, root }: Started, project: string): Promise<readonly string[] | undefined> {
  const manifests = await manifestsOf(project, root);
  const script = scriptName(typeof command === 'string' ? command.trim().split(/\s+/) : command);
  const text = script === undefined ? undefined : packageScriptText(manifests[0] ?? '', script);
  if (text !== undefined && !scriptStartsProgram(text)) return undefined;
  const relevant = manifests.filter((manifest) => coversOf(manifest).length > 0);
  return relevant.length > 0 ? relevant : manifests;
}

function namesSdk(manifests: readonly string[]): boolean {
  return manifests.length > 0 && manifests.every(namesNodeSdk);
}

/** Whether a program in a folder finds one of these packages of OpenTelemetry; of SDKs instrument/node/sdk.cjs asks the same. */
function nodeFinds(folder: string, names: readonly string[]): boolean {
  for (let at = folder; ; at = path.dirname(at)) {
    const packages = path.join(at, 'node_modules', '@opentelemetry');
    if (names.some((name) => existsSync(path.join(packages, name)))) return true;
    if (at === path.dirname(at)) return false;
  }
}

/** The folder of the project that a command starts: that of the file it names, else where it runs. */
function projectFolder({ command, root }: Started, cwd: string): string {
  const words = typeof command === 'string' ? command.split(/\s+/) : command;
  const file = words.slice(1).find((word) => /\.(?:py|[cm]?[jt]s)$/.test(word) && isFile(path.resolve(cwd, word)));
  return file === undefined ? cwd : projectFolderOf(path.resolve(cwd, file), cwd.startsWith(root) ? cwd : root);
}

async function settled(installing: Promise<string>): Promise<Installed> {
  try {
    return { folder: await installing };
  } catch (error) {
    if (error instanceof InstallRefused) return { refusal: error.refusal };
    throw error;
  }
}
