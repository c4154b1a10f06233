import type { CallPhase } from '../model/modelCall.ts';
import { FIRST_TOKEN_EVENTS, TRITON_PHASES } from './timingKeys.ts';

/** A span event as far as times tell: nanoseconds from the span's start. */
export interface TimedEvent {
  readonly name: string;
  readonly offsetNs: number;
}

const TRITON_NAMES: ReadonlySet<string> = new Set([
  ...TRITON_PHASES.flatMap(({ start, end }) => [start, end]),
  'REQUEST_START',
]);
/** Pairs of one span that become phases; a loop that writes an event a turn would cover the bar. */
const MOST_PAIRS = 24;
const MOST_NAME = 60;
const BEHIND = /^(.{1,80}?)[ ._:-]+(start|started|begin|end|ended|done|finished)$/;
const BEFORE = /^(start|begin|end|finish)[ ._:-](.{1,80})$/;

/** Whether an event of this name may begin or end a phase, or be the first of an answer. Cheap. */
export function isTimingEvent(name: string): boolean {
  return FIRST_TOKEN_EVENTS.has(name) || TRITON_NAMES.has(name) || sideOf(name) !== undefined;
}

/** What events tell of the first token: the earliest that names it. */
export function firstTokenEvent(
  events: readonly TimedEvent[],
): (TimedEvent & { readonly fact: 'firstToken' | 'firstChunk' }) | undefined {
  let first: (TimedEvent & { readonly fact: 'firstToken' | 'firstChunk' }) | undefined;
  for (const event of events) {
    const fact = FIRST_TOKEN_EVENTS.get(event.name);
    if (fact === undefined || event.offsetNs < 0 || (first !== undefined && first.offsetNs <= event.offsetNs)) continue;
    first = { ...event, fact };
  }
  return first;
}

/**
 * Phases between events: Triton's, and any pair `X_START`/`X_END`, `x.start`/`x.done`, `start_x`/`end_x`, `xStart`/`xEnd`.
 * Ordered by start. Exact: both ends are times of the sender.
 */
export function eventPhases(events: readonly TimedEvent[]): readonly CallPhase[] {
  const ordered = [...events].sort((a, b) => a.offsetNs - b.offsetNs);
  const firsts = new Map<string, number>();
  for (const { name, offsetNs } of ordered) {
    if (TRITON_NAMES.has(name) && !firsts.has(name)) firsts.set(name, offsetNs);
  }
  const phases: CallPhase[] = [];
  for (const { name, start, end } of TRITON_PHASES) {
    const from = firsts.get(start);
    const to = firsts.get(end);
    if (from !== undefined && to !== undefined && to > from) phases.push(phase(name, from, to, start, end));
  }
  phases.push(...pairs(ordered.filter(({ name }) => !TRITON_NAMES.has(name))));
  return phases.sort((a, b) => a.startNs - b.startNs);
}

/** When the queue of a Triton request began that ends in another span. */
export function openQueue(events: readonly TimedEvent[]): number | undefined {
  if (events.some(({ name }) => name === 'COMPUTE_START')) return undefined;
  return events.find(({ name }) => name === 'QUEUE_START')?.offsetNs;
}

/** Begins and ends of one name are joined in order: the second start to the second end behind it. */
function pairs(ordered: readonly TimedEvent[]): readonly CallPhase[] {
  const open = new Map<string, TimedEvent[]>();
  const phases: CallPhase[] = [];
  for (const event of ordered) {
    const side = sideOf(event.name);
    if (side === undefined) continue;
    const waiting = open.get(side.name) ?? [];
    if (side.begins) {
      waiting.push(event);
      open.set(side.name, waiting);
      continue;
    }
    const begin = waiting.shift();
    if (begin === undefined || event.offsetNs <= begin.offsetNs || phases.length >= MOST_PAIRS) continue;
    phases.push(phase(side.name, begin.offsetNs, event.offsetNs, begin.name, event.name));
  }
  return phases;
}

function phase(name: string, from: number, to: number, start: string, end: string): CallPhase {
  return { name, startNs: from, durationNs: to - from, exact: true, from: `${start} \u2192 ${end}` };
}

/** `backend` ends nothing and `START` alone names nothing: the word stands by itself, or as a hump of a camel. */
function sideOf(name: string): { readonly name: string; readonly begins: boolean } | undefined {
  if (name.length > 100) return undefined;
  const words = name.replace(/([a-z\d])(?=(?:Start|End)$)/, '$1_').toLowerCase();
  const behind = BEHIND.exec(words);
  const before = behind === null ? BEFORE.exec(words) : null;
  const subject = behind?.[1] ?? before?.[2];
  const word = behind?.[2] ?? before?.[1];
  if (subject === undefined || word === undefined) return undefined;
  return {
    name: subject
      .replace(/[_\s]+/g, ' ')
      .trim()
      .slice(0, MOST_NAME),
    begins: word.startsWith('start') || word === 'begin',
  };
}
