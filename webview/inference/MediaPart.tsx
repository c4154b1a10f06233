import { useState } from 'preact/hooks';
import type { ModelItem } from '../../src/core/model/modelCall.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import { CopyButton } from '../details/CopyButton.tsx';
import { useDetailsActions } from '../details/detailsActions.ts';
import { formatBytes } from '../text/formatCount.ts';
import { Icon } from '../ui/Icon.tsx';
import { dataUriFacts, drawableImage } from './dataUri.ts';

const ICONS = { image: 'file-media', audio: 'unmute', file: 'file' } as const;
const SHOWN_ADDRESS = 2000;

/** An image that came whole with the span, drawn; of everything else what it is. Addresses are shown, never fetched. */
export function MediaPart({ item }: { readonly item: ModelItem }) {
  const actions = useDetailsActions();
  const [whole, setWhole] = useState<string | undefined>(undefined);
  const [problem, setProblem] = useState('');
  const kind = item.part === 'image' || item.part === 'audio' ? item.part : 'file';
  const text = whole ?? item.text;
  const { cut } = item;
  const isHere = cut === undefined || whole !== undefined;
  const facts = dataUriFacts(text);
  const image = kind === 'image' && isHere ? drawableImage(text) : undefined;
  const type = visibleLine(item.mediaType ?? facts?.mediaType ?? '');
  const bytes = isHere ? facts?.bytes : cut.totalBytes;
  const load = (): void => {
    if (!cut) return;
    actions.loadValue(cut).then(setWhole, (error: unknown) => {
      setProblem(error instanceof Error ? error.message : String(error));
    });
  };
  return (
    <div class="media-part">
      {image !== undefined && (
        <img class="media-image" src={image} alt={`Image of the message${type === '' ? '' : `, ${type}`}`} />
      )}
      <div class="tool-line">
        <Icon name={ICONS[kind]} />
        <span>
          {[kind, type, bytes === undefined ? '' : formatBytes(bytes)].filter((part) => part !== '').join(' · ')}
        </span>
        {!facts && isHere && <span class="dim">an address, not fetched</span>}
        {facts && isHere && kind === 'image' && image === undefined && (
          <span class="dim">not a kind of image that is drawn</span>
        )}
        {!isHere && (
          <button type="button" class="link-button" onClick={load}>
            {kind === 'image' ? 'Show image' : 'Load'}
          </button>
        )}
        <CopyButton text={item.text} what={kind} cut={item.cut} />
      </div>
      {!facts && isHere && <div class="mono media-address">{visibleLine(text.slice(0, SHOWN_ADDRESS))}</div>}
      {problem !== '' && <span class="problem">{visibleLine(problem)}</span>}
    </div>
  );
}
