import type { Attribute, AttributeValue } from '../../core/model/attributes.ts';
import type { SourceResolution } from '../../core/model/source.ts';
import type { SpanRef } from '../../core/model/span.ts';
import { frameSender } from '../../core/source/sourceFrame.ts';
import { parseStackTrace } from '../../core/source/stackTrace.ts';
import type { StackRef } from '../../protocol/panelApi.ts';
import { startCodeIndex, type CodeIndexChannel, type CodeIndexLink } from '../codeIndexLink.ts';
import type { Installation } from '../installation.ts';
import type { EngineChannel } from '../ownerLink.ts';

const NOTHING: SourceResolution = { candidates: [], ambiguous: false, tried: [] };

/** Finds the source lines of spans for pages: the code index of one folder, or of none, started when first asked. */
export class PageSource {
  readonly #engine: EngineChannel;
  readonly #installation: Installation;
  readonly #folder: string | undefined;
  #started: CodeIndexLink | undefined;

  /** @param folder Absolute; without one only places that spans name themselves are found. */
  constructor(engine: EngineChannel, installation: Installation, folder: string | undefined) {
    this.#engine = engine;
    this.#installation = installation;
    this.#folder = folder;
  }

  async resolve(ref: SpanRef): Promise<SourceResolution> {
    const hints = await this.#engine.request('span/hints', ref);
    return this.#codeIndex().request('source/resolve', { hints });
  }

  /** Puts the n-th place first for spans of this kind, until the code index ends; -1 forgets that. */
  async prefer(ref: SpanRef, candidate: number): Promise<void> {
    const hints = await this.#engine.request('span/hints', ref);
    if (candidate === -1) {
      await this.#codeIndex().request('source/forget', { hints });
      return;
    }
    const place = (await this.#codeIndex().request('source/resolve', { hints })).candidates[candidate];
    if (!place) return;
    await this.#codeIndex().request('source/opened', { hints, path: place.path, line: place.line, chosen: true });
  }

  /** The frame that starts at `textStart` of a stack trace of the span. */
  async resolveFrame(ref: SpanRef, stack: StackRef, textStart: number): Promise<SourceResolution> {
    const text = await this.#text(ref, await this.#stackAttribute(ref, stack));
    const frame = parseStackTrace(text).find((each) => each.textStart === textStart);
    if (!frame) return { ...NOTHING, tried: ['No stack frame stands there.'] };
    return this.#resolvePlace(ref, frame.path, frame.line, frame.column);
  }

  /** The line that a log record of the span names. */
  async resolveLog(ref: SpanRef, logIndex: number): Promise<SourceResolution> {
    const attributes = await this.#logAttributes(ref, logIndex);
    const file = await this.#text(ref, valueOf(attributes, 'code.file.path') ?? valueOf(attributes, 'code.filepath'));
    const line = Number(
      await this.#text(ref, valueOf(attributes, 'code.line.number') ?? valueOf(attributes, 'code.lineno')),
    );
    if (file === '' || !(line >= 1)) {
      return { ...NOTHING, tried: ['The log record carries no code.file.path and code.line.number.'] };
    }
    return this.#resolvePlace(ref, file, line, 0);
  }

  async stop(): Promise<void> {
    await this.#started?.stop();
  }

  async #resolvePlace(ref: SpanRef, file: string, line: number, column: number): Promise<SourceResolution> {
    const hints = await this.#engine.request('span/hints', ref);
    const frame = { path: file, line, column };
    return this.#codeIndex().request('source/resolveFrame', { frame, sender: frameSender(hints) });
  }

  #codeIndex(): CodeIndexChannel {
    if (this.#started) return this.#started.channel;
    const started = startCodeIndex(this.#installation, this.#folder === undefined ? [] : [this.#folder]);
    // One that ended is started again by the next question.
    started.onExit(() => {
      if (this.#started === started) this.#started = undefined;
    });
    this.#started = started;
    return started.channel;
  }

  async #stackAttribute(ref: SpanRef, stack: StackRef): Promise<AttributeValue | undefined> {
    switch (stack.in) {
      case 'log':
        return valueOf(await this.#logAttributes(ref, stack.index), 'exception.stacktrace');
      case 'event': {
        const { events } = await this.#engine.request('span/events', { ...ref, from: stack.index, limit: 1 });
        return valueOf(events[0]?.attributes ?? [], 'exception.stacktrace');
      }
      case 'span': {
        const { attributes } = await this.#engine.request('span/details', ref);
        return valueOf(attributes, 'code.stacktrace') ?? valueOf(attributes, 'exception.stacktrace');
      }
    }
  }

  async #logAttributes(ref: SpanRef, index: number): Promise<readonly Attribute[]> {
    const { logs } = await this.#engine.request('span/logs', { ...ref, from: index, limit: 1 });
    return logs[0]?.attributes ?? [];
  }

  /** A string's text, its first page when it was cut for the message; numbers as text. */
  async #text(ref: SpanRef, value: AttributeValue | undefined): Promise<string> {
    if (value?.type === 'int' || value?.type === 'double') return String(value.value);
    if (value?.type !== 'string') return '';
    if (!value.cut) return value.value;
    return (await this.#engine.request('span/value', { ...ref, ref: value.cut.ref, offset: 0 })).text;
  }
}

function valueOf(attributes: readonly Attribute[], key: string): AttributeValue | undefined {
  return attributes.find((attribute) => attribute.key === key)?.value;
}
