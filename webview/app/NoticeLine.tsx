import { useEffect, useState } from 'preact/hooks';
import type { Notice } from '../state/notice.ts';
import type { Store } from '../state/store.ts';
import { useStore } from '../state/useStore.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import { Icon } from '../ui/Icon.tsx';
import { IconButton } from '../ui/IconButton.tsx';

const INFO_MS = 6000;
const ERROR_MS = 15_000;

/**
 * One unobtrusive line over the bottom: what happened and what to do next. It leaves by itself, but never from under the
 * pointer or the keyboard.
 */
export function NoticeLine({ store }: { readonly store: Store<Notice | undefined> }) {
  const notice = useStore(store);
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (!notice || held) return;
    const timer = setTimeout(() => store.set(undefined), notice.level === 'error' ? ERROR_MS : INFO_MS);
    return () => clearTimeout(timer);
  }, [notice, held]);
  useEffect(() => {
    // A button that is gone tells nobody that it lost the pointer.
    if (!notice) setHeld(false);
  }, [notice]);
  return (
    <div
      class={`notice${notice ? ` notice-${notice.level}` : ' notice-empty'}`}
      role="status"
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocusIn={() => setHeld(true)}
      onFocusOut={() => setHeld(false)}
    >
      {notice && (
        <>
          <Icon name={notice.level === 'error' ? 'error' : 'info'} />
          <span class="notice-text">{visibleLine(notice.text)}</span>
          {notice.action && (
            <button type="button" class="link-button" onClick={notice.action.run}>
              {notice.action.label}
            </button>
          )}
          <span class="grow" />
          <IconButton icon="close" label="Dismiss" onClick={() => store.set(undefined)} />
        </>
      )}
    </div>
  );
}
