import type * as vscode from 'vscode';
import type { ReceiverControl } from '../receiverControl.ts';
import { DebugInjection } from './debugInjection.ts';
import { addToEnvFile } from './envFile.ts';
import { FileProposals } from './fileProposal.ts';
import { Launches } from './launches.ts';
import { RunWithTracing } from './runWithTracing.ts';
import { injectIntoTerminals } from './terminalInjection.ts';

/** What the window can start with tracing, as its commands reach it. */
export class LaunchFeatures {
  readonly run: RunWithTracing;
  readonly #launches: Launches;
  readonly #proposals: FileProposals;

  constructor(context: vscode.ExtensionContext, receiver: ReceiverControl, log: vscode.LogOutputChannel) {
    const { subscriptions, workspaceState: memento } = context;
    const launches = new Launches(context, receiver, log);
    // The receiver starts by itself where the workspace's programs are likely to send something.
    const worthAsking = (): boolean => receiver.state.kind === 'listening';
    const debug = new DebugInjection({ launches, memento, worthAsking, log }, subscriptions);
    this.run = new RunWithTracing(launches, debug, memento);
    this.#launches = launches;
    this.#proposals = new FileProposals(subscriptions);
    injectIntoTerminals(context, launches, receiver, subscriptions);
  }

  addToEnvFile(): Promise<void> {
    return addToEnvFile(this.#launches, this.#proposals);
  }
}
