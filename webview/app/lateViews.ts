import { useEffect, useState } from 'preact/hooks';
import type * as LateViews from './LateViews.tsx';

let loaded: typeof LateViews | undefined;
let loading: Promise<typeof LateViews> | undefined;

/** Fetches the views that a panel does not open with; their code is a file of its own. */
export function loadLateViews(): Promise<typeof LateViews> {
  loading ??= import('./LateViews.tsx').then((views) => (loaded = views));
  return loading;
}

/** Those views; undefined until they are here. */
export function useLateViews(): typeof LateViews | undefined {
  const [views, setViews] = useState(loaded);
  useEffect(() => {
    if (!views) void loadLateViews().then((all) => setViews(all));
  }, [views]);
  return views;
}
