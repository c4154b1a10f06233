import type { ComponentChildren } from 'preact';
import { visibleLine, visibleText } from '../../src/core/text/visibleText.ts';
import { CopyButton } from '../details/CopyButton.tsx';
import { useDetailsActions } from '../details/detailsActions.ts';
import { drawableImage } from './dataUri.ts';
import type { Block, Inline } from './markdown.ts';

/** Markdown as nodes made from what was read; addresses are shown and copied, never opened or fetched. */
export function MarkdownView({ blocks }: { readonly blocks: readonly Block[] }) {
  return (
    <div class="markdown">
      {blocks.map((block, index) => (
        <BlockView key={index} block={block} />
      ))}
    </div>
  );
}

function BlockView({ block }: { readonly block: Block }) {
  switch (block.kind) {
    case 'heading':
      // No heading of the page: whatever level a text gives itself, it stands inside a message.
      return (
        <p class={`markdown-heading level-${block.level}`}>
          <Inlines inlines={block.inlines} />
        </p>
      );
    case 'paragraph':
      return (
        <p>
          <Inlines inlines={block.inlines} />
        </p>
      );
    case 'code':
      return (
        <div class="markdown-code">
          {block.language !== '' && <span class="dim markdown-language">{visibleLine(block.language)}</span>}
          <CopyButton text={block.text} what="code" />
          <pre>{visibleText(block.text)}</pre>
        </div>
      );
    case 'quote':
      return (
        <blockquote>
          {block.blocks.map((inner, index) => (
            <BlockView key={index} block={inner} />
          ))}
        </blockquote>
      );
    case 'list': {
      const items = block.items.map((item, index) => (
        <li key={index}>
          {item.map((inner, at) => (
            <BlockView key={at} block={inner} />
          ))}
        </li>
      ));
      return block.start === undefined ? <ul>{items}</ul> : <ol start={block.start}>{items}</ol>;
    }
    case 'table':
      return (
        <div class="markdown-table">
          <table>
            <thead>
              <tr>
                {block.head.map((cell, index) => (
                  <th key={index} scope="col">
                    <Inlines inlines={cell} />
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {block.rows.map((row, index) => (
                <tr key={index}>
                  {row.map((cell, at) => (
                    <td key={at}>
                      <Inlines inlines={cell} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      );
    case 'rule':
      return <hr />;
  }
}

function Inlines({ inlines }: { readonly inlines: readonly Inline[] }) {
  return (
    <>
      {inlines.map((inline, index) => (
        <InlineView key={index} inline={inline} />
      ))}
    </>
  );
}

function InlineView({ inline }: { readonly inline: Inline }): ComponentChildren {
  switch (inline.kind) {
    case 'text':
      return visibleText(inline.text);
    case 'code':
      return <code>{visibleText(inline.text)}</code>;
    case 'strong':
      return (
        <strong>
          <Inlines inlines={inline.inlines} />
        </strong>
      );
    case 'em':
      return (
        <em>
          <Inlines inlines={inline.inlines} />
        </em>
      );
    case 'del':
      return (
        <del>
          <Inlines inlines={inline.inlines} />
        </del>
      );
    case 'image': {
      const source = drawableImage(inline.address);
      if (source === undefined) return <Address inline={inline} />;
      return (
        <img class="media-image" src={source} alt={visibleLine(textOf(inline.inlines)) || 'Image of the message'} />
      );
    }
    case 'link':
      return <Address inline={inline} />;
  }
}

/** An address is shown in full and copied on a press: span data opens nothing by itself. */
function Address({ inline }: { readonly inline: Inline & { readonly kind: 'link' | 'image' } }) {
  const actions = useDetailsActions();
  const address = visibleLine(inline.address);
  const words = visibleLine(textOf(inline.inlines));
  return (
    <>
      <button
        type="button"
        class="link-button markdown-link"
        title={`Copy ${address}`}
        onClick={() => actions.copy(inline.address, 'address')}
      >
        {words === '' ? address : words}
      </button>
      {words !== '' && words !== address && <span class="dim markdown-address">{` (${address.slice(0, 200)})`}</span>}
    </>
  );
}

function textOf(inlines: readonly Inline[]): string {
  return inlines
    .map((inline) => (inline.kind === 'text' || inline.kind === 'code' ? inline.text : textOf(inline.inlines)))
    .join('');
}
