import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { ModelCall, ModelItem } from '../../src/core/model/modelCall.ts';
import type { SpanRef } from '../../src/core/model/span.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import { ALL_TRACES } from '../../src/protocol/compareApi.ts';
import type {
  Against,
  BaselineInfo,
  CallFeaturesAnswer,
  CallKind,
  FeatureHead,
  FeatureRow,
  PinQuestion,
} from '../../src/protocol/featureApi.ts';
import { LiveAnswer } from '../around/liveAnswer.ts';
import type { TraceListModel } from '../list/traceListModel.ts';
import type { Host } from '../protocol/host.ts';
import type { Notice } from '../state/notice.ts';
import { Store } from '../state/store.ts';
import { formatCount } from '../text/formatCount.ts';

export interface NumbersDeps {
  readonly host: Pick<Host, 'request'>;
  readonly list: Pick<TraceListModel, 'query'>;
  readonly notice: Store<Notice | undefined>;
  /** Shows how a measure of calls of a kind is distributed, over the listed traces. */
  readonly showDistribution: (kind: Pick<CallKind, 'service' | 'name'>, measure: string) => void;
}

/** A value of the call with its place in the engine's answer. */
export interface PlacedHead {
  readonly head: FeatureHead;
  readonly value: number;
}

/** What of the selected call is numbers, beside what is usual of them. */
export class NumbersModel {
  readonly live = new LiveAnswer<CallFeaturesAnswer | null>();
  /** What calls are compared with: kept from span to span. */
  readonly against = new Store<Against>('auto');
  readonly baselines = new Store<readonly BaselineInfo[]>([]);
  /** Grows when rows that were read may be others now. */
  readonly revision = new Store(0);
  readonly #deps: NumbersDeps;
  #ref: SpanRef | undefined;
  #call: ModelCall | null = null;

  constructor(deps: NumbersDeps) {
    this.#deps = deps;
    this.against.subscribe(() => this.#ask());
    this.live.answer.subscribe(() => this.revision.set(this.revision.value + 1));
  }

  /** Looks at a call; nothing is asked for spans that are none. */
  show(ref: SpanRef | undefined, call: ModelCall | null): void {
    const isSame = ref?.spanId === this.#ref?.spanId && ref?.traceId === this.#ref?.traceId;
    if (isSame && call === this.#call) return;
    if (!isSame || call === null) this.live.clear();
    this.#ref = ref;
    this.#call = call;
    if (call && ref && [...call.inputs, ...call.outputs].some((item) => item.role === '')) this.#ask();
  }

  /** Content was hidden, or is shown again: nothing that was read before stays, whatever the next answer is. */
  contentFlipped(): void {
    this.live.clear();
    this.#call = null;
  }

  /** Tables, tensors and embeddings that were read from an item of the call shown. */
  headsOf(call: CallFeaturesAnswer | null | undefined, item: ModelItem): readonly PlacedHead[] {
    const side = this.#call?.inputs.includes(item) === true ? 'inputs' : 'outputs';
    const index = this.#call?.[side].indexOf(item) ?? -1;
    return (call?.values ?? []).flatMap((head, value) =>
      head.side === side && head.item === index ? [{ head, value }] : [],
    );
  }

  /** All rows of a value, page by page; told of each. Answers false when something newer was asked for meanwhile. */
  async rows(value: number, row: number, take: (rows: readonly FeatureRow[], total: number) => void): Promise<boolean> {
    const ref = this.#ref;
    const revision = this.revision.value;
    if (!ref) return false;
    let rows: readonly FeatureRow[] = [];
    for (;;) {
      const page = await this.#deps.host.request('features/rows', {
        ...ref,
        against: this.against.value,
        value,
        row,
        from: rows.length,
      });
      if (this.#ref !== ref || this.revision.value !== revision) return false;
      rows = [...rows, ...page.rows];
      take(rows, page.total);
      if (rows.length >= page.total || page.rows.length === 0) return true;
    }
  }

  image(value: number, index: number) {
    return this.#ref ? this.#deps.host.request('features/image', { ...this.#ref, value, index }) : undefined;
  }

  /** How a feature of calls like this one is distributed. */
  showDistribution({ head }: PlacedHead, name: string): void {
    const kind = this.live.answer.value?.kind;
    if (kind) this.#deps.showDistribution(kind, `${head.side === 'inputs' ? 'in' : 'out'}.${name}`);
  }

  /** Keeps what is usual: of the call, of the calls of its kind among the listed traces, or of all kinds among them. */
  pin(what: 'call' | 'listed' | 'kinds'): void {
    const { filter, brush } = this.#deps.list.query;
    const set = { ...ALL_TRACES, filter, brush };
    const ref = this.#ref;
    if (what === 'kinds') void this.#pin({ ref: null, set });
    else if (ref) void this.#pin({ ref, set: what === 'call' ? null : set });
  }

  async unpin(baseline: BaselineInfo): Promise<void> {
    await this.#change(async () => {
      const { change } = await this.#deps.host.request('baselines/unpin', { id: baseline.id });
      this.#say(`Unpinned the baseline of ${kindName(baseline)}.`, change);
    });
  }

  /** Reads which baselines are pinned. */
  async readBaselines(): Promise<void> {
    try {
      this.baselines.set((await this.#deps.host.request('baselines/list', {})).baselines);
    } catch {
      // The list stays as it was.
    }
  }

  async #pin(question: PinQuestion): Promise<void> {
    await this.#change(async () => {
      const { pinned, replaced, change } = await this.#deps.host.request('baselines/pin', question, {
        supersede: 'baseline',
        timeoutMs: 120_000,
      });
      const [first] = pinned;
      const of =
        pinned.length === 1 && first
          ? `${formatCount(first.calls, 'call', 'calls')} of ${kindName(first)}`
          : `${pinned.length} kinds of call`;
      this.#say(`Pinned ${of} as baseline${replaced > 0 ? ', in place of the one before' : ''}.`, change);
    });
  }

  #say(text: string, change: number): void {
    this.#deps.notice.set({
      text,
      level: 'info',
      action: {
        label: 'Undo',
        run: () => {
          void this.#change(async () => {
            const { undone } = await this.#deps.host.request('baselines/undo', { change });
            this.#deps.notice.set(
              undone ? undefined : { text: 'The baseline changed since: it was left as it is.', level: 'info' },
            );
          });
        },
      },
    });
  }

  async #change(act: () => Promise<void>): Promise<void> {
    try {
      await act();
      this.#ask();
      await this.readBaselines();
    } catch (error) {
      this.#deps.notice.set({ text: error instanceof Error ? error.message : String(error), level: 'error' });
    }
  }

  #ask(): void {
    const ref = this.#ref;
    if (!ref || !this.#call) return;
    this.live.ask(() =>
      this.#deps.host.request('features/call', { ...ref, against: this.against.value }, { supersede: 'features/call' }),
    );
  }
}

export function kindName({ kind }: Pick<BaselineInfo, 'kind'>): string {
  const of = visibleLine(kind.service);
  return `${visibleLine(kind.name)}${of === '' ? '' : ` of ${of}`}`;
}

export const NumbersContext = createContext<NumbersModel | undefined>(undefined);

/** The numbers of the call around the component; undefined where none are shown. */
export function useNumbers(): NumbersModel | undefined {
  return useContext(NumbersContext);
}
