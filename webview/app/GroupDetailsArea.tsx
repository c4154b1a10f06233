import type { WaterfallModel } from '../waterfall/waterfallModel.ts';
import { groupOf, hasFlag } from '../waterfall/rowCache.ts';
import { groupLines, rowName } from '../waterfall/rowWords.ts';
import { useStore } from '../state/useStore.ts';
import { Button } from '../ui/Button.tsx';
import { IconButton } from '../ui/IconButton.tsx';

interface GroupDetailsProps {
  readonly model: WaterfallModel;
  readonly onClose: () => void;
}

/** The details of a row that stands for several spans. */
export function GroupDetailsArea({ model, onClose }: GroupDetailsProps) {
  const info = useStore(model.info);
  const selected = useStore(model.selected);
  // Folding changes the row's flags without another selection.
  useStore(model.drawn);
  const row = model.selectedRow;
  const group = row && groupOf(row);
  if (!info || !row || !group || selected === '') return null;
  const expanded = hasFlag(row, 'expanded');
  return (
    <div class="details">
      <div class="details-title">
        <div class="title-row">
          <h2>{rowName(row)}</h2>
          <Button
            onClick={() => void model.moves.fold(selected, !expanded, false)}
            title={expanded ? 'Fold the row (Space)' : 'Show each of its spans (Space)'}
          >
            {expanded ? 'Fold' : 'Unfold'}
          </Button>
        </div>
        <div class="title-close">
          <IconButton icon="close" label="Close the details" onClick={onClose} />
        </div>
      </div>
      <div class="group-facts">
        {groupLines(group, row, {
          services: info.services,
          extentNs: info.summary.durationNs,
          assembling: info.summary.assembling,
          held: [],
        }).map((line, index) => (
          <p key={index}>{line}</p>
        ))}
      </div>
    </div>
  );
}
