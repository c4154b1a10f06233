import type { Attribute } from '../model/attributes.ts';
import type { CallNote, CallPhase, ModelCall } from '../model/modelCall.ts';
import type { NanosText } from '../model/time.ts';
import { eventPhases, firstTokenEvent, openQueue, type TimedEvent } from './eventPhases.ts';
import { PhaseList } from './phaseList.ts';
import { dateIn, durationIn, numberIn } from './timeValue.ts';
import { DATED_PHASES, FIRST_TOKEN_DATES, timingKeyOf, type TimingFact } from './timingKeys.ts';

/** What the times inside a span are read from. Nothing but timing keys is looked at: values may be left out for others. */
export interface TimingSource {
  /** Nanoseconds since the epoch, decimal. */
  readonly start: NanosText;
  /** 0 for a span without an end. */
  readonly durationNs: number;
  readonly attributes: readonly Attribute[];
  readonly events: readonly TimedEvent[];
  readonly outputTokens?: number;
}

/** Times inside a call, see {@link ModelCall}. */
export interface CallTiming {
  readonly phases: readonly CallPhase[];
  readonly firstToken?: NonNullable<ModelCall['firstToken']>;
  readonly tokensPerSecond?: NonNullable<ModelCall['tokensPerSecond']>;
  readonly notes: readonly CallNote[];
  /** Attribute keys that something was read from. */
  readonly usedKeys: readonly string[];
  /** When a request to Triton began to wait (from the span's start), where a span below tells when its computing began. */
  readonly queuedAtNs?: number;
}

/** A figure with where it is from. */
interface Figure {
  readonly ns: number;
  readonly exact: boolean;
  readonly from: string;
}

type Figures = Partial<Record<Exclude<TimingFact, 'rate'>, Figure>>;

/**
 * Reads queue, prefill, first token, decode and the like of one span: from its events, else from its attributes, else from
 * dates. Figures in whatever unit, in nanoseconds; phases clipped to the span, which a note tells. Undefined when the span
 * tells nothing of the kind. Never throws on whatever attributes hold.
 */
export function readCallTiming(source: TimingSource): CallTiming | undefined {
  return new TimingReading(source).run();
}

class TimingReading {
  readonly #source: TimingSource;
  readonly #notes: CallNote[] = [];
  readonly #used = new Set<string>();
  readonly #list: PhaseList;

  constructor(source: TimingSource) {
    this.#source = source;
    this.#list = new PhaseList(source.durationNs);
  }

  run(): CallTiming | undefined {
    const { events } = this.#source;
    const figures = this.#figures();
    const rate = this.#rate();
    const first = this.#first(figures);
    for (const phase of eventPhases(events)) this.#list.add(phase);
    if (this.#list.isEmpty) this.#fromFigures(figures, first);
    if (this.#list.isEmpty) this.#fromDates();
    const { phases, overrun } = this.#list.finish();
    if (overrun !== undefined) this.#notes.push({ kind: 'other', text: overrun });
    const queuedAtNs = openQueue(events);
    if (phases.length === 0 && (first ?? rate ?? queuedAtNs) === undefined) return undefined;
    const perSecond = rate ?? this.#derivedRate(figures, phases, first);
    return {
      phases,
      ...(first === undefined ? {} : { firstToken: { offsetNs: first.ns, exact: first.exact, from: first.from } }),
      ...(perSecond === undefined ? {} : { tokensPerSecond: perSecond }),
      notes: this.#notes,
      usedKeys: [...this.#used],
      ...(queuedAtNs === undefined ? {} : { queuedAtNs }),
    };
  }

  /** One figure of each fact, of the key that is trusted most. */
  #figures(): Figures {
    const figures: Figures = {};
    const ranks: Partial<Record<TimingFact, number>> = {};
    for (const { key, value } of this.#source.attributes) {
      const row = timingKeyOf(key);
      if (row === undefined || row.fact === 'rate' || (ranks[row.fact] ?? Infinity) <= row.rank) continue;
      const time = durationIn(value, row.unit, this.#source.durationNs);
      if (time === undefined) continue;
      this.#used.add(key);
      ranks[row.fact] = row.rank;
      figures[row.fact] = { ns: time.ns, exact: time.guessed === undefined, from: key };
      if (time.guessed !== undefined && time.ns > 0) {
        const unit = time.guessed === 'us' ? '\u00b5s' : time.guessed;
        this.#notes.push({ kind: 'other', text: `${key} names no unit that fits: it was taken as ${unit}.` });
      }
    }
    return figures;
  }

  #rate(): CallTiming['tokensPerSecond'] {
    for (const { key, value } of this.#source.attributes) {
      if (timingKeyOf(key)?.fact !== 'rate') continue;
      const number = numberIn(value);
      if (number === undefined || number === 0) continue;
      this.#used.add(key);
      return { value: number, exact: true, from: key };
    }
    return undefined;
  }

  /** The first token or, where only that is known, the first piece of a stream; in the order events, attributes, dates. */
  #first(figures: Figures): (Figure & { readonly isChunk: boolean }) | undefined {
    const event = firstTokenEvent(this.#source.events);
    if (event !== undefined && figures.firstToken === undefined) {
      return { ns: event.offsetNs, exact: true, from: event.name, isChunk: event.fact === 'firstChunk' };
    }
    if (figures.firstToken !== undefined) return { ...figures.firstToken, isChunk: false };
    if (figures.firstChunk !== undefined) return { ...figures.firstChunk, isChunk: true };
    for (const key of FIRST_TOKEN_DATES) {
      const offset = this.#dateOffset(key);
      if (offset !== undefined && offset >= 0) return { ns: offset, exact: true, from: key, isChunk: false };
    }
    return undefined;
  }

  #fromFigures(figures: Figures, first: (Figure & { readonly isChunk: boolean }) | undefined): void {
    const { queue, prefill, decode, inference, total } = figures;
    if (first !== undefined && !first.isChunk && (queue ?? prefill ?? decode ?? inference ?? total) !== undefined) {
      this.#aroundFirst(figures, first);
    } else if ((queue ?? prefill ?? decode ?? inference ?? figures.validation ?? figures.preprocess) !== undefined) {
      this.#oneByOne(figures);
    } else if (first !== undefined) {
      this.#list.span(first.isChunk ? 'to first chunk' : 'to first token', 0, first);
      const endNs = total?.ns ?? this.#source.durationNs;
      const from = total === undefined ? `end of the span \u2212 ${first.from}` : `${total.from} \u2212 ${first.from}`;
      this.#list.span(first.isChunk ? 'stream' : 'decode', first.ns, { ns: endNs - first.ns, exact: false, from });
    }
  }

  /** Arrival to queue is not measured, so all is placed by the first token: prefill ends there, the queue before it. */
  #aroundFirst(figures: Figures, first: Figure): void {
    const { queue, inference, total } = figures;
    const { durationNs } = this.#source;
    let { prefill, decode } = figures;
    if (decode === undefined && prefill !== undefined && inference !== undefined) {
      decode = difference(inference, prefill);
    } else if (prefill === undefined && decode !== undefined && inference !== undefined) {
      prefill = difference(inference, decode);
    }
    const spanEnd: Figure = { ns: durationNs, exact: false, from: 'end of the span' };
    decode ??= difference(total ?? spanEnd, first);
    if (prefill === undefined && queue !== undefined) prefill = difference(first, queue);
    const prefillAt = Math.max(0, first.ns - (prefill?.ns ?? first.ns));
    const queueAt = queue === undefined ? prefillAt : prefillAt - queue.ns;
    if (prefill !== undefined || queue !== undefined) {
      this.#list.gap('admission', 0, queueAt, `${first.from}, the time before`);
      if (queue !== undefined) this.#list.span('queue', queueAt, queue);
      if (prefill !== undefined) this.#list.span('prefill', prefillAt, prefill);
    } else {
      this.#list.span('to first token', 0, first);
    }
    this.#list.span('decode', first.ns, decode);
    this.#list.gap('finish', first.ns + decode.ns, durationNs, 'end of the span, the time after');
  }

  /** Without a first token the lengths are put behind each other from the span's start: where they begin is assumed. */
  #oneByOne(figures: Figures): void {
    const { inference, prefill, decode } = figures;
    const parts: (readonly [string, Figure | undefined])[] = [
      ['validation', figures.validation],
      ['preprocess', figures.preprocess],
      ['queue', figures.queue],
      ...(prefill === undefined && decode === undefined
        ? ([['inference', inference]] as const)
        : ([
            ['prefill', prefill ?? (inference && decode && difference(inference, decode))],
            ['decode', decode ?? (inference && prefill && difference(inference, prefill))],
          ] as const)),
      ['postprocess', figures.postprocess],
    ];
    let at = 0;
    for (const [name, figure] of parts) {
      if (figure === undefined) continue;
      this.#list.span(name, at, figure, true);
      at += figure.ns;
    }
  }

  #fromDates(): void {
    for (const { name, start, end } of DATED_PHASES) {
      const from = this.#dateOffset(start);
      const to = this.#dateOffset(end);
      if (from === undefined || to === undefined || to <= from) continue;
      this.#list.span(name, from, { ns: to - from, exact: true, from: `${start} \u2192 ${end}` });
    }
  }

  /** Nanoseconds from the span's start of the date under `key`; undefined when it is none of this span's times. */
  #dateOffset(key: string): number | undefined {
    const value = this.#source.attributes.find((attribute) => attribute.key === key)?.value;
    const date = value === undefined ? undefined : dateIn(value);
    if (date === undefined) return undefined;
    this.#used.add(key);
    return Number(date - BigInt(this.#source.start));
  }

  /** Tokens after the first by the time of decoding; without that time none. */
  #derivedRate(
    { perToken }: Figures,
    phases: readonly CallPhase[],
    first: Figure | undefined,
  ): CallTiming['tokensPerSecond'] {
    if (perToken !== undefined && perToken.ns > 0) {
      return { value: 1e9 / perToken.ns, exact: false, from: `1 \u00f7 ${perToken.from}` };
    }
    const { outputTokens } = this.#source;
    const decode = phases.find(({ name }) => name === 'decode' || name === 'stream');
    if (outputTokens === undefined || outputTokens < 2 || decode === undefined || decode.durationNs <= 0)
      return undefined;
    const counted = first === undefined ? outputTokens : outputTokens - 1;
    const seconds = (decode.saidNs ?? decode.durationNs) / 1e9;
    const tokens = first === undefined ? 'output tokens' : 'output tokens after the first';
    return { value: counted / seconds, exact: false, from: `${tokens} \u00f7 ${decode.name}` };
  }
}

function difference(whole: Figure, part: Figure): Figure {
  return { ns: Math.max(0, whole.ns - part.ns), exact: false, from: `${whole.from} \u2212 ${part.from}` };
}
