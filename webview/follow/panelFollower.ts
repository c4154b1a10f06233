import type { FollowHit } from '../../src/protocol/followApi.ts';
import type { Host } from '../protocol/host.ts';
import type { PanelSizes } from '../state/savedState.ts';
import type { Store } from '../state/store.ts';
import type { WaterfallModel } from '../waterfall/waterfallModel.ts';
import { ValueFollower } from './valueFollower.ts';

export interface FollowedParts {
  readonly waterfall: Pick<WaterfallModel, 'info' | 'reveal'>;
  readonly tab: Store<string>;
  readonly modelTab: Store<string>;
  readonly sizes: Store<PanelSizes>;
}

/** Following values in the panel: going to a place selects its span and turns the details to where it is. */
export function makeFollower(host: Pick<Host, 'request'>, panel: FollowedParts): ValueFollower {
  return new ValueFollower({
    host,
    info: panel.waterfall.info,
    timers: { set: (callback, ms) => setTimeout(callback, ms), clear: (handle) => clearTimeout(handle as number) },
    show: (hit) => {
      const shown = tabOf(hit);
      if (shown !== '') {
        panel.tab.set(shown);
        panel.modelTab.set(shown);
      }
      void panel.waterfall.reveal(hit.spanId);
    },
  });
}

/** The details' tab that shows a place. */
function tabOf({ side }: FollowHit): string {
  switch (side) {
    case 'input':
    case 'arguments':
      return 'input';
    case 'output':
    case 'result':
      return 'output';
    case 'attribute':
      return 'attributes';
    case 'event':
      return 'events';
    case 'log':
      return 'logs';
    case 'name':
    case 'status':
      return '';
  }
}
