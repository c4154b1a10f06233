import type { ModelCall } from '../../src/core/model/modelCall.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import { timesLine } from './callTimes.ts';
import { CallSide } from '../inference/CallSide.tsx';

/** One fact of a call: a word and its value. */
interface Fact {
  readonly label: string;
  readonly value: string;
  /** The value in full, where it is shown shorter. */
  readonly title?: string;
}

function factsOf(call: ModelCall): readonly Fact[] {
  const { tokens } = call;
  const facts: (Fact | undefined)[] = [
    { label: 'kind', value: [call.kind, call.operation].filter((part) => part !== '').join(' · ') },
    { label: 'model', value: [call.model, call.modelVersion].filter((part) => part !== '').join(' ') },
    { label: 'provider', value: call.provider },
    tokens && {
      label: 'tokens',
      value: [
        tokens.input === undefined ? '' : `${tokens.input.toLocaleString('en-US')} in`,
        tokens.output === undefined ? '' : `${tokens.output.toLocaleString('en-US')} out`,
        tokens.total === undefined ? '' : `${tokens.total.toLocaleString('en-US')} total`,
      ]
        .filter((part) => part !== '')
        .join(', '),
    },
    call.confidence === undefined
      ? undefined
      : {
          label: 'confidence',
          value: String(Number(call.confidence.toPrecision(4))),
          title: String(call.confidence),
        },
    { label: 'time', value: timesLine(call), title: 'More in the tab Time' },
    { label: 'finish', value: call.finishReasons.join(', ') },
  ];
  return facts.filter((fact): fact is Fact => fact !== undefined && fact.value !== '');
}

export interface ModelTabProps {
  readonly call: ModelCall;
  readonly side: 'inputs' | 'outputs';
  /** Items of the side; `call` may have only the first of them. */
  readonly total: number;
}

/** What went into, or came out of, a model call, below what is known of the call as a whole. */
export function ModelTab({ call, side, total }: ModelTabProps) {
  return (
    <>
      <dl class="facts">
        {factsOf(call).map((fact) => (
          <div key={fact.label}>
            <dt>{fact.label}</dt>
            <dd title={fact.title}>{visibleLine(fact.value)}</dd>
          </div>
        ))}
      </dl>
      <CallSide call={call} side={side} total={total} />
    </>
  );
}
