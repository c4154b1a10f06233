import { useEffect, useState } from 'preact/hooks';
import type * as LateViews from './LateViews.tsx';

let loaded: typeof LateViews | undefined;
let loading: Promise<typeof LateViews> | undefined;

function loadLateViews(): Promise<typeof LateViews> {
  loading ??= import('./LateViews.tsx').then((views) => (loaded = views));
  return loading;
}

/**
 * The views that a panel does not open with; undefined until they are here. Their code is a file of its own, fetched once the
 * first drawing is done.
 */
export function useLateViews(): typeof LateViews | undefined {
  const [views, setViews] = useState(loaded);
  useEffect(() => {
    if (!views) void loadLateViews().then((all) => setViews(all));
  }, [views]);
  return views;
}
