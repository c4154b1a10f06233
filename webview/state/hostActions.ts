import type { CutValue } from '../../src/core/model/attributes.ts';
import type { SpanRef } from '../../src/core/model/span.ts';
import type { SavedSource } from '../../src/protocol/panelApi.ts';
import type { StructureCut } from '../details/valueText.ts';
import { wholeValue } from '../details/wholeValue.ts';
import type { Host } from '../protocol/host.ts';

/** The user may look long for a folder. */
const SAVE_TIMEOUT_MS = 30 * 60_000;

export interface HostActionsDeps {
  readonly host: Host;
  /** Says something in the notice line for a while. */
  readonly tell: (text: string) => void;
  readonly onFailed: (error: unknown) => void;
}

/** What is done with a value outside the page: clipboard, files, the environment of programs. The notice line says how it went. */
export class HostActions {
  readonly #deps: HostActionsDeps;

  constructor(deps: HostActionsDeps) {
    this.#deps = deps;
  }

  copy(text: string, what: string): void {
    const { host, tell, onFailed } = this.#deps;
    host.request('clipboard/write', { text, what }).then(() => tell(`Copied ${what}.`), onFailed);
  }

  /** A browser's tab starts no programs: it has the variables on its clipboard then. */
  turnOnContent(ref: SpanRef, library: string): void {
    const { host, tell, onFailed } = this.#deps;
    host.request('content/turnOn', { ...ref, library }).then(({ copied }) => {
      if (copied) tell('Copied what records content, for the shell that starts the program.');
    }, onFailed);
  }

  /** Saves a long value of a span to a file. */
  saveValue(span: SpanRef, ref: string, what: string): void {
    this.#save(what, { ...span, ref });
  }

  /** Saves a text that was made on the page. */
  saveText(text: string, name: string): void {
    this.#save(name, { text });
  }

  #save(what: string, source: SavedSource): void {
    const { host, tell, onFailed } = this.#deps;
    host.request('value/save', { what, source }, { timeoutMs: SAVE_TIMEOUT_MS }).then(({ saved }) => {
      if (saved !== '') tell(`Saved ${what} as ${saved}.`);
    }, onFailed);
  }

  /** The whole of a long value of a span. */
  loadValue(cut: CutValue | StructureCut, ref: SpanRef): Promise<string> {
    return wholeValue(this.#deps.host, ref, cut);
  }
}
