import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { FindBar } from '../find/FindBar.tsx';
import type { FindModel } from '../find/findModel.ts';
import type { ServiceOrder } from '../state/serviceOrder.ts';
import type { Store } from '../state/store.ts';
import { useStore } from '../state/useStore.ts';
import { IconButton } from '../ui/IconButton.tsx';
import { Splitter } from '../ui/Splitter.tsx';
import { ColumnHeads, ColumnsMenu } from './ColumnHeads.tsx';
import type { HeldStretch } from '../../src/core/layout/heldTime.ts';
import { waterfallCommand, type WaterfallCommand } from './keymap.ts';
import { Minimap } from './Minimap.tsx';
import type { MinimapModel } from './minimapModel.ts';
import type { Palette } from './palette.ts';
import { Ruler } from './Ruler.tsx';
import { TimeOverlay } from './TimeOverlay.tsx';
import { durationOf, offsetOf } from './rowCache.ts';
import { fittingColumns } from './rowColumns.ts';
import type { WaterfallModel } from './waterfallModel.ts';
import { WaterfallSurface } from './waterfallSurface.ts';
import { ZoomButtons } from './ZoomButtons.tsx';

export interface WaterfallViewProps {
  readonly model: WaterfallModel;
  readonly find: FindModel;
  readonly minimap: MinimapModel;
  readonly palette: Store<Palette>;
  readonly serviceOrder: ServiceOrder;
  /** When debuggers held a program. */
  readonly held: Store<readonly HeldStretch[]>;
  readonly letterKeys: boolean;
  readonly nameWidth: number;
  readonly widthPx: number;
  /** Clock times in UTC instead of the machine's zone. */
  readonly utc: Store<boolean>;
  readonly onNameWidth: (widthPx: number) => void;
  readonly onOpenSource: (toSide: boolean) => void;
  /** The links of the selected span are wanted. */
  readonly onFollowLinks: () => void;
  /** Whether the editor follows the selection. */
  readonly following: boolean;
  readonly onToggleFollow: () => void;
  readonly onShowKeys: () => void;
  /** Keys of attributes that may be wanted as columns. */
  readonly offeredColumns: () => readonly string[];
  /** Shows the statistics of the marked stretch. */
  readonly onAreaStatistics: () => void;
  /** Handed the function that moves the keyboard here, and nothing once this is gone. */
  readonly bindFocus: (focus: (() => void) | undefined) => void;
}

/** How much closer a key zooms, and what part of the width it moves by. */
const KEY_ZOOM = 1.5;
const KEY_PAN = 0.15;
/** Ids of the row of heads and of the other rows. */
const HEAD_ID = 'wf-head';
const ROWS_ID = 'wf-rows';
const LEAST_NAME_PX = 120;
/** Columns that would leave less than this for the bars are not shown. */
const LEAST_BARS_PX = 160;
/** Up to here the bars keep the larger part: the name column gives up width first. */
const ROOMY_BARS_PX = 480;
const MOST_NAME_SHARE = 0.45;

/** Ruler, rows and bars. Rows and bars are drawn by {@link WaterfallSurface}; this makes its elements and takes the keys. */
export function WaterfallView(props: WaterfallViewProps) {
  const { model, palette, serviceOrder, held, letterKeys, onOpenSource, onShowKeys } = props;
  const grid = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const viewport = useRef<HTMLDivElement>(null);
  const rows = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const spacer = useRef<HTMLDivElement>(null);
  const surface = useRef<WaterfallSurface | null>(null);
  const openSource = useRef(onOpenSource);
  openSource.current = onOpenSource;
  const followLinks = useRef(props.onFollowLinks);
  followLinks.current = props.onFollowLinks;
  const info = useStore(model.info);
  const utc = useStore(props.utc);
  const critical = useStore(model.critical);

  const most = Math.max(
    LEAST_NAME_PX,
    Math.floor(Math.max(props.widthPx * MOST_NAME_SHARE, props.widthPx - ROOMY_BARS_PX)),
  );
  const nameWidth = Math.min(Math.max(LEAST_NAME_PX, props.nameWidth), most);
  const columns = useStore(model.columns);
  const shown = fittingColumns(columns, props.widthPx - nameWidth, LEAST_BARS_PX);
  const columnsKey = shown.map(({ key, widthPx }) => `${key} ${widthPx}`).join('\n');
  const leftWidth = nameWidth + shown.reduce((sum, { widthPx }) => sum + widthPx, 0);

  useLayoutEffect(() => {
    const elements = {
      grid: grid.current,
      scroller: scroller.current,
      viewport: viewport.current,
      rows: rows.current,
      canvas: canvas.current,
      spacer: spacer.current,
    };
    const { grid: g, scroller: s, viewport: v, rows: r, canvas: c, spacer: p } = elements;
    if (!g || !s || !v || !r || !c || !p) return;
    const made = new WaterfallSurface(
      { grid: g, scroller: s, viewport: v, rows: r, canvas: c, spacer: p },
      {
        model,
        palette,
        serviceOrder,
        held,
        openSource: (toSide) => openSource.current(toSide),
        followLinks: () => followLinks.current(),
      },
    );
    surface.current = made;
    return () => {
      surface.current = null;
      made.dispose();
    };
  }, [model, palette, serviceOrder, held]);

  useLayoutEffect(() => {
    surface.current?.setNameWidth(leftWidth, shown);
  }, [leftWidth, columnsKey]);

  useEffect(() => {
    const focus = (): void => grid.current?.focus({ preventScroll: true });
    // A tab that is turned to gives the keyboard to the window, where no key does anything.
    const windowFocused = (): void => {
      if (document.activeElement === document.body) focus();
    };
    window.addEventListener('focus', windowFocused);
    props.bindFocus(focus);
    return () => {
      window.removeEventListener('focus', windowFocused);
      props.bindFocus(undefined);
    };
  }, []);

  const run = (command: WaterfallCommand): void => {
    const page = surface.current?.rowsPerPage ?? 10;
    const last = model.rows.rowCount - 1;
    const act: Readonly<Record<WaterfallCommand, () => unknown>> = {
      open: () => onOpenSource(false),
      openToSide: () => onOpenSource(true),
      toggleFold: () => model.moves.toggleFold(),
      foldOrParent: () => model.moves.foldOrParent(),
      unfoldOrChild: () => model.moves.unfoldOrChild(),
      previousRow: () => model.moves.moveBy(-1),
      nextRow: () => model.moves.moveBy(1),
      firstRow: () => model.selectRow(0),
      lastRow: () => model.selectRow(last),
      pageUp: () => model.moves.moveBy(-page),
      pageDown: () => model.moves.moveBy(page),
      nextSibling: () => model.moves.step('nextSibling'),
      previousSibling: () => model.moves.step('previousSibling'),
      nextError: () => model.moves.step('nextError'),
      previousError: () => model.moves.step('previousError'),
      nextCritical: () => model.moves.step('nextCritical'),
      previousCritical: () => model.moves.step('previousCritical'),
      toggleCritical: () => model.critical.set(!model.critical.value),
      followLinks: props.onFollowLinks,
      toggleFollow: props.onToggleFollow,
      zoomToSpan: () => model.zoomToSelected(),
      zoomToArea: () => model.zoom.showArea(),
      markSpan: () => {
        const row = model.selectedRow;
        if (!row) return;
        const begin = offsetOf(row);
        model.zoom.selection.select(begin, begin + durationOf(row), model.zoom.settled.extentNs);
      },
      zoomBack: () => model.zoom.back(),
      zoomForward: () => model.zoom.forward(),
      zoomFit: () => model.zoom.fit(),
      zoomIn: () => model.zoom.zoomStep(KEY_ZOOM),
      zoomOut: () => model.zoom.zoomStep(1 / KEY_ZOOM),
      panLeft: () => model.zoom.panStep(-KEY_PAN),
      panRight: () => model.zoom.panStep(KEY_PAN),
      clearArea: () => model.zoom.selection.clear(),
      find: () => props.find.open(),
      findNext: () => props.find.step(true),
      findPrevious: () => props.find.step(false),
      showKeys: onShowKeys,
    };
    act[command]();
  };

  return (
    <div
      class="wf"
      // The name column's width is one number for the head, the rows and the canvas.
      style={{ '--name-width': `${leftWidth}px` }}
    >
      <div class="wf-overview">
        <div class="wf-overview-name">
          <ZoomButtons zoom={model.zoom} />
        </div>
        <Minimap model={model} minimap={props.minimap} palette={palette} serviceOrder={serviceOrder} />
      </div>
      <div class="wf-main">
        <div class="wf-head" id={HEAD_ID} role="row" aria-rowindex={1}>
          <div class="wf-head-name" role="presentation">
            <div class="wf-head-span" role="columnheader" aria-label="Span">
              <span class="grow">Span</span>
              <button
                type="button"
                class="text-toggle"
                title={utc ? 'Clock times are in UTC; show local time' : 'Clock times are local; show UTC'}
                aria-pressed={utc}
                onClick={() => props.utc.set(!utc)}
              >
                UTC
              </button>
              <IconButton
                icon="milestone"
                label={letterKeys ? 'Critical path (p)' : 'Critical path'}
                pressed={critical}
                onClick={() => model.critical.set(!critical)}
              />
              <IconButton
                icon="eye"
                label={letterKeys ? 'The editor follows the selection (f)' : 'The editor follows the selection'}
                pressed={props.following}
                onClick={props.onToggleFollow}
              />
              <IconButton icon="expand-all" label="Unfold all" onClick={() => void model.moves.foldAll(true)} />
              <IconButton icon="collapse-all" label="Fold all" onClick={() => void model.moves.foldAll(false)} />
              <ColumnsMenu columns={columns} onColumns={(to) => model.setColumns(to)} offered={props.offeredColumns} />
            </div>
            <ColumnHeads shown={shown} columns={columns} onColumns={(to) => model.setColumns(to)} />
          </div>
          <div class="wf-head-time" role="columnheader">
            <span class="unseen">Time</span>
            <Ruler model={model} />
          </div>
        </div>
        <div
          class="wf-grid"
          role="treegrid"
          aria-label={`Spans of ${info?.summary.traceId ?? 'the trace'}`}
          aria-colcount={2 + shown.length}
          aria-readonly="true"
          // The heads do not scroll, and keys pressed on their buttons are not the rows': they belong to the grid all the same.
          aria-owns={`${HEAD_ID} ${ROWS_ID}`}
          tabIndex={0}
          ref={grid}
          onKeyDown={(event) => {
            const command = waterfallCommand(event, letterKeys);
            if (command === undefined) return;
            event.preventDefault();
            run(command);
          }}
        >
          <div class="wf-scroller" id={ROWS_ID} role="rowgroup" tabIndex={-1} ref={scroller}>
            <div class="wf-viewport" role="presentation" ref={viewport}>
              <div class="wf-rows" role="presentation" ref={rows} />
              <canvas class="wf-bars" aria-hidden="true" ref={canvas} />
            </div>
            <div class="wf-spacer" role="presentation" ref={spacer} />
          </div>
        </div>
        <FindBar find={props.find} focusRows={() => grid.current?.focus({ preventScroll: true })} />
        <TimeOverlay
          zoom={model.zoom}
          start={info?.summary.start ?? ''}
          utc={utc}
          onAreaStatistics={props.onAreaStatistics}
        />
      </div>
      <div class="wf-divider">
        <Splitter
          orientation="vertical"
          label="Width of the name column"
          size={leftWidth}
          least={LEAST_NAME_PX + leftWidth - nameWidth}
          most={most + leftWidth - nameWidth}
          onResize={(to) => props.onNameWidth(to - (leftWidth - nameWidth))}
        />
      </div>
    </div>
  );
}
