import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from './Icon.tsx';
import { IconButton } from './IconButton.tsx';

/** An entry of a menu: a choice among others, a switch, an action, or a line of text to fill in. */
export type MenuItem =
  | { readonly kind: 'title'; readonly label: string }
  | { readonly kind: 'radio' | 'check'; readonly label: string; readonly checked: boolean; readonly run: () => void }
  | { readonly kind: 'action'; readonly label: string; readonly run: () => void }
  | {
      readonly kind: 'text';
      readonly label: string;
      readonly placeholder: string;
      readonly run: (text: string) => void;
    };

export interface MenuProps {
  readonly icon: string;
  readonly label: string;
  readonly items: () => readonly MenuItem[];
}

/** A button that opens a menu below it. Arrows move, Enter and Space choose, Escape closes and gives the focus back. */
export function Menu({ icon, label, items }: MenuProps) {
  const [open, setOpen] = useState(false);
  const holder = useRef<HTMLDivElement>(null);
  const close = (focus: boolean): void => {
    setOpen(false);
    if (focus) holder.current?.querySelector('button')?.focus();
  };
  useEffect(() => {
    if (!open) return;
    const away = (event: Event): void => {
      if (event.target instanceof Node && holder.current?.contains(event.target) !== true) setOpen(false);
    };
    document.addEventListener('pointerdown', away, true);
    document.addEventListener('focusin', away, true);
    holder.current?.querySelector<HTMLElement>('.menu-item')?.focus();
    return () => {
      document.removeEventListener('pointerdown', away, true);
      document.removeEventListener('focusin', away, true);
    };
  }, [open]);
  const entries = open ? items() : [];
  return (
    <div class="menu-holder" ref={holder}>
      <IconButton icon={icon} label={label} expanded={open} onClick={() => setOpen(!open)} />
      {open && (
        <div
          class="menu"
          onKeyDown={(event) => {
            const entries = [...event.currentTarget.querySelectorAll<HTMLElement>('.menu-item')];
            const at = entries.indexOf(document.activeElement as HTMLElement);
            const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: entries.length - 1 }[event.key];
            const isTyping = event.target instanceof HTMLInputElement && (event.key === 'Home' || event.key === 'End');
            if (event.key === 'Escape') close(true);
            else if (to !== undefined && !isTyping) entries.at(to % entries.length)?.focus();
            else return;
            event.preventDefault();
            event.stopPropagation();
          }}
        >
          <div role="menu" aria-label={label}>
            {entries.map(
              (item) =>
                item.kind !== 'text' && (
                  <Entry key={`${item.kind} ${item.label}`} item={item} onDone={() => close(true)} />
                ),
            )}
          </div>
          {entries.map(
            (item) => item.kind === 'text' && <TextEntry key={item.label} item={item} onDone={() => close(true)} />,
          )}
        </div>
      )}
    </div>
  );
}

type TextItem = MenuItem & { readonly kind: 'text' };

/** A field may not stand in a menu: it comes below it. */
function TextEntry({ item, onDone }: { readonly item: TextItem; readonly onDone: () => void }) {
  return (
    <input
      class="menu-item menu-input"
      type="text"
      aria-label={item.label}
      title={item.label}
      placeholder={item.placeholder}
      spellcheck={false}
      onKeyDown={(event) => {
        const text = event.currentTarget.value.trim();
        if (event.key !== 'Enter' || text === '') return;
        event.preventDefault();
        item.run(text);
        onDone();
      }}
    />
  );
}

function Entry({ item, onDone }: { readonly item: Exclude<MenuItem, TextItem>; readonly onDone: () => void }) {
  switch (item.kind) {
    case 'title':
      return (
        <div class="menu-title" role="presentation">
          {item.label}
        </div>
      );
    case 'action':
    case 'radio':
    case 'check':
      return (
        <button
          type="button"
          class="menu-item"
          role={item.kind === 'action' ? 'menuitem' : item.kind === 'radio' ? 'menuitemradio' : 'menuitemcheckbox'}
          aria-checked={item.kind === 'action' ? undefined : item.checked}
          tabIndex={-1}
          onClick={() => {
            item.run();
            // A switch is often one of several.
            if (item.kind !== 'check') onDone();
          }}
        >
          <span class="menu-mark">{item.kind !== 'action' && item.checked && <Icon name="check" />}</span>
          {item.label}
        </button>
      );
  }
}
