import type { SpanId } from '../model/ids.ts';
import type { TokenCounts } from '../model/modelCall.ts';
import type { Steps } from '../statistics/steps.ts';
import type { ArgumentDifference } from './compareArguments.ts';
import type { ArgumentProblem } from './checkArguments.ts';
import { cachedPrefix, type CachedPrefix } from './cachedPrefix.ts';
import { shortLine } from './contentKey.ts';
import { Conversations, type ChainLink } from './conversations.ts';
import { STEP_CHARS, type MessageTable, type ToolRequest } from './messageTable.ts';
import type { StepKind, StepReading } from './readStep.ts';
import { distinctCalls, type StepSource } from './sameCalls.ts';
import { differencesOf, joinTools, type AskedTool } from './toolJoin.ts';

/** A tool that a model's answer asks for, and what became of it. */
export interface AskedStep {
  readonly request: ToolRequest;
  /** Message of the outputs it stands in. */
  readonly output: number;
  /** Place of the step that ran it. */
  readonly step: number;
  readonly problems: readonly ArgumentProblem[];
}

/** One row: a model call, or a tool call with or without a span of its own. */
export interface Step {
  /** Names the step while its spans are held: the span's id, with a number behind it for tools without a span. */
  readonly id: string;
  readonly kind: Exclude<StepKind, 'none'>;
  /** Its span; of a tool without one the span of the model that asked for it. */
  readonly spanId: SpanId;
  readonly hasSpan: boolean;
  /** Other spans that recorded the same call. */
  readonly also: readonly SpanId[];
  readonly name: string;
  readonly service: string;
  /** Agents around it, the outermost first. */
  readonly agents: readonly string[];
  readonly offsetNs: number;
  /** -1 when it is not known. */
  readonly durationNs: number;
  readonly unfinished: boolean;
  readonly error: boolean;
  readonly reading: StepReading | undefined;
  /** Of model calls. `before` is the place of a step. */
  readonly link: ChainLink | undefined;
  readonly asked: readonly AskedStep[];
  readonly tokens: TokenCounts | undefined;
  readonly cache: CachedPrefix | undefined;
  /** Of tools: place of the step that asked for it, or -1. */
  readonly askedBy: number;
  /** Of tools: arguments as asked for, and as received when that is not the same. */
  readonly request: ToolRequest | undefined;
  readonly problems: readonly ArgumentProblem[];
  readonly differences: readonly ArgumentDifference[];
  /** Arguments and result of a tool, or what is new in the prompt and the answer; at most {@link STEP_CHARS}. */
  readonly input: string;
  readonly output: string;
}

export interface StepList {
  readonly steps: readonly Step[];
  readonly conversations: number;
}

const CALLS_PER_STEP = 64;
const MOST_AGENTS = 8;
const MOST_ALSO = 8;

interface Draft {
  readonly at: number;
  readonly also: readonly number[];
  readonly source: StepSource;
  link?: ChainLink;
  asked: { request: ToolRequest; output: number; problems: readonly ArgumentProblem[]; run: number }[];
  askedBy: number;
  request?: ToolRequest;
  problems: readonly ArgumentProblem[];
}

/** What was read of the tool's answer, and by which call. */
interface HeardAnswer {
  readonly callId: string;
  readonly text: string;
}

/**
 * The steps of a trace in order of time. `sources` are its spans that are calls, in preorder. In steps: each handles a few
 * dozen calls.
 */
export function* buildSteps(sources: readonly StepSource[], table: MessageTable): Steps<StepList> {
  const drafts: Draft[] = distinctCalls(sources)
    .map(({ source, also }): Draft => ({
      at: source,
      also,
      source: sources[source]!,
      asked: [],
      askedBy: -1,
      problems: [],
    }))
    .sort((a, b) => startOf(sources, a) - startOf(sources, b) || a.at - b.at);
  yield;
  const chains = new Conversations(table);
  const models = drafts.filter(
    ({ source }) => source.reading.kind === 'model' && source.reading.inputs.length + source.reading.outputs.length > 0,
  );
  const heard: HeardAnswer[][] = [];
  for (const [place, draft] of models.entries()) {
    if (place % CALLS_PER_STEP === CALLS_PER_STEP - 1) yield;
    const { inputs, outputs, conversationId, model } = draft.source.reading;
    const agents = agentsOf(sources, draft).join('\n');
    draft.link = chains.add({ inputs, outputs, conversationId, lane: `${draft.source.service}\n${agents}\n${model}` });
    draft.asked = requestsOf(draft.source.reading, table);
    heard.push(answersIn(draft.link, inputs, table));
  }
  yield;
  const results = resultsOf(models, heard);
  yield* joinRuns(drafts, models);

  // Places: tools without a span follow the call that asked for them.
  const rows: { readonly draft: Draft; readonly own: number; readonly key: number }[] = drafts.map((draft) => ({
    draft,
    own: -1,
    key: startOf(sources, draft),
  }));
  for (const draft of models) {
    draft.asked.forEach(({ run }, own) => {
      if (run < 0) rows.push({ draft, own, key: endOf(draft) });
    });
  }
  rows.sort((a, b) => a.key - b.key || a.draft.at - b.draft.at || a.own - b.own);
  const placeOf = new Map(rows.map(({ draft, own }, place) => [`${draft.at} ${own}`, place]));
  const modelPlace = models.map(({ at }) => placeOf.get(`${at} -1`) ?? -1);
  yield;

  const steps: Step[] = [];
  for (const [place, { draft, own }] of rows.entries()) {
    if (place % CALLS_PER_STEP === CALLS_PER_STEP - 1) yield;
    const agents = agentsOf(sources, draft);
    if (own >= 0) {
      const { request, problems } = draft.asked[own]!;
      steps.push({
        id: `${draft.source.spanId}:${own}`,
        kind: 'tool',
        spanId: draft.source.spanId,
        hasSpan: false,
        also: [],
        name: request.name,
        service: draft.source.service,
        agents,
        offsetNs: endOf(draft),
        durationNs: -1,
        unfinished: false,
        error: false,
        reading: undefined,
        link: undefined,
        asked: [],
        tokens: undefined,
        cache: undefined,
        askedBy: placeOf.get(`${draft.at} -1`) ?? -1,
        request,
        problems,
        differences: [],
        input: request.text,
        output: results.get(request) ?? '',
      });
      continue;
    }
    const { reading, spanId, service } = draft.source;
    const { request } = draft;
    const link = draft.link && {
      ...draft.link,
      before: draft.link.before < 0 ? -1 : (modelPlace[draft.link.before] ?? -1),
    };
    const received = receivedOf(sources, draft);
    steps.push({
      id: spanId,
      kind: reading.kind === 'none' ? 'other' : reading.kind,
      spanId,
      hasSpan: true,
      also: draft.also.slice(0, MOST_ALSO).map((at) => sources[at]!.spanId),
      name: nameOf(draft),
      service,
      agents,
      offsetNs: startOf(sources, draft),
      durationNs: draft.source.durationNs,
      unfinished: draft.source.unfinished,
      error: draft.source.error || draft.also.some((at) => sources[at]!.error),
      reading,
      link,
      asked: draft.asked.map(({ request: asked, output, problems, run }, own) => ({
        request: asked,
        output,
        problems,
        step: placeOf.get(run < 0 ? `${draft.at} ${own}` : `${run} -1`) ?? -1,
      })),
      tokens: tokensOf(sources, draft),
      cache:
        reading.kind === 'model'
          ? cachedPrefix(reading.inputs, reading.toolChars, tokensOf(sources, draft), table)
          : undefined,
      askedBy: draft.askedBy < 0 ? -1 : (placeOf.get(`${draft.askedBy} -1`) ?? -1),
      request,
      problems: draft.problems,
      differences: request ? differencesOf(request.argumentsJson, received) : [],
      input: link ? newText(reading, link, table) : reading.given === '' && request ? request.text : reading.given,
      output:
        reading.kind === 'model'
          ? answerText(reading, table)
          : reading.returned === '' && request
            ? (results.get(request) ?? '')
            : reading.returned,
    });
  }
  return { steps, conversations: chains.count };
}

/** A call that several spans recorded began with the first of them. */
function startOf(sources: readonly StepSource[], { source, also }: Draft): number {
  return also.reduce((start, at) => Math.min(start, sources[at]!.offsetNs), source.offsetNs);
}

function endOf({ source }: Draft): number {
  return source.offsetNs + source.durationNs;
}

function agentsOf(sources: readonly StepSource[], { source, at }: Draft): readonly string[] {
  const names: string[] = [];
  const add = (name: string): void => {
    if (name !== '' && names[0] !== name) names.unshift(name);
  };
  if (source.reading.kind !== 'agent') add(source.reading.agent);
  for (let above = sources[at]!.parent; above >= 0 && names.length < MOST_AGENTS; above = sources[above]!.parent) {
    const { reading, name } = sources[above]!;
    if (reading.kind === 'agent') add(reading.agent === '' ? shortLine(name, 80) : reading.agent);
  }
  return names;
}

function nameOf({ source, request }: Draft): string {
  const { reading, name } = source;
  switch (reading.kind) {
    case 'model':
      return reading.model === '' ? shortLine(name, STEP_CHARS) : reading.model;
    case 'tool':
      return reading.toolName !== '' ? reading.toolName : (request?.name ?? shortLine(name, STEP_CHARS));
    case 'agent':
      return reading.agent === '' ? shortLine(name, STEP_CHARS) : reading.agent;
    case 'retrieval':
    case 'other':
    case 'none':
      return shortLine(name, STEP_CHARS);
  }
}

function tokensOf(sources: readonly StepSource[], { source, also }: Draft): TokenCounts | undefined {
  return source.reading.tokens ?? also.map((at) => sources[at]!.reading.tokens).find((tokens) => tokens !== undefined);
}

/** Arguments as the innermost span of the tool received them. */
function receivedOf(sources: readonly StepSource[], { source, also }: Draft): string {
  const inner = also.findLast((at) => sources[at]!.reading.argumentsJson !== '');
  return inner === undefined ? source.reading.argumentsJson : sources[inner]!.reading.argumentsJson;
}

function requestsOf(reading: StepReading, table: MessageTable): Draft['asked'] {
  return Array.from(reading.outputs).flatMap((number, output) =>
    table.at(number).requests.map((request, place) => ({
      // An object of its own for each time it is asked.
      request: { ...request },
      output,
      problems: reading.checked.find((one) => one.output === output && one.request === place)?.problems ?? [],
      run: -1,
    })),
  );
}

function* joinRuns(drafts: readonly Draft[], models: readonly Draft[]): Steps<void> {
  const requests = models.flatMap((model) => model.asked.map((asked) => ({ model, asked })));
  requests.sort((a, b) => endOf(a.model) - endOf(b.model));
  const tools = drafts.filter(({ source }) => source.reading.kind === 'tool');
  yield;
  const asked: AskedTool[] = requests.map(({ model, asked: { request } }) => ({ request, atNs: endOf(model) }));
  const runs = tools.map(({ source: { reading, offsetNs, name } }) => ({
    name: reading.toolName === '' ? name : reading.toolName,
    callId: reading.toolCallId,
    argumentsKey: reading.argumentsKey,
    atNs: offsetNs,
  }));
  joinTools(asked, runs).forEach((run, place) => {
    const tool = tools[run];
    const request = requests[place];
    if (run < 0 || !tool || !request) return;
    request.asked.run = tool.at;
    tool.askedBy = request.model.at;
    tool.request = request.asked.request;
    tool.problems = request.asked.problems;
  });
}

/** Answers of tools among the messages that are new in a call. */
function answersIn(link: ChainLink, inputs: Uint32Array, table: MessageTable): HeardAnswer[] {
  const answers: HeardAnswer[] = [];
  for (const { from, count, asBefore } of link.runs) {
    if (asBefore) continue;
    for (let at = from; at < from + count; at++) answers.push(...table.at(inputs[at]!).answers);
  }
  return answers;
}

/** What the tools that were asked for answered, as a later prompt of the conversation has it: by id, else in order. */
function resultsOf(models: readonly Draft[], heard: readonly HeardAnswer[][]): ReadonlyMap<ToolRequest, string> {
  const results = new Map<ToolRequest, string>();
  const open = new Map<string, ToolRequest>();
  models.forEach(({ asked, link }, place) => {
    const before = link && link.before >= 0 ? (models[link.before]?.asked ?? []) : [];
    const unnamed = before.filter(({ request }) => !results.has(request)).map(({ request }) => request);
    for (const { callId, text } of heard[place] ?? []) {
      const byId = callId === '' ? undefined : open.get(callId);
      const request = byId ?? (callId === '' ? unnamed.find((one) => !results.has(one)) : undefined);
      if (!request || results.has(request)) continue;
      results.set(request, text);
    }
    for (const { request } of asked) if (request.callId !== '') open.set(request.callId, request);
  });
  return results;
}

/** What is new in a prompt: the last message of a user, else what tools answered, else the last message. */
function newText(reading: StepReading, link: ChainLink, table: MessageTable): string {
  const fresh = link.runs
    .filter(({ asBefore }) => !asBefore)
    .flatMap(({ from, count }) =>
      Array.from(reading.inputs.subarray(from, from + count), (number) => table.at(number)),
    );
  const said = fresh.findLast(
    ({ role, text }) => role !== 'system' && role !== 'assistant' && role !== 'tool' && text !== '',
  );
  if (said) return said.text;
  const answers = fresh.flatMap((message) => message.answers);
  if (answers.length > 0) {
    return shortLine(
      answers.map(({ name, text }) => (name === '' ? text : `${name}: ${text}`)).join(' · '),
      STEP_CHARS,
    );
  }
  return fresh.at(-1)?.text ?? '';
}

function answerText(reading: StepReading, table: MessageTable): string {
  const parts = Array.from(reading.outputs, (number) => table.at(number)).flatMap(({ text, requests }) => [
    ...(text === '' ? [] : [text]),
    ...requests.map((request) => `\u2192 ${request.name}(${request.text === '{}' ? '' : request.text})`),
  ]);
  return shortLine(parts.join(' · '), STEP_CHARS);
}
