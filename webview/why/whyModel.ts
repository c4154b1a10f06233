import { formatDuration } from '../../src/core/layout/formatDuration.ts';
import { ATTRIBUTE_GROUP } from '../../src/core/list/listQuery.ts';
import type { SpanRef } from '../../src/core/model/span.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import type { ComparedAttribute, ComparedPath, Comparison } from '../../src/protocol/compareApi.ts';
import { LiveAnswer } from '../around/liveAnswer.ts';
import type { Host } from '../protocol/host.ts';
import { Store } from '../state/store.ts';
import { againstGroup, withFilters, type WhyQuestion } from './whyQuestions.ts';

export interface WhyDeps {
  readonly host: Pick<Host, 'request'>;
  readonly openSpan: (ref: SpanRef) => void;
  /** Shows in the list what a filter lets through. */
  readonly showFiltered: (filter: string) => void;
  readonly closed: () => void;
}

/** A comparison of many traces takes a while. */
const TIMEOUT_MS = 5 * 60_000;
const PROGRESS_MS = 300;
/** Up to this share of chance a difference hardly is one. */
export const HARDLY_CHANCE = 0.05;

/** The comparison that is shown, if any. */
export class WhyModel {
  readonly question = new Store<WhyQuestion | undefined>(undefined);
  readonly live = new LiveAnswer<Comparison>();
  readonly progress = new Store<{ readonly done: number; readonly total: number }>({ done: 0, total: 0 });
  readonly #deps: WhyDeps;
  #job = 0;
  #left: WhyQuestion | undefined;

  constructor(deps: WhyDeps) {
    this.#deps = deps;
  }

  /** Compares a set with the rest, or with another, and shows it. */
  compare(question: WhyQuestion): void {
    this.question.set(question);
    this.live.clear();
    this.again();
  }

  /** Compares anew: other traces may have come. */
  again(): void {
    const question = this.question.value;
    if (!question) return;
    const job = ++this.#job;
    this.progress.set({ done: 0, total: 0 });
    this.live.ask(() => this.#run(job, question));
  }

  /** Content was hidden, or is shown again: nothing that was read before stays, whatever the next answer is. */
  contentFlipped(): void {
    this.live.clear();
    this.again();
  }

  /** Changes the filters of the sides and compares; an empty one against means the rest. */
  setFilters(a: string, b: string): void {
    const question = this.question.value;
    if (question) this.compare(withFilters(question, a, b));
  }

  /** Compares with another group, or (undefined) with the rest. */
  setGroup(text: string | undefined): void {
    const question = this.question.value;
    if (question) this.compare(againstGroup(question, text));
  }

  /** `focus`: the trace gets the keyboard. */
  close(focus = true): void {
    this.#job++;
    this.question.set(undefined);
    this.live.clear();
    if (focus) this.#deps.closed();
  }

  /** Opens the example of a path; {@link back} shows the comparison again, as it was. */
  open(path: ComparedPath): void {
    if (!path.example) return;
    this.#left = this.question.value;
    this.question.set(undefined);
    this.#deps.openSpan(path.example);
  }

  back(): void {
    if (!this.#left) return;
    this.question.set(this.#left);
    if (!this.live.answer.value) this.again();
  }

  filterBy(attribute: ComparedAttribute): void {
    this.#deps.showFiltered(attribute.filter);
  }

  async #run(job: number, { a, b, among }: WhyQuestion): Promise<Comparison> {
    const { host } = this.#deps;
    const timer = setInterval(() => {
      host.request('compare/progress', { job }).then(
        (progress) => {
          if (job === this.#job) this.progress.set(progress);
        },
        () => undefined,
      );
    }, PROGRESS_MS);
    try {
      return await host.request('compare/run', { job, a, b, among }, { supersede: 'compare', timeoutMs: TIMEOUT_MS });
    } finally {
      clearInterval(timer);
    }
  }
}

/** Whether a path differs by more than chance would have it. */
export function isSure(path: ComparedPath): boolean {
  return Math.abs(path.differenceNs) > path.boundNs;
}

/** Attributes that differ, without the one that the sets were made by. */
export function differing({ attributes }: Comparison, { a }: Pick<WhyQuestion, 'a'>): readonly ComparedAttribute[] {
  const by = a.group?.by ?? '';
  return by.startsWith(ATTRIBUTE_GROUP)
    ? attributes.filter(({ key }) => key !== by.slice(ATTRIBUTE_GROUP.length))
    : attributes;
}

/** In a sentence or two: where the time went and what parts the sets, or that nothing is sure. */
export function verdict(answer: Comparison, question: Pick<WhyQuestion, 'a' | 'change'>): string {
  const { a, b, differenceNs, paths } = answer;
  const attributes = differing(answer, question);
  const isChange = question.change !== undefined;
  if (a.used === 0) return isChange ? 'No trace began after it yet.' : 'No trace is in the set.';
  if (b.used === 0) return isChange ? 'No trace began before it.' : 'There is no other trace to compare with.';
  const [path] = paths;
  const [attribute] = attributes;
  const parts: string[] = [];
  if (path && isSure(path)) {
    const more = path.differenceNs > 0 ? 'longer' : 'less long';
    const share = path.share > 0.005 ? ` (${Math.round(Math.min(1, path.share) * 100)} % of the difference)` : '';
    parts.push(
      `${nameOf(path.names)} of ${visibleLine(path.service)} takes ${formatDuration(Math.abs(path.differenceNs))} ${more}${share}.`,
    );
  } else {
    const whole = formatDuration(Math.abs(differenceNs));
    parts.push(
      `No single step differs by more than chance would have it; on average these take ${whole} ${differenceNs < 0 ? 'less' : 'longer'}.`,
    );
  }
  if (attribute && attribute.chance <= HARDLY_CHANCE) parts.push(attributeVerdict(attribute));
  return parts.join(' ');
}

function attributeVerdict(attribute: ComparedAttribute): string {
  const key = visibleLine(attribute.key);
  if (attribute.kind === 'numeric') {
    return `${key} is ${numberText(attribute.medianA)} instead of ${numberText(attribute.medianB)}.`;
  }
  const { presentA, missingA, presentB, missingB } = attribute;
  const more = attribute.values
    .map(({ text, a, b }) => ({
      text,
      more: a / Math.max(1, presentA + missingA) - b / Math.max(1, presentB + missingB),
    }))
    .sort((one, other) => other.more - one.more)[0];
  if (!more || more.more <= 0) return `${key} is missing more often.`;
  return more.text === '' ? `${key} has values of its own.` : `${key} is more often “${visibleLine(more.text)}”.`;
}

/** The last of a path's names. */
export function nameOf(names: readonly string[]): string {
  return visibleLine(names.at(-1) ?? '') || '(no name)';
}

/** A number as short as four digits allow. */
export function numberText(value: number): string {
  return Number.isInteger(value) ? value.toLocaleString('en-US') : String(Number(value.toPrecision(4)));
}
