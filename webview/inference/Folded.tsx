import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import { Icon } from '../ui/Icon.tsx';

export interface FoldedProps {
  /** What stands for the content while it is folded, one line. */
  readonly summary: string;
  /** Characters of the content, when worth telling. */
  readonly size?: number;
  readonly open?: boolean;
  readonly class?: string;
  readonly children: () => ComponentChildren;
}

/** Something long or secondary: one line until it is opened; what is folded is not drawn. */
export function Folded({ summary, size, open, class: name, children }: FoldedProps) {
  const [isOpen, setOpen] = useState(open === true);
  return (
    <div class={`folded ${name ?? ''}`}>
      <button type="button" class="folded-head" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <Icon name={isOpen ? 'chevron-down' : 'chevron-right'} />
        <span class="folded-summary">{visibleLine(summary)}</span>
        {size !== undefined && <span class="dim">{`${size.toLocaleString('en-US')} characters`}</span>}
      </button>
      {isOpen && <div class="folded-body">{children()}</div>}
    </div>
  );
}
