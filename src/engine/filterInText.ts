import { FilterError } from '../core/query/filterError.ts';
import type { Filter, FilterExpression } from '../core/query/filterExpression.ts';
import { parseFilter } from '../core/query/parseFilter.ts';
import type { FindQuery } from '../protocol/findApi.ts';

/**
 * The filter that a text to find is, when it names something in the filter language: a field that spans have, `has:`, or
 * an attribute that is held (`isKey`). `http://host` and `session=ab` are texts then, not attributes. With an option for
 * texts it is a text.
 */
export function filterInText(query: FindQuery, isKey: (key: string) => boolean): Filter | undefined {
  if (query.matchCase || query.wholeWord || query.regex) return undefined;
  let filter: Filter;
  try {
    filter = parseFilter(query.text);
  } catch (error) {
    if (error instanceof FilterError) return undefined;
    throw error;
  }
  const { expression } = filter;
  return expression !== undefined && namesField(expression) && namesOnlyKnown(expression, isKey) ? filter : undefined;
}

function namesField(expression: FilterExpression): boolean {
  return !every(expression, (leaf) => leaf.kind === 'text');
}

function namesOnlyKnown(expression: FilterExpression, isKey: (key: string) => boolean): boolean {
  return every(expression, (leaf) => {
    if (leaf.kind === 'hasKey') return leaf.home !== 'any' || isKey(leaf.key);
    if (leaf.kind !== 'compare' || leaf.field.kind !== 'attribute') return true;
    return leaf.field.home !== 'any' || isKey(leaf.field.key);
  });
}

function every(expression: FilterExpression, test: (leaf: FilterExpression) => boolean): boolean {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return expression.parts.every((part) => every(part, test));
    case 'not':
      return every(expression.part, test);
    case 'scope':
      // `any(…)` and its like are the language's own.
      return test(expression) && every(expression.part, test);
    default:
      return test(expression);
  }
}
