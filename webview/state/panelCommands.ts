import type { PanelEvents } from '../../src/protocol/panelApi.ts';
import type { AroundModel } from '../around/aroundModel.ts';
import type { FindModel } from '../find/findModel.ts';
import type { ValueFollower } from '../follow/valueFollower.ts';
import type { WaterfallModel } from '../waterfall/waterfallModel.ts';

export interface CommandedParts {
  readonly waterfall: WaterfallModel;
  readonly around: AroundModel;
  readonly find: FindModel;
  readonly values: ValueFollower;
}

/** Does what a command or a key of the host asks of the panel. */
export function runCommand(
  { waterfall, around, find, values }: CommandedParts,
  command: PanelEvents['panel/command']['command'],
  focusTree: () => void,
): void {
  switch (command) {
    case 'nextError':
    case 'previousError':
      void waterfall.moves.step(command);
      return;
    case 'expandAll':
    case 'collapseAll':
      void waterfall.moves.foldAll(command === 'expandAll');
      return;
    case 'focusTree':
      focusTree();
      return;
    case 'zoomToSpan':
      waterfall.zoomToSelected();
      return;
    case 'zoomFit':
      waterfall.zoom.fit();
      return;
    case 'followValue':
      values.followMarked?.();
      return;
    case 'find':
    case 'findNext':
    case 'findPrevious':
      around.view.set('waterfall');
      if (command === 'find') find.open();
      else find.step(command === 'findNext');
      return;
  }
}
