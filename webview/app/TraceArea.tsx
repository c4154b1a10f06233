import { viewOfKey } from '../around/traceViews.ts';
import { isGroupId } from '../../src/protocol/rowApi.ts';
import type { PanelModel } from '../state/panelModel.ts';
import type { PanelSizes } from '../state/savedState.ts';
import type { Store } from '../state/store.ts';
import { useStore } from '../state/useStore.ts';
import { Splitter } from '../ui/Splitter.tsx';
import type { Palette } from '../waterfall/palette.ts';
import { TraceHeader } from '../waterfall/TraceHeader.tsx';
import type { arrange } from './arrange.ts';
import { spanOfRow } from '../../src/protocol/rowApi.ts';
import { FollowButton } from '../follow/FollowButton.tsx';
import { FollowPanel } from '../follow/FollowPanel.tsx';
import { isTyping } from './isTyping.ts';
import { GroupDetailsArea } from './GroupDetailsArea.tsx';
import { SpanDetailsArea } from './SpanDetailsArea.tsx';
import { TraceViewArea } from './TraceViewArea.tsx';

interface TraceAreaProps {
  readonly panel: PanelModel;
  readonly palette: Store<Palette>;
  readonly arrangement: ReturnType<typeof arrange>;
  readonly room: { readonly width: number; readonly height: number };
  readonly resize: (change: Partial<PanelSizes>) => void;
  readonly onShowKeys: () => void;
  readonly bindFocus: (focus: (() => void) | undefined) => void;
}

/** The open trace: its header, the chosen view and the details of the selected span. */
export function TraceArea({ panel, palette, arrangement, room, resize, onShowKeys, bindFocus }: TraceAreaProps) {
  const info = useStore(panel.waterfall.info);
  const sizes = useStore(panel.sizes);
  const init = useStore(panel.init);
  const details = useStore(panel.details.state);
  const view = useStore(panel.around.view);
  const following = useStore(panel.follow.on);
  const isGroup = isGroupId(useStore(panel.waterfall.selected));
  const showDetails = sizes.detailsShown && (details !== undefined || isGroup);
  const right = arrangement.details === 'right';
  const traceWidth = room.width - (arrangement.list ? arrangement.listWidth : 0);
  const detailsSize = right ? arrangement.detailsWidth : arrangement.detailsHeight;
  if (!info) return null;
  const letterKeys = init?.letterKeys ?? true;
  return (
    <div
      class="trace-area"
      onKeyDown={(event) => {
        if (!letterKeys || event.defaultPrevented || isTyping(event)) return;
        if (isPlain(event) && (event.key === '[' || event.key === ']')) {
          event.preventDefault();
          panel.go(event.key === '[' ? 'back' : 'forward');
          return;
        }
        const next = viewOfKey(event);
        if (!next) return;
        event.preventDefault();
        panel.showView(next);
      }}
    >
      <TraceHeader
        info={info}
        held={panel.pauses.stretches}
        serviceOrder={panel.serviceOrder}
        view={view}
        letterKeys={letterKeys}
        onView={(next) => panel.around.view.set(next)}
        utc={panel.utc}
        counts={panel.minimap.services}
        costs={panel.costs}
        detailsShown={sizes.detailsShown}
        history={panel.history}
        onGo={(direction) => panel.go(direction)}
        onWhy={() => panel.questions.askSlow()}
        onCopyId={() => panel.outside.copy(info.summary.traceId, 'trace id')}
        onToggleDetails={() => resize({ detailsShown: !sizes.detailsShown })}
      />
      <FollowPanel
        follower={panel.values}
        onOpenSource={() => panel.source.open(panel.selectedRef, -1, false)}
        focusView={() => panel.showView(view)}
      />
      <FollowButton
        letterKeys={letterKeys}
        onFollow={(text) => panel.values.start(text, spanOfRow(panel.waterfall.selected.value))}
        onNothing={() =>
          panel.tell('Mark a value first, or press the key on one: in the details, the steps or a tree of JSON.')
        }
        bind={(follow) => (panel.values.followMarked = follow)}
      />
      <div class={`trace-body ${right ? 'details-right' : 'details-below'}`}>
        <TraceViewArea
          panel={panel}
          model={panel.waterfall}
          find={panel.find}
          minimap={panel.minimap}
          palette={palette}
          serviceOrder={panel.serviceOrder}
          held={panel.pauses.stretches}
          letterKeys={letterKeys}
          nameWidth={sizes.nameWidth}
          utc={panel.utc}
          widthPx={right && showDetails ? traceWidth - detailsSize : traceWidth}
          onNameWidth={(nameWidth) => resize({ nameWidth })}
          onOpenSource={(toSide) => panel.source.open(panel.selectedRef, -1, toSide)}
          offeredColumns={() => panel.details.state.value?.details?.attributes.map(({ key }) => key) ?? []}
          onFollowLinks={() => panel.followLinks()}
          following={following}
          onToggleFollow={() => panel.follow.toggle(panel.selectedRef)}
          onShowKeys={onShowKeys}
          bindFocus={bindFocus}
        />
        {showDetails && (
          <>
            <Splitter
              orientation={right ? 'vertical' : 'horizontal'}
              label="Size of the details"
              after
              size={detailsSize}
              least={right ? 240 : 100}
              most={right ? traceWidth - 320 : room.height - 140}
              onResize={(size) => resize(right ? { detailsWidth: size } : { detailsHeight: size })}
            />
            <div class="app-details" style={right ? { width: `${detailsSize}px` } : { height: `${detailsSize}px` }}>
              {isGroup ? (
                <GroupDetailsArea model={panel.waterfall} onClose={() => resize({ detailsShown: false })} />
              ) : (
                <SpanDetailsArea panel={panel} onClose={() => resize({ detailsShown: false })} />
              )}
            </div>
          </>
        )}
      </div>
    </div>
  );
}

function isPlain(event: KeyboardEvent): boolean {
  return !event.ctrlKey && !event.metaKey && !event.altKey;
}
