import type { ComponentChildren } from 'preact';
import { formatDuration } from '../../src/core/layout/formatDuration.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import type { StepRow } from '../../src/protocol/stepsApi.ts';
import type { ServiceOrder } from '../state/serviceOrder.ts';
import { formatCount } from '../text/formatCount.ts';
import { Icon } from '../ui/Icon.tsx';
import { GRID_ROW_PX, type GridColumn } from '../ui/RowGrid.tsx';
import { serviceColor } from '../waterfall/palette.ts';
import { LineCells } from './LineCells.tsx';
import type { InsideRow } from './openSteps.ts';
import { StepBlock, type StepBlockProps } from './StepBlock.tsx';
import type { LaidRow } from './stepLayout.ts';
import type { StepsModel } from './stepsModel.ts';
import { cacheShare, foldedWords, iconOf, kindWords, tokenTitle, tokenWords } from './stepWords.ts';
import { Twisty } from './Twisty.tsx';

/** Calls of an agent inside another stand to the right of the outer one's. */
const INDENT_PX = 12;
const MOST_INDENTS = 4;

/** Id of a row's element. */
export function idOf({ place, item }: Pick<LaidRow, 'place' | 'item'>): string {
  return item < 0 ? `step-${place}` : `step-${place}-${item}`;
}

export interface StepRowElementProps extends Pick<StepBlockProps, 'actionsFor'> {
  readonly model: StepsModel;
  readonly serviceOrder: ServiceOrder;
  readonly row: LaidRow;
  readonly columns: readonly GridColumn[];
  readonly gridStyle: { readonly gridTemplateColumns: string };
  readonly isActive: boolean;
  readonly several: boolean;
  readonly focus: () => void;
}

/** A row in sight: a step, a line of what is inside one, or a whole message. */
export function StepRowElement(props: StepRowElementProps) {
  const { model, row, columns, gridStyle, isActive, several, serviceOrder, focus } = props;
  const step = model.rowAt(row.place);
  const inside = step && row.item >= 0 ? model.insideOf(step.id)?.[row.item] : undefined;
  const at = {
    transform: `translateY(${row.unit * GRID_ROW_PX}px)`,
    ...(row.units > 1 ? { height: `${row.units * GRID_ROW_PX}px` } : {}),
  };
  const base = {
    id: idOf(row),
    role: 'row' as const,
    'aria-rowindex': row.row + 2,
    'aria-selected': isActive,
    onClick: (event: MouseEvent): void => {
      // A text that was marked stays marked.
      if (document.getSelection()?.isCollapsed === false) return;
      if (event.target instanceof Element && event.target.closest('button') !== null) return;
      focus();
      model.activate(row);
    },
  };
  if (row.item >= 0) {
    const level = !inside ? 2 : inside.kind === 'block' ? 4 : inside.line.level;
    const content = step && inside ? insideContent(props, step, inside, row) : null;
    return (
      <div
        {...base}
        aria-level={level}
        aria-expanded={inside?.kind === 'line' ? inside.expanded : undefined}
        class={`rows-row step-inside level-${level}${inside ? ` of-${inside.kind === 'line' ? inside.line.kind : 'block'}` : ''}${isActive ? ' selected' : ''}`}
        style={at}
        onDblClick={() => void (step && model.toggleLine(step.id, row.item))}
      >
        <span role="gridcell" class="step-line">
          {content}
        </span>
      </div>
    );
  }
  const open = step !== undefined && model.isOpen(step.id);
  const cells: Readonly<Record<string, ComponentChildren>> | undefined =
    step &&
    stepCells(step, row.place, open, several, serviceOrder, () => {
      focus();
      model.activate(row);
      void model.toggle(step.id);
    });
  return (
    <div
      {...base}
      aria-level={1}
      aria-expanded={step && step.lines > 0 ? open : undefined}
      class={`rows-row step-row kind-${step?.kind ?? 'none'}${isActive ? ' selected' : ''}${step?.error === true ? ' has-error' : ''}`}
      style={{ ...gridStyle, ...at }}
      onDblClick={() => void model.openActive(false)}
    >
      {columns.map(({ id, numeric }) => (
        <span key={id} role="gridcell" class={numeric === true ? 'numeric' : ''}>
          {cells?.[id]}
        </span>
      ))}
    </div>
  );
}

function insideContent(props: StepRowElementProps, step: StepRow, inside: InsideRow, row: LaidRow): ComponentChildren {
  const { model } = props;
  if (inside.kind === 'block') {
    const ref = model.refOf(step);
    return (
      <div class="step-block" tabIndex={0} role="group" aria-label="The whole message">
        {ref && (
          <StepBlock
            spanRef={ref}
            line={inside.line}
            readCall={(of) => model.readCall(of)}
            actionsFor={props.actionsFor}
          />
        )}
      </div>
    );
  }
  return (
    <LineCells
      line={inside.line}
      expanded={inside.expanded}
      onToggle={() => {
        props.focus();
        model.activate(row);
        void model.toggleLine(step.id, row.item);
      }}
      shown={inside.line.kind === 'asBefore' ? model.unfoldedOf(step.id, inside.line) : 0}
      onShowMore={() => void model.showMore(step.id, inside.line)}
      onGo={(place) => {
        props.focus();
        model.goTo(place);
      }}
    />
  );
}

function stepCells(
  step: StepRow,
  place: number,
  open: boolean,
  several: boolean,
  order: ServiceOrder,
  onToggle: () => void,
): Readonly<Record<string, ComponentChildren>> {
  const agents = step.agents.map(visibleLine).join(' › ');
  const agent = visibleLine(step.agents.at(-1) ?? '');
  const depth = Math.min(MOST_INDENTS, Math.max(0, step.agents.length - 1));
  const folded = foldedWords(step);
  const input = visibleLine(step.input);
  const output = visibleLine(step.output);
  const what = kindWords(step);
  return {
    number: (
      <span class="step-number">
        <Twisty open={open} what="the step" onToggle={onToggle} />
        <span class="dim">{place + 1}</span>
      </span>
    ),
    call: (
      <span
        class="step-call"
        style={{ paddingLeft: `${depth * INDENT_PX}px` }}
        title={[what, agents, step.name, step.service]
          .filter((part) => part !== '')
          .map(visibleLine)
          .join('\n')}
      >
        <span class="service-mark" style={{ backgroundColor: serviceColor(order.placeOf(step.service)) }} />
        <Icon name={iconOf(step)} label={what} />
        {step.error && <Icon name="error" label="failed" className="is-error" />}
        <span class={step.hasSpan ? 'stat-text' : 'stat-text step-unrecorded'}>{visibleLine(step.name)}</span>
        {agent !== '' && <span class="dim step-agents">{agent}</span>}
        {step.problems > 0 && (
          <span
            class="step-flag is-warning"
            title={`${formatCount(step.problems, 'argument is', 'arguments are')} against the schema of the tool`}
          >
            <Icon name="warning" label="arguments against the schema" />
          </span>
        )}
        {step.differences > 0 && (
          <span class="step-flag is-warning" title="The tool received other arguments than the model asked for">
            <Icon name="diff" label="other arguments received than asked for" />
          </span>
        )}
        {several && step.conversation > 0 && (
          <span class="dim step-conversation" title={`Conversation ${step.conversation}`}>
            <Icon name="comment-discussion" label="conversation" />
            {step.conversation}
          </span>
        )}
      </span>
    ),
    input: (
      <span class="stat-text mono-text" title={[folded, input].filter((part) => part !== '').join('\n')}>
        {folded !== '' && <span class="dim step-folded">{folded}</span>}
        {input}
      </span>
    ),
    output: (
      <span class="stat-text mono-text" title={output}>
        {output}
      </span>
    ),
    tokens: (
      <span class="step-tokens" title={tokenTitle(step.tokens, step.cache)}>
        {tokenWords(step.tokens)}
        {step.cache && (
          <span class="step-cache" aria-hidden="true">
            <span style={{ width: `${Math.round(cacheShare(step.cache) * 100)}%` }} />
          </span>
        )}
      </span>
    ),
    duration:
      step.durationNs < 0 ? (
        <span class="dim">–</span>
      ) : (
        `${step.unfinished ? '≥ ' : ''}${formatDuration(step.durationNs)}`
      ),
  };
}
