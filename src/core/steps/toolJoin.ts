import { compareArguments, type ArgumentDifference } from './compareArguments.ts';
import { parseJson } from '../inference/valueDecoder.ts';
import type { ToolRequest } from './messageTable.ts';
import { toolWord } from './sameCalls.ts';

/** A tool that a model asked for. */
export interface AskedTool {
  readonly request: ToolRequest;
  /** When its model had answered, nanoseconds from the trace's start. */
  readonly atNs: number;
}

/** A tool's own span. */
export interface RunTool {
  readonly name: string;
  readonly callId: string;
  readonly argumentsKey: number;
  readonly atNs: number;
}

/** Clocks and the order in which libraries close spans are off by this much. */
const SLACK_NS = 5e6;

/**
 * By asked tool: the place of the span that ran it, or -1. Joined by the id of the call; else, in order of time, by name
 * and arguments, then by name alone. A span runs one request, and none that was asked for after it began.
 */
export function joinTools(asked: readonly AskedTool[], run: readonly RunTool[]): Int32Array {
  const runOf = new Int32Array(asked.length).fill(-1);
  const taken = new Uint8Array(run.length);
  const take = (request: number, span: number): void => {
    runOf[request] = span;
    taken[span] = 1;
  };
  const byId = groupBy(asked, ({ request }) => request.callId);
  run.forEach(({ callId, atNs }, span) => {
    if (callId === '') return;
    // Ids of small models repeat (call_0): the last request before the span.
    const places = byId.get(callId) ?? [];
    const found = places.findLast((place) => runOf[place] === -1 && asked[place]!.atNs <= atNs + SLACK_NS);
    if (found !== undefined) take(found, span);
  });
  for (const sameArguments of [true, false]) {
    const byName = groupBy(asked, ({ request }) => keyOf(request.name, sameArguments ? request.argumentsKey : 0));
    const next = new Map<string, number>();
    run.forEach((span, place) => {
      if (taken[place] === 1) return;
      const key = keyOf(span.name, sameArguments ? span.argumentsKey : 0);
      const places = byName.get(key) ?? [];
      let at = next.get(key) ?? 0;
      // Both lists are in order of time.
      while (at < places.length && runOf[places[at]!] !== -1) at++;
      next.set(key, at);
      const request = places[at];
      if (request === undefined || asked[request]!.atNs > span.atNs + SLACK_NS) return;
      // Both name the call, and not the same.
      if (span.callId !== '' && asked[request]!.request.callId !== '') return;
      take(request, place);
    });
  }
  return runOf;
}

/** What a tool received otherwise than it was asked for; none when either was not recorded or was too long to compare. */
export function differencesOf(askedJson: string, receivedJson: string): readonly ArgumentDifference[] {
  if (askedJson === '' || receivedJson === '' || askedJson === receivedJson) return [];
  return compareArguments(parseJson(askedJson), parseJson(receivedJson));
}

function keyOf(name: string, argumentsKey: number): string {
  return `${toolWord(name)} ${argumentsKey}`;
}

function groupBy<T>(all: readonly T[], keyOf: (one: T) => string): ReadonlyMap<string, number[]> {
  const groups = new Map<string, number[]>();
  all.forEach((one, place) => {
    const key = keyOf(one);
    const known = groups.get(key);
    if (known) known.push(place);
    else groups.set(key, [place]);
  });
  return groups;
}
