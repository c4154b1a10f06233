import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import { useStore } from '../state/useStore.ts';
import { Icon } from '../ui/Icon.tsx';
import { IconButton } from '../ui/IconButton.tsx';
import type { FilterModel } from './filterModel.ts';

export interface SavedFiltersProps {
  readonly model: FilterModel;
  readonly onRemoved: (name: string, undo: () => void) => void;
  /** `focus`: the keyboard goes back to the input. */
  readonly onClose: (focus: boolean) => void;
}

const SHOWN_HISTORY = 8;

/** The menu of saved filters: use, rename, delete, keep the present one; below, those used before. */
export function SavedFilters({ model, onRemoved, onClose }: SavedFiltersProps) {
  const { saved, history } = useStore(model.book);
  const text = useStore(model.text).trim();
  const [renamed, setRenamed] = useState<string | undefined>(undefined);
  const root = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    root.current?.querySelector<HTMLElement>('button, input')?.focus();
    const outside = (event: PointerEvent): void => {
      const target = event.target as Node | null;
      if (!root.current?.parentElement?.contains(target)) onClose(false);
    };
    document.addEventListener('pointerdown', outside, true);
    return () => document.removeEventListener('pointerdown', outside, true);
  }, []);
  const use = (filter: string): void => {
    model.use(filter);
    onClose(true);
  };
  const move = (by: number): void => {
    const stops = [...(root.current?.querySelectorAll<HTMLElement>('.filter-menu-use, input') ?? [])];
    const at = stops.findIndex((stop) => stop.parentElement?.contains(document.activeElement));
    stops[Math.min(stops.length - 1, Math.max(0, at + by))]?.focus();
  };
  return (
    <div
      class="filter-menu"
      role="dialog"
      aria-label="Saved filters"
      ref={root}
      onKeyDown={(event) => {
        if (event.key === 'Escape') {
          if (renamed !== undefined) setRenamed(undefined);
          else onClose(true);
        } else if (event.key === 'ArrowDown') move(1);
        else if (event.key === 'ArrowUp') move(-1);
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <h3>Saved</h3>
      {saved.length === 0 && <p class="dim">None yet. Give the present filter a name to keep it.</p>}
      {saved.map(({ name, filter }) =>
        renamed === name ? (
          <NameField
            key={name}
            label={`New name of ${visibleLine(name)}`}
            initial={name}
            button="Rename"
            onName={(to) => {
              model.rename(name, to);
              setRenamed(undefined);
            }}
          />
        ) : (
          <div class="filter-menu-row" key={name}>
            <button type="button" class="filter-menu-use" title={visibleLine(filter)} onClick={() => use(filter)}>
              <span class="filter-menu-name">{visibleLine(name)}</span>
              <span class="filter-menu-filter dim mono">{visibleLine(filter)}</span>
            </button>
            <IconButton icon="edit" label={`Rename ${visibleLine(name)}`} onClick={() => setRenamed(name)} />
            <IconButton
              icon="trash"
              label={`Delete ${visibleLine(name)}`}
              onClick={() => onRemoved(name, model.remove(name))}
            />
          </div>
        ),
      )}
      {text !== '' && (
        <NameField label="Name for the present filter" initial="" button="Save" onName={(name) => model.save(name)} />
      )}
      {history.length > 0 && <h3>Used before</h3>}
      {history.slice(0, SHOWN_HISTORY).map((filter) => (
        <div class="filter-menu-row" key={filter}>
          <button type="button" class="filter-menu-use" onClick={() => use(filter)}>
            <Icon name="history" />
            <span class="filter-menu-filter mono">{visibleLine(filter)}</span>
          </button>
        </div>
      ))}
    </div>
  );
}

interface NameFieldProps {
  readonly label: string;
  readonly initial: string;
  readonly button: string;
  readonly onName: (name: string) => void;
}

function NameField({ label, initial, button, onName }: NameFieldProps) {
  const [name, setName] = useState(initial);
  return (
    <form
      class="filter-menu-form"
      onSubmit={(event) => {
        event.preventDefault();
        onName(name);
        setName('');
      }}
    >
      <input
        type="text"
        aria-label={label}
        placeholder={label}
        maxLength={200}
        value={name}
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <button type="submit" class="filter-menu-submit" disabled={name.trim() === ''}>
        {button}
      </button>
    </form>
  );
}
