import { setImmediate as nextTurn } from 'node:timers/promises';
import { MinimapPainter } from '../core/layout/minimap.ts';
import { serviceShares } from '../core/layout/serviceShares.ts';
import type { Handlers } from '../protocol/channel.ts';
import { ProtocolError } from '../protocol/errors.ts';
import { MOST_MINIMAP_LANES, MOST_MINIMAP_PIXELS, type MinimapMethods } from '../protocol/minimapApi.ts';
import type { ClientViews } from './clientViews.ts';
import { Params } from './params.ts';

/** Work in one go; what was received and asked meanwhile has its turn after it. */
const SLICE_MS = 8;

/** Answers about a client's open views as wholes. `elapsed`: monotonic milliseconds. */
export function minimapHandlers(views: ClientViews, elapsed: () => number): Handlers<MinimapMethods> {
  return {
    'view/minimap': async (params, signal) => {
      const read = new Params('view/minimap', params);
      const viewId = read.integer('viewId', 0, Number.MAX_SAFE_INTEGER);
      const pixels = read.integer('pixels', 1, MOST_MINIMAP_PIXELS);
      // A tree owns its columns: what changes while this is drawn makes another one.
      const { tree } = views.tree(viewId);
      const painter = new MinimapPainter(tree, pixels, read.integer('lanes', 1, MOST_MINIMAP_LANES));
      let until = elapsed() + SLICE_MS;
      while (!painter.done) {
        painter.step();
        if (elapsed() < until) continue;
        await nextTurn();
        if (signal.cancelled) throw new ProtocolError('cancelled', 'view/minimap: no longer wanted');
        until = elapsed() + SLICE_MS;
      }
      return {
        viewId,
        lengthNs: tree.lengthNs,
        pixels,
        lanes: painter.lanes,
        cells: painter.cells,
        errors: painter.errors,
      };
    },
    'view/services': (params) =>
      serviceShares(views.tree(new Params('view/services', params).integer('viewId', 0, Number.MAX_SAFE_INTEGER)).tree),
  };
}
