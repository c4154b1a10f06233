import { useEffect, useState } from 'preact/hooks';
import type { Store } from './store.ts';

/** The store's present value; the component is drawn again when it changes. */
export function useStore<T>(store: Store<T>): T {
  const [value, setValue] = useState(store.value);
  useEffect(() => {
    const read = (): void => setValue(() => store.value);
    read();
    const stop = store.subscribe(read);
    return () => {
      stop();
    };
  }, [store]);
  return value;
}
