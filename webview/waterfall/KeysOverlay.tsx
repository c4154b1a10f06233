import { useLayoutEffect, useRef } from 'preact/hooks';
import { FLAME_HELP, FLAME_LETTER_HELP, TABLE_HELP } from '../around/aroundKeys.ts';
import { LIST_HELP, LIST_LETTER_HELP } from '../list/listKeys.ts';
import { PLOT_HELP } from '../plot/plotKeys.ts';
import { STEPS_HELP, STEPS_LETTER_HELP } from '../steps/stepsKeys.ts';
import { KEY_HELP, LETTER_HELP, MOUSE_HELP, type KeyHelp } from './keymap.ts';

function Section({ title, lines }: { readonly title: string; readonly lines: readonly KeyHelp[] }) {
  return (
    <section>
      <h3>{title}</h3>
      <dl>
        {lines.map((line) => (
          <div key={line.does}>
            <dt>
              {line.keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{line.does}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** What moves within the list when it is longer than the window; any other key closes it. */
const SCROLL_KEYS: ReadonlySet<string> = new Set([
  'ArrowUp',
  'ArrowDown',
  'PageUp',
  'PageDown',
  'Home',
  'End',
  'Shift',
]);

/** All keys, the waterfall's first; any key or a click outside closes it. */
export function KeysOverlay({ letterKeys, onClose }: { readonly letterKeys: boolean; readonly onClose: () => void }) {
  const dialog = useRef<HTMLDivElement>(null);
  // At once, not after the next frame: the key behind `?` is for the list already.
  useLayoutEffect(() => {
    dialog.current?.focus();
  }, []);
  return (
    <div class="overlay" onClick={onClose}>
      <div
        class="keys"
        role="dialog"
        aria-modal="true"
        aria-label="Keys"
        tabIndex={0}
        ref={dialog}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (SCROLL_KEYS.has(event.key)) return;
          event.preventDefault();
          onClose();
        }}
        onClick={(event) => event.stopPropagation()}
      >
        <h2>Keys</h2>
        <div class="keys-columns">
          <Section title="Move and open" lines={KEY_HELP} />
          {letterKeys ? (
            <Section title="Letters" lines={LETTER_HELP} />
          ) : (
            <section>
              <h3>Letters</h3>
              <p>Switched off in the settings.</p>
            </section>
          )}
          <Section title="Mouse" lines={MOUSE_HELP} />
          <Section title="Trace list" lines={letterKeys ? [...LIST_HELP, ...LIST_LETTER_HELP] : LIST_HELP} />
          <Section title="Latency over time" lines={PLOT_HELP} />
          <Section title="Steps" lines={letterKeys ? [...STEPS_HELP, ...STEPS_LETTER_HELP] : STEPS_HELP} />
          <Section title="Flame graph" lines={letterKeys ? [...FLAME_HELP, ...FLAME_LETTER_HELP] : FLAME_HELP} />
          <Section title="Statistics, graph, logs, comparison" lines={TABLE_HELP} />
        </div>
        <p class="keys-legend dim">
          Bars: full colour is the span&apos;s own time, lighter is time while its children run, red is an error.
        </p>
      </div>
    </div>
  );
}
