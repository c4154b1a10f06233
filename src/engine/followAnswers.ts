import { followSpan, type FoundValue } from '../core/follow/followSpan.ts';
import { soughtValue, type SoughtValue } from '../core/follow/soughtValue.ts';
import { MODEL_LOGS, readModelCall } from '../core/inference/readModelCall.ts';
import type { DisplayTree } from '../core/layout/displayTree.ts';
import { spanIdText } from '../core/model/ids.ts';
import type { ModelCall } from '../core/model/modelCall.ts';
import type { Steps } from '../core/statistics/steps.ts';
import type { Step } from '../core/steps/buildSteps.ts';
import { shortLine } from '../core/steps/contentKey.ts';
import { TextMatcher } from '../core/find/textMatcher.ts';
import type { CancelSignal } from '../protocol/channel.ts';
import type { FollowHit, FollowPage } from '../protocol/followApi.ts';
import type { EngineStore } from './engineStore.ts';
import type { SlicedWork } from './slicedWork.ts';
import type { StepAnswers } from './stepAnswers.ts';
import type { TraceSteps } from './traceSteps.ts';
import type { AroundTree } from './treeFacets.ts';

/** Places of one page, and spans looked at for it. */
const PAGE_HITS = 60;
const PAGE_SPANS = 2000;
/** Work of one page, counted in UTF-16 units of what was read, so that a page of long prompts is short. */
const PAGE_CHARS = 16 * 1024 * 1024;
/** Longer stretches of letters and digits are looked for in the bytes first, which is far faster than to decode all. */
const LEAST_LITERAL = 4;
/** Smaller traces are decoded as they are. */
const FEW_SPANS = 500;
const NAME_CHARS = 120;

/** Where values occur in open traces. */
export class FollowAnswers {
  readonly #store: EngineStore;
  readonly #work: SlicedWork;
  readonly #steps: StepAnswers;

  constructor(store: EngineStore, work: SlicedWork, steps: StepAnswers) {
    this.#store = store;
    this.#work = work;
    this.#steps = steps;
  }

  async page({ tree, revision }: AroundTree, text: string, from: number, signal: CancelSignal): Promise<FollowPage> {
    const sought = soughtValue(text);
    const head = { revision, shown: sought.kind === 'refused' ? '' : sought.shown, kind: sought.kind };
    if (sought.kind === 'refused') {
      return { ...head, refused: sought.why, hits: [], next: -1, looked: 0, total: tree.count };
    }
    const list = await this.#steps.of(tree, signal);
    const order = await this.#work.do(tree, 'order of starts', signal, () => orderOfStarts(tree));
    const literal = literalOf(sought);
    const candidates =
      literal === '' || tree.count < FEW_SPANS
        ? order
        : await this.#work.do(tree, `has ${this.#store.logCount} ${literal}`, signal, () =>
            this.#having(tree, order, literal),
          );
    return this.#work.run(this.#page(tree, list, candidates, sought, from, head), () => signal.cancelled);
  }

  /** Positions whose span or logs have a text in their bytes. */
  *#having(tree: DisplayTree, order: Uint32Array, literal: string): Steps<Uint32Array> {
    const matcher = new TextMatcher({ text: literal, matchCase: true, wholeWord: false, regex: false }, () => {
      throw new Error('a literal needs no expression');
    });
    const search = this.#store.searchText(matcher, tree.traceId);
    while (search.step()) yield;
    return order.filter((position) => search.placesOf(tree.handle[tree.indexAt[position] ?? 0] ?? 0) !== 0);
  }

  *#page(
    tree: DisplayTree,
    list: TraceSteps,
    order: Uint32Array,
    sought: SoughtValue,
    from: number,
    head: Pick<FollowPage, 'revision' | 'shown' | 'kind'>,
  ): Steps<FollowPage> {
    const hits: FollowHit[] = [];
    let at = from;
    let chars = 0;
    while (at < order.length && at - from < PAGE_SPANS && hits.length < PAGE_HITS && chars < PAGE_CHARS) {
      const position = order[at] ?? 0;
      at++;
      const index = tree.indexAt[position] ?? 0;
      const ref = { traceId: tree.traceId, spanId: spanIdText(tree.idHi[index] ?? 0, tree.idLo[index] ?? 0) };
      const details = this.#store.details(ref);
      // It went meanwhile.
      if (!details) continue;
      const logs = this.#store.countLogs(ref) === 0 ? [] : this.#store.modelLogs(ref, MODEL_LOGS);
      const whole = (value: string) => {
        const read = this.#store.wholeValue(ref, value);
        if (read?.type === 'string') chars += read.value.length;
        return read;
      };
      const call = readModelCall(details, logs, whole);
      const found = followSpan(details, logs, call, whole, sought);
      const place = list.places.get(ref.spanId) ?? -1;
      for (const value of found) {
        hits.push({
          spanId: ref.spanId,
          spanName: shortLine(details.name, NAME_CHARS),
          service: details.resource.serviceName,
          callKind: call?.kind ?? '',
          callName: shortLine(nameOf(call), NAME_CHARS),
          side: value.side,
          key: shortLine(value.key, NAME_CHARS),
          path: value.path,
          role: shortLine(value.role, 40),
          tool: shortLine(value.tool, NAME_CHARS),
          text: value.match.text,
          start: value.match.start,
          end: value.match.end,
          count: value.count,
          atNs: (tree.offsetNs[index] ?? 0) + value.atNs,
          depth: tree.depth[position] ?? 0,
          repeated: isRepeated(list.steps[place], value),
          step: place,
        });
      }
      yield;
    }
    return { ...head, refused: '', hits, next: at < order.length ? at : -1, looked: at, total: order.length };
  }
}

function nameOf(call: ModelCall | null): string {
  if (call === null) return '';
  if (call.kind === 'tool') return call.tool?.name ?? '';
  return call.kind === 'agent' ? (call.agent ?? '') : call.model;
}

function isRepeated(step: Step | undefined, { message }: FoundValue): boolean {
  if (!step?.link || message < 0) return false;
  return step.link.runs.some((run) => run.asBefore && message >= run.from && message < run.from + run.count);
}

/** Positions by start; of spans that begin together the outer first. */
function* orderOfStarts(tree: DisplayTree): Steps<Uint32Array> {
  const order = Uint32Array.from({ length: tree.count }, (_, position) => position);
  yield;
  const start = (position: number): number => tree.offsetNs[tree.indexAt[position] ?? 0] ?? 0;
  return order.sort((a, b) => start(a) - start(b) || a - b);
}

/** The longest stretch of letters and digits that every place has; empty when none can be told. */
function literalOf(sought: SoughtValue): string {
  if (sought.kind !== 'text' || sought.forms.length !== 1) return '';
  const runs = sought.forms[0]?.match(/[A-Za-z0-9]+/g) ?? [];
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '');
  // A number may be one in the bytes, not digits.
  return longest.length < LEAST_LITERAL || /^\d+$/.test(longest) ? '' : longest.slice(0, 64);
}
