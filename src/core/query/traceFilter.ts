import type { FilterExpression } from './filterExpression.ts';

/**
 * What a filter means when it is asked of a whole trace (docs/filter.md, docs/adr): conditions on spans that stand side by
 * side must hold together on *one* span of the trace; when all of them are negated, no span may fit any of them.
 * Conditions on the trace hold or do not. `or` is asked side by side.
 */
export function asTraceFilter(expression: FilterExpression): FilterExpression {
  if (isOfTrace(expression)) return expression;
  switch (expression.kind) {
    case 'or':
      return { kind: 'or', parts: expression.parts.map(asTraceFilter) };
    case 'not':
      return { kind: 'scope', scope: 'none', part: expression.part };
    case 'and':
      return ofTogether(expression.parts);
    case 'scope':
    case 'compare':
    case 'has':
    case 'hasKey':
    case 'errors':
    case 'text':
      return { kind: 'scope', scope: 'any', part: expression };
  }
}

function ofTogether(parts: readonly FilterExpression[]): FilterExpression {
  const ofTrace = parts.filter(isOfTrace);
  const ofSpan = parts.filter((part) => !isOfTrace(part));
  if (ofSpan.every((part) => part.kind === 'not')) {
    return { kind: 'and', parts: [...ofTrace, ...ofSpan.map(asTraceFilter)] };
  }
  const together: FilterExpression = ofSpan.length === 1 ? ofSpan[0]! : { kind: 'and', parts: ofSpan };
  return { kind: 'and', parts: [...ofTrace, { kind: 'scope', scope: 'any', part: together }] };
}

/** Whether all its conditions say the same of every span of a trace. */
function isOfTrace(expression: FilterExpression): boolean {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return expression.parts.every(isOfTrace);
    case 'not':
      return isOfTrace(expression.part);
    case 'scope':
      return expression.scope !== 'parent' && expression.scope !== 'child';
    case 'compare':
      return expression.field.kind === 'trace';
    case 'errors':
      return true;
    case 'has':
    case 'hasKey':
    case 'text':
      return false;
  }
}
