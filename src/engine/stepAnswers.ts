import type { DisplayTree } from '../core/layout/displayTree.ts';
import { spanIdText, type SpanId } from '../core/model/ids.ts';
import type { Step } from '../core/steps/buildSteps.ts';
import type { CancelSignal } from '../protocol/channel.ts';
import { ProtocolError } from '../protocol/errors.ts';
import {
  MARKED_STEPS,
  STEP_LINES,
  STEP_ROWS,
  type StepLines,
  type StepMethods,
  type StepPage,
} from '../protocol/stepsApi.ts';
import type { EngineStore } from './engineStore.ts';
import type { SlicedWork } from './slicedWork.ts';
import { messageLines, problemCount, stepLines, stepRow } from './stepRows.ts';
import { StepReadings, type TraceSteps } from './traceSteps.ts';
import type { AroundTree } from './treeFacets.ts';

type StepQuestion = Omit<StepMethods['steps/list'][0], 'viewId'>;

/** Steps of open traces; the same for all who look at the same revision. */
export class StepAnswers {
  readonly #store: EngineStore;
  readonly #work: SlicedWork;
  readonly #readings: StepReadings;

  constructor(store: EngineStore, work: SlicedWork) {
    this.#store = store;
    this.#work = work;
    this.#readings = new StepReadings(store);
  }

  /** The steps themselves, for other answers about the same tree. */
  of(tree: DisplayTree, signal: CancelSignal): Promise<TraceSteps> {
    // Log records that come change no tree, and may have all of a call's content.
    return this.#work.do(tree, `steps ${this.#store.logCount}`, signal, () => this.#readings.steps(tree));
  }

  async page({ tree, revision }: AroundTree, question: StepQuestion, signal: CancelSignal): Promise<StepPage> {
    const { from, count, ids } = question;
    const list = await this.of(tree, signal);
    const { steps, conversations } = list;
    const rows = steps.slice(from, from + Math.min(count, STEP_ROWS)).map((step) => stepRow(list, step));
    return {
      revision,
      total: steps.length,
      models: steps.filter(({ kind }) => kind === 'model').length,
      tools: steps.filter(({ kind }) => kind === 'tool').length,
      errors: steps.filter(({ error }) => error).length,
      problems: steps.reduce((sum, step) => sum + (step.kind === 'tool' ? problemCount(step) : 0), 0),
      conversations,
      errorPlaces: steps.flatMap(({ error }, place) => (error ? [place] : [])).slice(0, MARKED_STEPS),
      places: ids.map((id) => list.places.get(id) ?? -1),
      from,
      rows,
    };
  }

  async lines(at: AroundTree, stepId: string, from: number, count: number, signal: CancelSignal): Promise<StepLines> {
    const list = await this.of(at.tree, signal);
    const lines = stepLines(list, this.#step(list, stepId));
    return { revision: at.revision, total: lines.length, lines: lines.slice(from, from + Math.min(count, STEP_LINES)) };
  }

  async messages(
    at: AroundTree,
    stepId: string,
    from: number,
    count: number,
    signal: CancelSignal,
  ): Promise<StepLines> {
    const list = await this.of(at.tree, signal);
    const step = this.#step(list, stepId);
    const lines = messageLines(list, step, from, Math.min(count, STEP_LINES));
    return { revision: at.revision, total: step.reading?.inputs.length ?? 0, lines };
  }

  async place({ tree }: AroundTree, spanId: SpanId, signal: CancelSignal): Promise<number> {
    const list = await this.of(tree, signal);
    const own = list.places.get(spanId);
    if (own !== undefined) return own;
    return this.#work.do(list, `place ${spanId}`, signal, function* () {
      const also = list.steps.findIndex((step) => step.also.includes(spanId));
      if (also >= 0) return also;
      let position = 0;
      for (; position < tree.count; position++) {
        if (idAt(tree, position) === spanId) break;
        if (position % 4096 === 4095) yield;
      }
      if (position === tree.count) return -1;
      // Of what is inside, the first by time.
      const inside: number[] = [];
      for (let below = position + 1; below <= position + (tree.descendants[position] ?? 0); below++) {
        const place = list.places.get(idAt(tree, below));
        if (place !== undefined) inside.push(place);
        if (below % 4096 === 4095) yield;
      }
      if (inside.length > 0) return inside.reduce((first, place) => Math.min(first, place));
      for (let up = tree.parentAt[position] ?? -1; up >= 0; up = tree.parentAt[up] ?? -1) {
        const place = list.places.get(idAt(tree, up));
        if (place !== undefined) return place;
      }
      return -1;
    });
  }

  #step(list: TraceSteps, stepId: string): Step {
    const step = list.steps[list.places.get(stepId) ?? -1];
    if (!step) throw new ProtocolError('notFound', 'the step is no longer there');
    return step;
  }
}

function idAt(tree: DisplayTree, position: number): SpanId {
  const index = tree.indexAt[position] ?? 0;
  return spanIdText(tree.idHi[index] ?? 0, tree.idLo[index] ?? 0);
}
