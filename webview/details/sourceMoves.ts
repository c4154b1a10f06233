import type { SpanRef } from '../../src/core/model/span.ts';
import type { SourceOpened, StackRef } from '../../src/protocol/panelApi.ts';
import type { Host } from '../protocol/host.ts';
import type { Notice } from '../state/notice.ts';
import type { Store } from '../state/store.ts';

/** A pick list may stand open as long as the user likes. */
const PICK_TIMEOUT_MS = 10 * 60_000;

export interface SourceMovesDeps {
  readonly host: Pick<Host, 'request'>;
  readonly notice: Store<Notice | undefined>;
  /** Shows what was tried to find the source of the span in the details. */
  readonly showTried: () => void;
  /** Places of spans may have another order now. */
  readonly onPreferred: () => void;
  readonly onFailed: (error: unknown) => void;
}

/** Ways from the panel to a line of the source; the notice line tells where each led. Without a span nothing happens. */
export class SourceMoves {
  readonly #deps: SourceMovesDeps;

  constructor(deps: SourceMovesDeps) {
    this.#deps = deps;
  }

  /** Opens the source of a span: candidate -1 for the best, asking when several are equal. */
  open(ref: SpanRef | undefined, candidate: number, toSide: boolean): void {
    const params = ref && { ...ref, candidate, toSide };
    if (params) this.#opened(this.#deps.host.request('source/open', params, { timeoutMs: PICK_TIMEOUT_MS }));
  }

  /** A frame of a stack trace of the span. */
  openFrame(ref: SpanRef | undefined, stack: StackRef, textStart: number): void {
    const params = ref && { ...ref, stack, textStart };
    if (params) this.#opened(this.#deps.host.request('source/openFrame', params, { timeoutMs: PICK_TIMEOUT_MS }));
  }

  /** Where one of the span's log records was written. */
  openLog(ref: SpanRef | undefined, logIndex: number): void {
    const params = ref && { ...ref, logIndex };
    if (params) this.#opened(this.#deps.host.request('source/openLog', params, { timeoutMs: PICK_TIMEOUT_MS }));
  }

  /** Opens this place first from now on for spans like this one; -1 forgets what was chosen for them. */
  prefer(ref: SpanRef | undefined, candidate: number): void {
    const { host, onPreferred, onFailed } = this.#deps;
    if (ref)
      host
        .request('source/prefer', { ...ref, candidate })
        .then(onPreferred)
        .catch(onFailed);
  }

  /** Looks for the span's name in the open folders. */
  search(ref: SpanRef | undefined): void {
    if (ref) this.#deps.host.request('source/search', ref).catch(this.#deps.onFailed);
  }

  #opened(request: Promise<SourceOpened>): void {
    const { host, notice, showTried, onFailed } = this.#deps;
    request.then((answer) => {
      if (answer.result === 'shown') {
        const text = `${answer.path}:${answer.line}`;
        const copy = (): void => {
          host.request('clipboard/write', { text, what: 'place' }).catch(onFailed);
        };
        notice.set({ text, level: 'info', action: { label: 'Copy', run: copy } });
      }
      if (answer.result !== 'notFound') return;
      notice.set({
        text: 'No source was found.',
        level: 'info',
        action: { label: 'What Was Tried', run: showTried },
      });
    }, onFailed);
  }
}
