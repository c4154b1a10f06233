import type { SpanId } from '../core/model/ids.ts';
import type { Steps } from '../core/statistics/steps.ts';
import { logPlaces } from '../core/store/spanLogs.ts';
import { indexTraceLogs, LOG_KIND, readLogLine, type TraceLogIndex } from '../core/store/traceLogIndex.ts';
import type { AroundMethods, TraceLogPage, TraceLogRow } from '../protocol/aroundApi.ts';
import type { CancelSignal } from '../protocol/channel.ts';
import type { EngineStore } from './engineStore.ts';
import type { SlicedWork } from './slicedWork.ts';
import type { AroundTree } from './treeFacets.ts';

const LINES_PER_STEP = 1024;

type LogQuestion = Omit<AroundMethods['logs/page'][0], 'viewId'>;

/** Log records and events of open traces in order of time. */
export class LogAnswers {
  readonly #store: EngineStore;
  readonly #work: SlicedWork;

  constructor(store: EngineStore, work: SlicedWork) {
    this.#store = store;
    this.#work = work;
  }

  async page({ tree, revision }: AroundTree, question: LogQuestion, signal: CancelSignal): Promise<TraceLogPage> {
    const { held, logCount } = this.#store;
    // Records that come change no tree.
    const key = `logs ${logCount}`;
    const index = await this.#work.do(tree, key, signal, () => indexTraceLogs(held, tree));
    const text = question.text.trim().toLowerCase();
    const lines = await this.#work.do(tree, `${key} ${question.severity} ${text}`, signal, () =>
      this.#matching(index, question.severity, text),
    );
    const places = new Map<SpanId, ReadonlyMap<number, number>>();
    const rows: TraceLogRow[] = [];
    for (const at of lines.subarray(question.from, question.from + question.count)) {
      const line = readLogLine(held, index, at);
      const isRecord = index.kind[at] === LOG_KIND.record;
      const handle = index.handle[at] ?? 0;
      let logIndex = -1;
      if (line && isRecord && line.spanId !== '') {
        const known = places.get(line.spanId) ?? logPlaces(held, { traceId: tree.traceId, spanId: line.spanId });
        places.set(line.spanId, known);
        logIndex = known.get(handle) ?? -1;
      }
      rows.push({
        kind: isRecord ? 'record' : 'event',
        offsetNs: index.offsetNs[at] ?? 0,
        severityNumber: index.severity[at] ?? 0,
        severityText: line?.severityText ?? '',
        service: line?.service ?? '',
        spanId: line?.spanId ?? '',
        spanName: line?.spanName ?? '',
        eventName: line?.eventName ?? '',
        text: line?.text ?? '',
        logIndex,
        hasLine: line?.hasLine ?? false,
      });
    }
    return { revision, total: index.count, matched: lines.length, from: question.from, rows };
  }

  /** Places in the index of what is severe enough and has the text in its message, service, span or event name. */
  *#matching(index: TraceLogIndex, severity: number, text: string): Steps<Uint32Array> {
    const found: number[] = [];
    for (let at = 0; at < index.count; at++) {
      if (at % LINES_PER_STEP === LINES_PER_STEP - 1) yield;
      if ((index.severity[at] ?? 0) < severity) continue;
      if (text !== '' && !this.#contains(index, at, text)) continue;
      found.push(at);
    }
    return Uint32Array.from(found);
  }

  #contains(index: TraceLogIndex, at: number, text: string): boolean {
    const line = readLogLine(this.#store.held, index, at);
    if (!line) return false;
    return [line.text, line.service, line.spanName, line.eventName, line.severityText].some((part) =>
      part.toLowerCase().includes(text),
    );
  }
}
