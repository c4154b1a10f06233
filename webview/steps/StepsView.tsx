import { useEffect, useRef, useState } from 'preact/hooks';
import type { ServiceOrder } from '../state/serviceOrder.ts';
import { useStore } from '../state/useStore.ts';
import { IconButton } from '../ui/IconButton.tsx';
import { GRID_ROW_PX, type GridColumn } from '../ui/RowGrid.tsx';
import { useRoom } from '../ui/useRoom.ts';
import type { StepBlockProps } from './StepBlock.tsx';
import { idOf, StepRowElement } from './StepRowElement.tsx';
import type { StepsModel } from './stepsModel.ts';
import { pageWords } from './stepWords.ts';

export interface StepsViewProps extends Pick<StepBlockProps, 'actionsFor'> {
  readonly model: StepsModel;
  readonly serviceOrder: ServiceOrder;
  readonly letterKeys: boolean;
  readonly onShowKeys: () => void;
  readonly bindFocus: (focus: (() => void) | undefined) => void;
}

const COLUMNS: readonly GridColumn[] = [
  { id: 'number', title: 'Step', tooltip: 'In order of time', width: '52px' },
  {
    id: 'call',
    title: 'Call',
    tooltip: 'Agents around it, and the model or tool that is called',
    width: 'minmax(110px, 1fr)',
  },
  {
    id: 'input',
    title: 'What is new',
    tooltip: 'Of a prompt what did not stand in the call before; of a tool its arguments',
    width: 'minmax(100px, 1.3fr)',
  },
  {
    id: 'output',
    title: 'Answer',
    tooltip: 'What the model answered and asks for, or what the tool gave back',
    width: 'minmax(110px, 1.2fr)',
    hideBelowPx: 520,
  },
  {
    id: 'tokens',
    title: 'Tokens',
    tooltip: 'In → out; the bar is what came from the cache',
    width: '100px',
    numeric: true,
    hideBelowPx: 760,
  },
  { id: 'duration', title: 'Duration', tooltip: 'Of the call', width: '72px', numeric: true, hideBelowPx: 400 },
];
const UNITS_AROUND = 8;
/** The menu offers to follow what it was opened on. */
const VALUE_CONTEXT = JSON.stringify({ spanlineValue: true });

/** The model and tool calls of the trace, one row each; rows open to their messages, tools and results. */
export function StepsView(props: StepsViewProps) {
  const { model, letterKeys, onShowKeys, bindFocus } = props;
  const page = useStore(model.live.answer);
  const failure = useStore(model.live.failure);
  const layout = useStore(model.layout);
  const active = useStore(model.active);
  const grid = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const [topPx, setTopPx] = useState(0);
  const room = useRoom(scroller, { width: 800, height: 400 });
  const { width } = useRoom(grid, room);
  const columns = COLUMNS.filter(({ hideBelowPx = 0 }) => width >= hideBelowPx);
  const first = Math.max(0, Math.floor(topPx / GRID_ROW_PX) - UNITS_AROUND);
  const last = Math.min(layout.units, Math.ceil((topPx + room.height) / GRID_ROW_PX) + UNITS_AROUND);

  useEffect(() => {
    model.show();
    bindFocus(() => grid.current?.focus({ preventScroll: true }));
    return () => {
      model.hide();
      bindFocus(undefined);
    };
  }, [model]);
  useEffect(() => model.setWindow(first, last), [first, last, layout]);
  useEffect(() => {
    const bring = (): void => {
      const row = model.wanted.value;
      const element = scroller.current;
      if (!row || !element) return;
      const [at, end] = [row.unit * GRID_ROW_PX, (row.unit + row.units) * GRID_ROW_PX];
      // What is scrolled to may be below what is drawn so far.
      const content = element.firstElementChild;
      if (content instanceof HTMLElement) content.style.height = `${model.layout.value.units * GRID_ROW_PX}px`;
      if (at < element.scrollTop || row.units * GRID_ROW_PX > element.clientHeight) element.scrollTop = at;
      else if (end > element.scrollTop + element.clientHeight) element.scrollTop = end - element.clientHeight;
      model.wanted.set(undefined);
    };
    model.onMoved = (units) => {
      const element = scroller.current;
      // At the very top what comes in above is what the user waits for.
      if (!element || element.scrollTop === 0) return;
      const content = element.firstElementChild;
      if (content instanceof HTMLElement) content.style.height = `${model.layout.value.units * GRID_ROW_PX}px`;
      element.scrollTop += units * GRID_ROW_PX;
    };
    const stop = model.wanted.subscribe(bring);
    bring();
    return () => {
      stop();
      model.onMoved = undefined;
    };
  }, [model]);

  const pageUnits = Math.max(1, Math.floor(room.height / GRID_ROW_PX) - 1);
  const keys: Readonly<Record<string, () => void>> = {
    ArrowDown: () => model.move('next'),
    ArrowUp: () => model.move('previous'),
    ArrowRight: () => model.openOrEnter(),
    ArrowLeft: () => model.closeOrLeave(),
    PageDown: () => model.move(pageUnits),
    PageUp: () => model.move(-pageUnits),
    Home: () => model.move('first'),
    End: () => model.move('last'),
    ' ': () => model.toggleActive(),
    Enter: () => void model.openActive(false),
  };
  const letters: Readonly<Record<string, () => void>> = {
    e: () => model.nextError(true),
    E: () => model.nextError(false),
    '?': onShowKeys,
  };
  const style = { gridTemplateColumns: columns.map((column) => column.width).join(' ') };
  const rows = layout.between(first, last);
  const activeRow = active && model.activeRow;

  return (
    <div class="around steps" data-vscode-context={VALUE_CONTEXT}>
      <div class="around-bar">
        <span class="dim grow around-said" role="status">
          {failure !== '' ? failure : page ? pageWords(page) : 'Reading…'}
        </span>
        <IconButton
          icon="collapse-all"
          label="Close All Steps"
          disabled={!model.anyOpen}
          onClick={() => model.closeAll()}
        />
      </div>
      {page?.total === 0 ? (
        <NoSteps />
      ) : (
        <div
          class="rows step-rows"
          role="treegrid"
          tabIndex={0}
          ref={grid}
          aria-label="Model and tool calls by time"
          aria-rowcount={layout.rows + 1}
          aria-activedescendant={
            activeRow && activeRow.unit >= first && activeRow.unit < last ? idOf(activeRow) : undefined
          }
          onKeyDown={(event) => {
            // Whole messages have keys for themselves.
            if (event.target !== grid.current || event.altKey) return;
            const isMod = event.ctrlKey || event.metaKey;
            const run =
              isMod && event.key === 'Enter' && !event.shiftKey
                ? () => void model.openActive(true)
                : isMod
                  ? undefined
                  : Object.hasOwn(keys, event.key) && !event.shiftKey
                    ? keys[event.key]
                    : letterKeys && Object.hasOwn(letters, event.key)
                      ? letters[event.key]
                      : undefined;
            if (!run) return;
            event.preventDefault();
            event.stopPropagation();
            run();
          }}
        >
          <div class="rows-head" role="row" aria-rowindex={1} style={style}>
            {columns.map(({ id, title, tooltip, numeric }) => (
              <span key={id} role="columnheader" class={numeric === true ? 'numeric' : ''} title={tooltip}>
                {title}
              </span>
            ))}
          </div>
          <div
            id="step-rows"
            class="rows-scroller"
            role="rowgroup"
            tabIndex={-1}
            ref={scroller}
            onScroll={(event) => setTopPx(event.currentTarget.scrollTop)}
          >
            <div role="presentation" class="rows-content" style={{ height: `${layout.units * GRID_ROW_PX}px` }}>
              {rows.map((row) => (
                <StepRowElement
                  key={`${row.place} ${row.item}`}
                  model={model}
                  serviceOrder={props.serviceOrder}
                  actionsFor={props.actionsFor}
                  row={row}
                  columns={columns}
                  gridStyle={style}
                  isActive={activeRow?.place === row.place && activeRow.item === row.item}
                  several={(page?.conversations ?? 0) > 1}
                  focus={() => grid.current?.focus({ preventScroll: true })}
                />
              ))}
            </div>
          </div>
        </div>
      )}
    </div>
  );
}

function NoSteps() {
  return (
    <div class="around-empty steps-empty">
      <p>No model or tool call was recorded in this trace.</p>
      <p class="dim">
        Steps lists the calls of an agent or an inference service in order of time: what is new in each prompt, which
        tools the model asked for, with what arguments, and what they gave back. It reads the conventions of
        OpenTelemetry GenAI, OpenInference, OpenLLMetry, the Vercel AI SDK and others. Many libraries record content
        only when asked to.
      </p>
    </div>
  );
}
