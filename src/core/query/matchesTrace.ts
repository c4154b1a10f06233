import type { TraceSummary } from '../model/trace.ts';
import type { Comparison, TraceCondition, TraceFilter } from './traceFilter.ts';

/** Whether a trace, as far as it is known now, fulfils every condition of the filter. */
export function matchesTrace(filter: TraceFilter, trace: TraceSummary): boolean {
  return filter.terms.every(({ condition, negated }) => holds(condition, trace) !== negated);
}

function holds(condition: TraceCondition, trace: TraceSummary): boolean {
  switch (condition.kind) {
    case 'service': {
      const name = condition.name.toLowerCase();
      return trace.services.some((service) => service.toLowerCase() === name);
    }
    case 'name':
      return trace.name.toLowerCase().includes(condition.text.toLowerCase());
    case 'errors':
      return trace.errorCount > 0;
    case 'trace':
      return trace.traceId.startsWith(condition.prefix);
    case 'duration':
      return compares(trace.durationNs, condition.comparison, condition.durationNs);
  }
}

function compares(left: number, comparison: Comparison, right: number): boolean {
  switch (comparison) {
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '=':
      return left === right;
    case '>=':
      return left >= right;
    case '>':
      return left > right;
  }
}
