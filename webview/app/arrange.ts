import type { ListSettings } from '../list/listSettings.ts';
import type { PanelSizes } from '../state/savedState.ts';

/** How the parts of the panel share its room. */
export interface Arrangement {
  readonly list: boolean;
  readonly listWidth: number;
  readonly details: 'below' | 'right';
  readonly detailsWidth: number;
  readonly detailsHeight: number;
}

/** Narrower panels have no room for a list beside a trace. */
const NARROW_PX = 640;
/** From this width on the details stand at the right. */
const WIDE_PX = 1100;

/** Left to the trace above its details: its header, overview and ruler, and some rows. */
const LEAST_TRACE_PX = 220;

/** Decides what is shown where, from the remembered sizes, the host's wish, and the room there is (pixels). */
export function arrange(
  sizes: PanelSizes,
  listVisible: boolean,
  room: { readonly width: number; readonly height: number },
): Arrangement {
  const list = sizes.list === 'auto' ? listVisible && room.width >= NARROW_PX : sizes.list === 'shown';
  const listWidth = Math.round(
    Math.min(Math.max(140, sizes.listWidth), Math.max(140, room.width / 2, room.width - 320)),
  );
  const traceWidth = room.width - (list ? listWidth : 0);
  return {
    list,
    listWidth,
    details: traceWidth >= WIDE_PX ? 'right' : 'below',
    detailsWidth: Math.round(Math.min(Math.max(240, sizes.detailsWidth), Math.max(240, traceWidth - 320))),
    detailsHeight: Math.round(
      Math.min(
        Math.max(100, sizes.detailsHeight),
        Math.max(100, Math.min(room.height * 0.6, room.height - LEAST_TRACE_PX)),
      ),
    ),
  };
}

/** From this height on plots stand over the list and its trace unless they were hidden; lower panels keep their room for rows. */
const HIGH_PX = 760;
/** The same for a panel that shows a trace alone, whose list is elsewhere. */
const HIGH_ALONE_PX = 1100;

/** Whether the plots are shown in a panel of this height (pixels) with the list or without. */
export function isPlotShown({ plot }: Pick<ListSettings, 'plot'>, heightPx: number, list: boolean): boolean {
  return plot === 'auto' ? heightPx >= (list ? HIGH_PX : HIGH_ALONE_PX) : plot === 'shown';
}
