import * as vscode from 'vscode';
import {
  CONTENT_LIBRARIES,
  contentLibrary,
  exportLines,
  type ContentLibrary,
  type ContentLibraryId,
} from '../../core/launch/contentLibraries.ts';
import { RUN_ID_KEY } from '../../core/launch/launchEnvironment.ts';
import type { SpanRef } from '../../core/model/span.ts';
import type { EngineClient } from '../engineClient.ts';
import { plainLine } from '../plainText.ts';
import type { ContentChoice } from './contentChoice.ts';
import type { LaunchedRun, LaunchedRuns } from './launchedRuns.ts';

interface Parts {
  readonly engine: EngineClient;
  readonly choice: ContentChoice;
  readonly runs: LaunchedRuns;
  /** Proposes these variables, with all that a `.env` file gets, for the project's `.env`. */
  readonly addToEnvFile: (variables: Readonly<Record<string, string>>) => Promise<void>;
}

interface LibraryItem extends vscode.QuickPickItem {
  readonly id: ContentLibraryId;
}

/** Turns on, and off again, that libraries record what goes into models, in the programs that this workspace starts. */
export class ContentRecording {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Asks, and turns on a library for the program of a span; what the page says is an id of the table, or nothing happens. */
  async turnOn(ref: SpanRef, id: string): Promise<void> {
    const library = contentLibrary(id);
    if (!library || !vscode.workspace.isTrusted) return;
    const runId = await this.#runOf(ref);
    const program = this.#parts.runs.find(runId);
    const on = vscode.l10n.t('Turn On');
    const restart = vscode.l10n.t('Turn On and Restart');
    const copy = vscode.l10n.t('Copy for the Shell');
    const envFile = vscode.l10n.t('Add to .env…');
    const elsewhere = runId === '' ? [on, copy, envFile] : [on, copy];
    const choice = await vscode.window.showInformationMessage(
      vscode.l10n.t('Record what goes into models and comes out of them with {0}?', library.title),
      { modal: true, detail: detailOf(library, program, runId !== '') },
      ...(program ? [restart, on] : elsewhere),
    );
    if (choice === copy) await vscode.env.clipboard.writeText(exportLines(library.variables));
    else if (choice === envFile) await this.#parts.addToEnvFile(library.variables);
    else if (choice !== undefined) await this.#turnOn(library, choice === restart ? program : undefined);
  }

  /** Once for each library, behind a program that runs already: nothing waits for the answer. */
  async offer(ids: readonly ContentLibraryId[], program: () => LaunchedRun | undefined): Promise<void> {
    const fresh = await this.#parts.choice.toOffer(ids.filter((id) => contentLibrary(id)?.byDefault !== true));
    const libraries = fresh.flatMap((id) => contentLibrary(id) ?? []);
    if (libraries.length === 0) return;
    const on = vscode.l10n.t('Turn On and Restart');
    const later = vscode.l10n.t('From the Next Start');
    const choice = await vscode.window.showInformationMessage(
      vscode.l10n.t(
        '{0} records no prompts and answers unless asked to. Record them? They stay on this machine.',
        libraries.map(({ title }) => title).join(', '),
      ),
      on,
      later,
    );
    if (choice === undefined) return;
    for (const { id } of libraries) await this.#parts.choice.turnOn(id);
    if (choice === on) await program()?.restart();
  }

  /** `Content Recording…`: every library known, its variables, on or off. */
  async pick(): Promise<void> {
    const { choice } = this.#parts;
    const on = choice.libraries;
    const items = [...CONTENT_LIBRARIES]
      .sort((a, b) => Number(on.includes(b.id)) - Number(on.includes(a.id)))
      .map((library): LibraryItem => {
        const description = linesOf(library).join('  ');
        const picked = on.includes(library.id);
        const detail = library.byDefault ? vscode.l10n.t('Records content by itself, unless told not to.') : undefined;
        return { label: library.title, description, picked, id: library.id, ...(detail !== undefined && { detail }) };
      });
    const picked = await vscode.window.showQuickPick(items, {
      canPickMany: true,
      matchOnDescription: true,
      title: vscode.l10n.t('Content Recording'),
      placeHolder: vscode.l10n.t(
        'Libraries that record what goes into models, in programs started from this workspace',
      ),
    });
    if (!picked) return;
    const ids = picked.map(({ id }) => id);
    // What was on keeps its place: of two that want one variable, the later one has it.
    await choice.set([...on.filter((id) => ids.includes(id)), ...ids.filter((id) => !on.includes(id))]);
  }

  async #turnOn(library: ContentLibrary, program: LaunchedRun | undefined): Promise<void> {
    await this.#parts.choice.turnOn(library.id);
    if (program) await program.restart();
    else
      void vscode.window.setStatusBarMessage(
        `$(record) ${vscode.l10n.t('{0} records content from the next start on', library.title)}`,
        8000,
      );
  }

  /** Empty for a program that was not started here, or whose trace is gone. */
  async #runOf(ref: SpanRef): Promise<string> {
    try {
      const { resource } = await this.#parts.engine.request('span/details', ref);
      const value = resource.attributes.find(({ key }) => key === RUN_ID_KEY)?.value;
      return value?.type === 'string' ? value.value : '';
    } catch {
      return '';
    }
  }
}

function detailOf(library: ContentLibrary, program: LaunchedRun | undefined, launched: boolean): string {
  const who = program
    ? vscode.l10n.t(
        '{0} is restarted, and like all that is started with tracing from this workspace gets:',
        plainLine(program.name, 80),
      )
    : launched
      ? vscode.l10n.t('What is started with tracing from this workspace gets, from its next start on:')
      : vscode.l10n.t(
          'This program was not started from here: it needs these variables where it starts. What is started with tracing from this workspace gets them once it is turned on:',
        );
  return [
    who,
    linesOf(library).join('\n'),
    vscode.l10n.t(
      'Prompts, answers, and what tools are given and return are then part of its spans. They stay on this machine, in the storage of Spanline. A value that its environment has already wins. "Content Recording…" turns it off.',
    ),
  ].join('\n\n');
}

function linesOf({ variables }: ContentLibrary): readonly string[] {
  return Object.entries(variables).map(([name, value]) => `${name}=${value}`);
}
