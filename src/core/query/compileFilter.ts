import type { Segment } from '../store/segment.ts';
import type { StoreState } from '../store/storeState.ts';
import { FieldCursor } from '../otlp/fieldCursor.ts';
import { spanIdText } from '../model/ids.ts';
import { decodeUtf8 } from '../otlp/utf8.ts';
import { attributeStep } from './attributeSteps.ts';
import {
  BitStep,
  DurationStep,
  NameStep,
  OriginStep,
  scopeOfOrigin,
  SegmentStep,
  serviceOfOrigin,
  SmallNumberStep,
} from './columnSteps.ts';
import type {
  Filter,
  FilterExpression,
  FilterOperator,
  FilterValue,
  HasWord,
  SpanField,
  TraceField,
} from './filterExpression.ts';
import { AllOf, NotOf, OneOf, PAUSE_EVERY, type FilterStep } from './filterStep.ts';
import type { RegexEngine } from './linearRegex.ts';
import { modelStep, valueStep } from './modelStep.ts';
import { KINDS, STATUSES } from './parseFilter.ts';
import type { TraceFacts } from './spanBatch.ts';
import { textStep } from './textStep.ts';
import { ChildStep, FactStep, ParentStep, QuantifierStep, RootStep, TreeStep } from './traceSteps.ts';
import { compare, isNegative, makeValueTest, type ValueTest } from './valueTest.ts';

type Comparison = Extract<FilterExpression, { kind: 'compare' }>;

const STATUS = 15;
const STATUS_MESSAGE = 2;

/** What compiled filters read and compile with. */
export interface FilterTools {
  readonly state: StoreState;
  readonly regex: RegexEngine;
}

/**
 * A filter as something that can be asked of spans; undefined when it lets everything through.
 * @throws FilterError for a regular expression that is none.
 */
export function compileFilter({ expression }: Filter, tools: FilterTools): FilterStep | undefined {
  return expression === undefined ? undefined : stepOf(expression, tools);
}

function stepOf(expression: FilterExpression, tools: FilterTools): FilterStep {
  switch (expression.kind) {
    case 'and':
      return new AllOf(expression.parts.map((part) => stepOf(part, tools)));
    case 'or':
      return new OneOf(expression.parts.map((part) => stepOf(part, tools)));
    case 'not':
      return new NotOf(stepOf(expression.part, tools));
    case 'scope':
      return scopeStep(expression, tools);
    case 'compare':
      return compareStep(expression, tools);
    case 'has':
      return hasStep(expression.what, tools);
    case 'hasKey':
      return attributeStep(tools.state, { ...expression, test: undefined, isNegative: false });
    case 'errors':
      return new FactStep(({ errorCount }) => errorCount > 0);
    case 'text':
      return textStep(tools.state, expression.text);
  }
}

function scopeStep({ scope, part }: Extract<FilterExpression, { kind: 'scope' }>, tools: FilterTools): FilterStep {
  const step = stepOf(part, tools);
  switch (scope) {
    case 'any':
    case 'none':
      return new QuantifierStep(scope, step);
    case 'all':
      return new QuantifierStep('all', new NotOf(step));
    case 'root':
      return new RootStep(step);
    case 'parent':
      return new ParentStep(step);
    case 'child':
      return new ChildStep(step);
  }
}

function compareStep({ field, operator, value }: Comparison, tools: FilterTools): FilterStep {
  switch (field.kind) {
    case 'span':
      return spanStep(field.name, operator, value, tools);
    case 'trace':
      return new FactStep(factTest(field.name, operator, value, tools));
    case 'value': {
      const fits = valuesFit(operator, value, tools);
      return valueStep(tools.state, field.side, field.name, fits);
    }
    case 'attribute':
      return attributeStep(tools.state, {
        home: field.home,
        key: field.key,
        test: makeValueTest(operator, value, tools.regex),
        isNegative: isNegative(operator),
      });
  }
}

function spanStep(name: SpanField, operator: FilterOperator, value: FilterValue, tools: FilterTools): FilterStep {
  const { state } = tools;
  const ns = value.durationNs ?? value.number ?? 0;
  switch (name) {
    case 'service': {
      const fits = textFits(operator, makeValueTest(operator, value, tools.regex, { whole: operator === ':' }));
      return new OriginStep(state, (segment, origin) => fits(serviceOfOrigin(segment, origin)));
    }
    case 'scope': {
      const fits = textFits(operator, makeValueTest(operator, value, tools.regex));
      return new OriginStep(state, (segment, origin) => fits(scopeOfOrigin(segment, origin)));
    }
    case 'name':
      return new NameStep(state, textFits(operator, makeValueTest(operator, value, tools.regex)));
    case 'dur':
      return new DurationStep(state, operator, ns);
    case 'self':
      return new TreeStep((tree, index) => compare(operator, tree.selfNs[tree.positionOf[index]!]!, ns));
    case 'start':
      return new TreeStep((tree, index) => compare(operator, tree.offsetNs[index]!, ns));
    case 'depth':
      return new TreeStep((tree, index) => compare(operator, tree.depth[tree.positionOf[index]!]!, ns));
    case 'kind':
      return new SmallNumberStep(state, 'kind', indexIn(KINDS, value), isNegative(operator));
    case 'status':
      return new SmallNumberStep(state, 'status', indexIn(STATUSES, value), isNegative(operator));
    case 'id': {
      const prefix = value.text.toLowerCase();
      return cheapStep(tools, ({ spans }, index) => {
        return spanIdText(spans.idHi[index]!, spans.idLo[index]!).startsWith(prefix);
      });
    }
    case 'message': {
      const fits = textFits(operator, makeValueTest(operator, value, tools.regex));
      return cheapStep(tools, (segment, index) => {
        const message = statusMessage(segment, index);
        return message !== '' && fits(message);
      });
    }
    case 'test':
      return attributeStep(state, {
        home: 'span',
        key: 'test.case.name',
        test: makeValueTest(operator, value, tools.regex),
        isNegative: isNegative(operator),
      });
    case 'input':
    case 'output':
    case 'model':
    case 'tokens':
    case 'tokens.input':
    case 'tokens.output':
    case 'confidence': {
      return modelStep(state, name, valuesFit(operator, value, tools));
    }
  }
}

/** One of the values fits; of a negative operator there are some and none is equal. */
function valuesFit(
  operator: FilterOperator,
  value: FilterValue,
  tools: FilterTools,
): (values: readonly (string | number)[]) => boolean {
  const test = makeValueTest(operator, value, tools.regex);
  const isOpposite = isNegative(operator);
  const fits = (each: string | number): boolean => (typeof each === 'string' ? test.text(each) : test.number(each, 1));
  return (values) => values.length > 0 && values.some(fits) !== isOpposite;
}

function cheapStep({ state }: FilterTools, fits: (segment: Segment, index: number) => boolean): FilterStep {
  return new SegmentStep(state, { cost: 8, pauseEvery: 4 * PAUSE_EVERY }, fits);
}

function factTest(
  name: TraceField,
  operator: FilterOperator,
  value: FilterValue,
  tools: FilterTools,
): (facts: TraceFacts) => boolean {
  const number = value.durationNs ?? value.number ?? 0;
  switch (name) {
    case 'trace':
    case 'trace.id': {
      const prefix = value.text.toLowerCase();
      return ({ traceId }) => traceId.startsWith(prefix);
    }
    case 'trace.name': {
      const fits = textFits(operator, makeValueTest(operator, value, tools.regex));
      return (facts) => fits(facts.name);
    }
    case 'trace.dur':
      return ({ durationNs }) => compare(operator, durationNs, number);
    case 'trace.spans':
      return ({ spanCount }) => compare(operator, spanCount, number);
    case 'trace.errors':
      return ({ errorCount }) => compare(operator, errorCount, number);
  }
}

function hasStep(what: HasWord, { state }: FilterTools): FilterStep {
  switch (what) {
    case 'error':
      return new SmallNumberStep(state, 'status', STATUSES.indexOf('error'), false);
    case 'exception':
      return new BitStep(state, 'hasException');
    case 'events':
      return new BitStep(state, 'hasEvents');
    case 'links':
      return new BitStep(state, 'hasLinks');
    case 'logs':
      return new BitStep(state, 'hasLogs');
    case 'model':
      return new BitStep(state, 'hasModel');
    case 'parent':
      return new SegmentStep(state, { cost: 3, pauseEvery: 1 << 20 }, ({ spans }, index) => {
        return (spans.parentHi[index]! | spans.parentLo[index]!) !== 0;
      });
    case 'children':
      return new TreeStep((tree, index) => tree.descendants[tree.positionOf[index]!]! > 0);
  }
}

function textFits(operator: FilterOperator, test: ValueTest): (text: string) => boolean {
  const isOpposite = isNegative(operator);
  return (text) => test.text(text) !== isOpposite;
}

function indexIn(names: readonly string[], { text }: FilterValue): number {
  return names.indexOf(text.toLowerCase());
}

function statusMessage(segment: Segment, index: number): string {
  const { bytes, start, end } = segment.spanRange(index);
  const cursor = new FieldCursor(bytes, start, end);
  let message = '';
  while (cursor.next()) {
    if (cursor.field !== STATUS) continue;
    const status = cursor.inside();
    while (status.next()) {
      if (status.field === STATUS_MESSAGE) message = decodeUtf8(bytes, status.start, status.end);
    }
  }
  return message;
}
