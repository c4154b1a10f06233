import type { Host } from '../protocol/host.ts';
import type { Store } from '../state/store.ts';
import type { MinimapModel } from '../waterfall/minimapModel.ts';
import type { FindModel } from './findModel.ts';

/** Shows on the minimap where spans were found, as the search goes on. One question at a time. */
export function markFound(
  host: Pick<Host, 'request'>,
  find: Pick<FindModel, 'search'> & { readonly result: Pick<Store<unknown>, 'subscribe'> },
  minimap: Pick<MinimapModel, 'map' | 'hits'>,
): void {
  let asking = false;
  let shown = '';
  const ask = async (): Promise<void> => {
    const { search } = find;
    const pixels = minimap.map.value?.pixels ?? 0;
    if (!search || search.total === 0) {
      shown = '';
      minimap.hits.set(undefined);
      return;
    }
    const { viewId, findId, version } = search;
    const wanted = [viewId, findId, version, pixels].join();
    if (asking || pixels === 0 || wanted === shown) return;
    asking = true;
    shown = wanted;
    try {
      const marks = await host.request('find/marks', { viewId, findId, pixels });
      if (find.search?.findId === findId) minimap.hits.set(marks);
    } catch {
      // A newer search, or another trace, asks for itself.
    }
    asking = false;
    await ask();
  };
  find.result.subscribe(() => void ask());
  minimap.map.subscribe(() => void ask());
}
