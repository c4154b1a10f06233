import path from 'node:path';
import process from 'node:process';
import * as vscode from 'vscode';
import type { ComposeService } from '../../core/launch/composeOverride.ts';
import { launchEnvironment } from '../../core/launch/launchEnvironment.ts';
import { COMPOSE_GLOB } from '../otelManifests.ts';
import { readSetting } from '../settings.ts';
import { textOf, type FileProposals } from './fileProposal.ts';
import type { Launches } from './launches.ts';
import type { LoadLauncher } from './loadLauncher.ts';

const EXCLUDE = '**/{node_modules,.venv,venv,site-packages,.git}/**';
const OVERRIDE = 'compose.spanline.yaml';
const MAX_FILES = 20;
const MAX_BYTES = 512 * 1024;

interface FileItem extends vscode.QuickPickItem {
  readonly file: vscode.Uri;
}

interface ServiceItem extends vscode.QuickPickItem {
  readonly service: ComposeService;
}

/**
 * `Connect Docker Compose…`: writes an override file beside a compose file, shown first, by which chosen services send their
 * traces here; tells the command that starts both.
 */
export async function connectCompose(load: LoadLauncher, launches: Launches, proposals: FileProposals): Promise<void> {
  const file = await pickComposeFile();
  if (!file) return;
  const { size } = await vscode.workspace.fs.stat(file);
  const text = size > MAX_BYTES ? '' : new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
  const { compose } = await load();
  const services = compose.services(text);
  if (services.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('No services were found in {0}.', path.basename(file.fsPath)),
    );
    return;
  }
  const chosen = await pickServices(services);
  if (!chosen || chosen.length === 0) return;
  const capture = await pickCapture();
  if (capture === undefined) return;
  const request = await launches.request({}, '');
  if (!request) return;
  const { set } = launchEnvironment({ ...request, platform: 'posix', pythonFolder: undefined, nodeFile: undefined });
  const command = `docker compose -f ${path.basename(file.fsPath)} -f ${OVERRIDE} up`;
  const override = compose.override({
    services: chosen,
    port: Number(new URL(request.endpoint).port),
    set,
    ...(request.content && { content: request.content }),
    instrument: capture ? launches.instrument.fsPath : undefined,
    command,
  });
  const target = vscode.Uri.joinPath(file, '..', OVERRIDE);
  const question = vscode.l10n.t('Write {0}? The other compose files stay as they are.', OVERRIDE);
  const action = vscode.l10n.t('Write File');
  if (!(await proposals.propose(target, await textOf(target), override, { question, action }))) return;
  await tellCommand(command);
}

async function pickComposeFile(): Promise<vscode.Uri | undefined> {
  const found = await vscode.workspace.findFiles(COMPOSE_GLOB, EXCLUDE, MAX_FILES);
  const files = found.filter(({ path: each }) => !each.endsWith(`/${OVERRIDE}`));
  if (files.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('There is no compose file in this workspace.'));
    return undefined;
  }
  if (files.length === 1) return files[0];
  const items = files.map((file): FileItem => ({ label: vscode.workspace.asRelativePath(file), file }));
  return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Which compose file?') }))?.file;
}

/** Those that are built here are chosen already: databases and brokers send no traces. */
async function pickServices(services: readonly ComposeService[]): Promise<readonly ComposeService[] | undefined> {
  const items = services.map((service): ServiceItem => ({ label: service.name, picked: service.isBuilt, service }));
  const options = { title: vscode.l10n.t('Which services send traces?'), canPickMany: true } as const;
  return (await vscode.window.showQuickPick(items, options))?.map(({ service }) => service);
}

async function pickCapture(): Promise<boolean | undefined> {
  const yes = {
    label: vscode.l10n.t('With exact lines'),
    detail: vscode.l10n.t('Mounts what notes the line of each span in Python and Node, read-only.'),
  };
  const no = { label: vscode.l10n.t('Traces only'), detail: vscode.l10n.t('Sets variables, mounts nothing.') };
  const choice = await vscode.window.showQuickPick([yes, no], { title: vscode.l10n.t('Connect Docker Compose') });
  return choice && choice === yes;
}

/** The command, and what containers on Linux need besides: the receiver listens for this machine only by default. */
async function tellCommand(command: string): Promise<void> {
  const copy = vscode.l10n.t('Copy Command');
  const reach = vscode.l10n.t('Receive from Containers');
  const closed = process.platform === 'linux' && readSetting('spanline.receiver.reach') === 'thisMachine';
  const message = closed
    ? vscode.l10n.t('Start with: {0}. The receiver has to take what containers send, too.', command)
    : vscode.l10n.t('Start with: {0}', command);
  for (let actions = closed ? [reach, copy] : [copy]; actions.length > 0;) {
    const choice = await vscode.window.showInformationMessage(message, ...actions);
    if (choice === copy) await vscode.env.clipboard.writeText(command);
    else if (choice === reach) {
      const settings = vscode.workspace.getConfiguration();
      await settings.update('spanline.receiver.reach', 'containers', vscode.ConfigurationTarget.Global);
    } else return;
    actions = actions.filter((each) => each !== choice);
  }
}
