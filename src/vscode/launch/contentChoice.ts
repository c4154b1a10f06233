import * as vscode from 'vscode';
import {
  contentLibrary,
  contentVariables,
  type ContentLanguage,
  type ContentLibraryId,
} from '../../core/launch/contentLibraries.ts';
import type { Subscriptions } from '../subscriptions.ts';

const KEPT = 'spanline.contentRecording';
/** Libraries that were offered once. */
const OFFERED = 'spanline.contentOffered';

/** Which libraries record content in what this workspace starts; kept for it, never in its files. */
export class ContentChoice {
  readonly #memento: vscode.Memento;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;

  constructor(memento: vscode.Memento, subscriptions: Subscriptions) {
    this.#memento = memento;
    subscriptions.push(this.#changed);
  }

  /** In the order in which they were turned on. */
  get libraries(): readonly ContentLibraryId[] {
    const kept = this.#memento.get<unknown>(KEPT);
    return Array.isArray(kept) ? kept.flatMap((id: unknown) => contentLibrary(id)?.id ?? []) : [];
  }

  variables(language?: ContentLanguage): Readonly<Record<string, string>> {
    return contentVariables(this.libraries, language);
  }

  async turnOn(id: ContentLibraryId): Promise<void> {
    await this.set([...this.libraries.filter((each) => each !== id), id]);
  }

  async set(ids: readonly ContentLibraryId[]): Promise<void> {
    await this.#memento.update(KEPT, ids.length === 0 ? undefined : ids);
    this.#changed.fire();
  }

  /** Those of `ids` that are off and were never offered; they count as offered from now on. */
  async toOffer(ids: readonly ContentLibraryId[]): Promise<readonly ContentLibraryId[]> {
    const offered = this.#memento.get<readonly string[]>(OFFERED, []);
    const fresh = ids.filter((id) => !offered.includes(id) && !this.libraries.includes(id));
    if (fresh.length > 0) await this.#memento.update(OFFERED, [...offered, ...fresh]);
    return fresh;
  }
}
