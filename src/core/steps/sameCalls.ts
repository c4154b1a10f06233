import type { SpanId } from '../model/ids.ts';
import type { StepReading } from './readStep.ts';

/** A span that is a call of some kind, in preorder of the trace. */
export interface StepSource {
  readonly spanId: SpanId;
  /** Place of the nearest span above that is a source, too; -1 for none. */
  readonly parent: number;
  readonly offsetNs: number;
  readonly durationNs: number;
  readonly unfinished: boolean;
  readonly error: boolean;
  readonly service: string;
  readonly name: string;
  readonly reading: StepReading;
}

/** One call: the span that says most of it, and others that recorded it, too. */
export interface Call {
  readonly source: number;
  readonly also: readonly number[];
}

/** Instrumentations write the same tool as `mcp__shop__find_order`, `tools/call find_order` and `find_order`. */
export function toolWord(name: string): string {
  return (/[^./:\s]*$/.exec(name.trim())?.[0] ?? name).replace(/^mcp__[^_]+(?:_[^_]+)*__/, '').toLowerCase();
}

/**
 * The calls of a trace, each once: a model's client inside a framework's span of the same call, a tool's MCP client and
 * server inside the framework's tool. Spans that only contain calls (chains, agents) are left out; an agent is a call when
 * nothing of what it does was recorded, or when it failed and nothing in it did.
 */
export function distinctCalls(sources: readonly StepSource[]): readonly Call[] {
  const inside = sources.map((): number[] => []);
  const hasCall = new Uint8Array(sources.length);
  const hasError = new Uint8Array(sources.length);
  for (let at = sources.length - 1; at >= 0; at--) {
    const source = sources[at]!;
    const isCall = source.reading.kind !== 'none' && source.reading.kind !== 'agent';
    for (let above = source.parent; above >= 0;) {
      if (isCall) hasCall[above] = 1;
      if (source.error && source.reading.kind !== 'none') hasError[above] = 1;
      const { kind } = sources[above]!.reading;
      if (kind !== 'none') {
        inside[above]!.push(at);
        break;
      }
      above = sources[above]!.parent;
    }
    if (source.parent >= 0) {
      hasCall[source.parent]! |= hasCall[at]!;
      hasError[source.parent]! |= hasError[at]!;
    }
  }
  // Which call a span belongs to: its own place until it is found to be another's.
  const owner = sources.map((_, at) => at);
  const hidden = new Uint8Array(sources.length);
  for (let at = sources.length - 1; at >= 0; at--) {
    const { reading, error } = sources[at]!;
    if (reading.kind === 'none') hidden[at] = 1;
    else if (reading.kind === 'agent') hidden[at] = hasCall[at]! === 1 && !(error && hasError[at]! === 0) ? 1 : 0;
    else {
      const alike = inside[at]!.filter((below) => isSame(reading, sources[below]!.reading));
      const [only, ...others] = alike;
      if (only !== undefined && others.length === 0) owner[only] = at;
      // Tries of one call, each by itself: what is around them says nothing of its own.
      else if (
        others.length > 0 &&
        reading.kind === 'model' &&
        repeats(
          reading,
          alike.map((below) => sources[below]!.reading),
        )
      )
        hidden[at] = 1;
    }
  }
  const groups = new Map<number, number[]>();
  for (let at = 0; at < sources.length; at++) {
    if (hidden[at] === 1) continue;
    let top = at;
    while (owner[top] !== top) top = owner[top]!;
    const group = groups.get(top);
    if (group) group.push(at);
    else groups.set(top, [at]);
  }
  return Array.from(groups.values(), (group) => {
    const source = group.reduce((best, at) => (richness(sources[at]!) > richness(sources[best]!) ? at : best));
    return { source, also: group.filter((at) => at !== source) };
  });
}

/** Whether a span right inside another is the same call. */
function isSame(outer: StepReading, inner: StepReading): boolean {
  if (outer.kind !== inner.kind) return false;
  switch (outer.kind) {
    case 'model':
      // A model calls no model.
      return outer.callKind === inner.callKind;
    case 'tool': {
      const [a, b] = [toolWord(outer.toolName), toolWord(inner.toolName)];
      return a === b || a === '' || b === '';
    }
    case 'retrieval':
      return outer.callKind === inner.callKind;
    case 'agent':
    case 'other':
    case 'none':
      return false;
  }
}

/** Whether the calls inside begin with all that the one around them was given. */
function repeats(outer: StepReading, inner: readonly StepReading[]): boolean {
  return inner.every(
    ({ inputs }) => outer.inputs.every((number, at) => inputs[at] === number) || outer.inputs.length === 0,
  );
}

/** How much a span says of its call; of equal ones the outer is taken, whose time has everything in it. */
function richness({ reading, error }: StepSource): number {
  const { inputs, outputs, tokens, model, argumentsJson } = reading;
  return (
    (inputs.length > 0 ? 4 : 0) +
    (outputs.length > 0 ? 4 : 0) +
    (tokens === undefined ? 0 : 2) +
    (model === '' ? 0 : 1) +
    (argumentsJson === '' ? 0 : 1) +
    (error ? 1 : 0)
  );
}
