import { formatDuration } from '../core/layout/formatDuration.ts';
import type { AskedStep, Step } from '../core/steps/buildSteps.ts';
import type { ArgumentProblem } from '../core/steps/checkArguments.ts';
import type { ArgumentDifference } from '../core/steps/compareArguments.ts';
import type { StepMessage } from '../core/steps/messageTable.ts';
import type { StepLine, StepRow } from '../protocol/stepsApi.ts';
import type { TraceSteps } from './traceSteps.ts';

const PLAIN: StepLine = {
  kind: 'note',
  level: 2,
  label: '',
  text: '',
  other: '',
  side: '',
  message: -1,
  count: 0,
  chars: 0,
  step: -1,
};

/** A step as it travels. */
export function stepRow(list: TraceSteps, step: Step): StepRow {
  const { link, reading, cache } = step;
  return {
    id: step.id,
    kind: step.kind,
    callKind: reading?.callKind ?? '',
    spanId: step.spanId,
    hasSpan: step.hasSpan,
    name: step.name,
    service: step.service,
    agents: step.agents,
    offsetNs: step.offsetNs,
    durationNs: step.durationNs,
    unfinished: step.unfinished,
    error: step.error,
    conversation: link ? link.conversation + 1 : 0,
    relation: link?.relation ?? '',
    before: link ? link.before : step.askedBy,
    messages: link ? (reading?.inputs.length ?? 0) : 0,
    asBefore: link ? link.runs.reduce((sum, run) => sum + (run.asBefore ? run.count : 0), 0) : 0,
    input: step.input,
    output: step.output,
    tokens: step.tokens ?? null,
    cache:
      cache && (cache.ofTokens > 0 || cache.tokens > 0)
        ? {
            messages: cache.messages,
            isAll: cache.isAll,
            tokens: cache.tokens,
            ofTokens: cache.ofTokens,
            exact: cache.exact,
          }
        : null,
    problems: problemCount(step),
    differences: step.differences.length,
    lines: stepLines(list, step).length,
  };
}

/** Problems of the arguments of this tool, or of those that a model asks for. */
export function problemCount({ problems, asked }: Step): number {
  const all = [...problems, ...asked.flatMap((one) => one.problems)];
  return all.filter(({ kind }) => kind === 'wrong').length;
}

/** What is inside a step, a line each. */
export function stepLines(list: TraceSteps, step: Step): readonly StepLine[] {
  return step.link ? modelLines(list, step) : callLines(list, step);
}

/** Some of the input messages of a step. */
export function messageLines(list: TraceSteps, step: Step, from: number, count: number): readonly StepLine[] {
  const inputs = step.reading?.inputs.subarray(from, from + count) ?? [];
  return Array.from(inputs, (number, at) => messageLine(list.table.at(number), 'inputs', from + at, 3));
}

function modelLines(list: TraceSteps, step: Step): readonly StepLine[] {
  const { link, reading, cache, asked } = step;
  if (!link || !reading) return [];
  const { table } = list;
  const lines: StepLine[] = [...notes(list, step)];
  const cacheEnd = cache && cache.tokens > 0 && !cache.isAll ? cache.messages : -1;
  const end = cacheEnd < 0 ? undefined : cacheLine(step);
  if (end && cacheEnd === 0) lines.push(end);
  for (const run of link.runs) {
    const stretches =
      cacheEnd > run.from && cacheEnd < run.from + run.count ? [cacheEnd - run.from, run.count] : [run.count];
    let at = 0;
    for (const until of stretches) {
      const from = run.from + at;
      const count = until - at;
      at = until;
      if (run.asBefore) {
        lines.push({ ...PLAIN, kind: 'asBefore', side: 'inputs', message: from, count, step: link.before });
      } else {
        for (let place = from; place < from + count; place++) {
          lines.push(...newMessageLines(list, step, table.at(reading.inputs[place] ?? 0), place));
        }
      }
      if (end && from + count === cacheEnd) lines.push(end);
    }
  }
  reading.outputs.forEach((number, place) => {
    const message = table.at(number);
    if (message.text !== '' || message.requests.length === 0) lines.push(messageLine(message, 'outputs', place, 2));
    for (const one of asked.filter(({ output }) => output === place)) lines.push(...requestLines(list, one));
  });
  return lines;
}

function notes(list: TraceSteps, step: Step): readonly StepLine[] {
  const { link, reading, cache } = step;
  const before = link && link.before >= 0 ? list.steps[link.before] : undefined;
  const texts: string[] = [];
  const named = before ? `step ${(link?.before ?? 0) + 1}` : '';
  switch (link?.relation) {
    case 'branches':
      texts.push(`Goes back to an earlier point of ${named}: ${messages(link.leftOut)} of its prompt left out.`);
      break;
    case 'repeats':
      texts.push(
        before?.error === true
          ? `The same messages as ${named}, which failed: a retry.`
          : `The same messages as ${named}.`,
      );
      break;
    case 'rewritten':
      texts.push(
        `The history was rewritten since ${named}${link.leftOut > 0 ? `: ${messages(link.leftOut)} of its prompt left out` : ''}.`,
      );
      break;
    case 'first':
    case 'continues':
    case undefined:
      break;
  }
  const offered = reading?.toolNames ?? [];
  const known = before?.reading?.toolNames;
  if (known && known.join('\n') !== offered.join('\n')) {
    const added = offered.filter((name) => !known.includes(name));
    const gone = known.filter((name) => !offered.includes(name));
    const changes = [
      ...(added.length > 0 ? [`new ${names(added)}`] : []),
      ...(gone.length > 0 ? [`no longer ${names(gone)}`] : []),
    ];
    if (changes.length > 0) texts.push(`Tools offered: ${changes.join('; ')}.`);
  }
  if (
    cache &&
    cache.ofTokens > 0 &&
    cache.tokens === 0 &&
    (link?.before ?? -1) >= 0 &&
    link?.relation === 'continues'
  ) {
    texts.push('Nothing of the prompt came from the cache, though it begins as the call before.');
  }
  if (step.also.length > 0) {
    texts.push(`Recorded by ${step.also.length + 1} spans; they are shown as one step.`);
  }
  return texts.map((text) => ({ ...PLAIN, text }));
}

function names(all: readonly string[]): string {
  const shown = all.slice(0, 5).join(', ');
  return all.length > 5 ? `${shown} and ${all.length - 5} more` : shown;
}

function messages(count: number): string {
  return count === 1 ? '1 message' : `${count.toLocaleString('en-US')} messages`;
}

function cacheLine({ cache, reading }: Step): StepLine {
  const { tokens = 0, ofTokens = 0, exact = false } = cache ?? {};
  const share = `${tokens.toLocaleString('en-US')} of ${ofTokens.toLocaleString('en-US')} input tokens`;
  const how = exact ? 'at a mark of the request' : 'about here, by the lengths of the messages';
  const within =
    (cache?.messages ?? 0) === 0 && (reading?.toolChars ?? 0) > 0 ? ', inside the tools or the first message' : '';
  return {
    ...PLAIN,
    kind: 'cacheEnd',
    label: exact ? 'exact' : 'estimated',
    text: `Cached prefix ends ${how}${within}: ${share}`,
  };
}

function messageLine(message: StepMessage, side: 'inputs' | 'outputs', place: number, level: 2 | 3): StepLine {
  const { role, text, requests, answers, parts, chars } = message;
  const said = [
    ...(text === '' ? [] : [text]),
    ...requests.map((request) => `\u2192 ${request.name}(${request.text === '{}' ? '' : request.text})`),
    ...answers.map((answer) => (answer.name === '' ? answer.text : `${answer.name}: ${answer.text}`)),
  ].join(' · ');
  const beside = parts.length === 0 ? '' : `(${parts.join(', ')}) `;
  const line = `${beside}${said}`;
  return { ...PLAIN, kind: 'message', level, label: role, text: line.slice(0, 220), side, message: place, chars };
}

/** A message that is new: what tools answered a line each, with the step that ran them. */
function newMessageLines(list: TraceSteps, step: Step, message: StepMessage, place: number): readonly StepLine[] {
  const { answers } = message;
  if (answers.length === 0) return [messageLine(message, 'inputs', place, 2)];
  const asked = step.link && step.link.before >= 0 ? (list.steps[step.link.before]?.asked ?? []) : [];
  return answers.map((answer) => {
    const by = asked.find(({ request }) => answer.callId !== '' && request.callId === answer.callId);
    return {
      ...PLAIN,
      kind: 'result' as const,
      label: answer.name === '' ? (by?.request.name ?? '') : answer.name,
      text: answer.text,
      side: 'inputs' as const,
      message: place,
      chars: message.chars,
      step: by?.step ?? -1,
    };
  });
}

function requestLines(list: TraceSteps, { request, output, problems, step }: AskedStep): readonly StepLine[] {
  const run = list.steps[step];
  const call: StepLine = {
    ...PLAIN,
    kind: 'call',
    label: request.name,
    text: request.text,
    other: run?.output ?? '',
    side: 'outputs',
    message: output,
    step,
  };
  return [call, ...problems.map(problemLine), ...(run?.differences ?? []).map(differenceLine)];
}

function callLines(list: TraceSteps, step: Step): readonly StepLine[] {
  const { request, problems, differences, askedBy, durationNs, reading } = step;
  const asker = list.steps[askedBy];
  const lines: StepLine[] = [...notes(list, step)];
  if (!step.hasSpan) {
    lines.push({
      ...PLAIN,
      text: 'This tool has no span of its own: arguments and result are what the model asked for and was told.',
    });
  }
  if (asker && request) {
    lines.push({ ...PLAIN, kind: 'arguments', label: 'asked for', text: request.text, step: askedBy });
  }
  if (step.hasSpan) {
    const same = request !== undefined && request.argumentsKey === reading?.argumentsKey;
    lines.push({
      ...PLAIN,
      kind: 'arguments',
      label: request ? (same ? 'received, the same' : 'received') : 'given',
      text: reading?.given ?? '',
      side: 'inputs',
      message: 0,
    });
  }
  lines.push(...problems.map(problemLine), ...differences.map(differenceLine));
  const took = durationNs < 0 ? '' : ` after ${formatDuration(durationNs)}`;
  lines.push({
    ...PLAIN,
    kind: 'result',
    label: step.error ? `failed${took}` : `result${took}`,
    text: step.output,
    side: step.hasSpan ? 'outputs' : '',
    message: step.hasSpan ? 0 : -1,
  });
  return lines;
}

function problemLine({ path, text, kind }: ArgumentProblem): StepLine {
  return { ...PLAIN, kind: 'problem', level: 3, label: path, text, other: kind };
}

function differenceLine({ path, asked, received }: ArgumentDifference): StepLine {
  return { ...PLAIN, kind: 'difference', level: 3, label: path, text: asked, other: received };
}
