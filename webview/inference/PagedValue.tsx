import { useState } from 'preact/hooks';
import type { CutValue } from '../../src/core/model/attributes.ts';
import { visibleText } from '../../src/core/text/visibleText.ts';
import { formatBytes } from '../text/formatCount.ts';
import { PagedText } from './PagedText.tsx';
import { PagedTree } from './PagedTree.tsx';

export interface PagedValueProps {
  /** How it begins, and where the rest is. */
  readonly beginning: string;
  readonly cut: CutValue;
  /** Names the value. */
  readonly what: string;
}

/** A value too long to be held by the page: its beginning, and on request all of it in pages, JSON as a tree if wanted. */
export function PagedValue({ beginning, cut, what }: PagedValueProps) {
  const [shown, setShown] = useState<'beginning' | 'text' | 'tree'>('beginning');
  const mayTree = /^\s*[[{]/.test(beginning);
  return (
    <div class="long-text">
      {shown === 'tree' ? (
        <PagedTree cut={cut} what={what} />
      ) : shown === 'text' ? (
        <PagedText cut={cut} what={what} />
      ) : (
        <div class="text-value">{visibleText(beginning)}</div>
      )}
      <div class="long-text-actions">
        <button
          type="button"
          class="link-button"
          aria-expanded={shown !== 'beginning'}
          onClick={() => setShown(shown === 'beginning' ? 'text' : 'beginning')}
        >
          {shown === 'beginning' ? `Show all (${formatBytes(cut.totalBytes)})` : 'Show less'}
        </button>
        {mayTree && (
          <button
            type="button"
            class="link-button"
            aria-pressed={shown === 'tree'}
            onClick={() => setShown(shown === 'tree' ? 'text' : 'tree')}
          >
            {shown === 'tree' ? 'As text' : 'As tree'}
          </button>
        )}
      </div>
    </div>
  );
}
