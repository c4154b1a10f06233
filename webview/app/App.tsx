import { useRef } from 'preact/hooks';
import { LatencyPlot } from '../plot/LatencyPlot.tsx';
import { TraceListView } from '../list/TraceListView.tsx';
import type { PanelModel } from '../state/panelModel.ts';
import type { PanelSizes } from '../state/savedState.ts';
import type { Store } from '../state/store.ts';
import { useStore } from '../state/useStore.ts';
import { Splitter } from '../ui/Splitter.tsx';
import { useRoom } from '../ui/useRoom.ts';
import { KeysOverlay } from '../waterfall/KeysOverlay.tsx';
import type { Palette } from '../waterfall/palette.ts';
import { NothingYet, NoTrace } from './EmptyStates.tsx';
import { arrange, isPlotShown } from './arrange.ts';
import { NoticeLine } from './NoticeLine.tsx';
import { Toolbar } from './Toolbar.tsx';
import { useLateViews } from './lateViews.ts';
import { TraceArea } from './TraceArea.tsx';
import { useKeysOverlay } from './useKeysOverlay.ts';

export interface AppProps {
  readonly panel: PanelModel;
  readonly palette: Store<Palette>;
  readonly bindFocus: (focus: (() => void) | undefined) => void;
}

/** The trace panel. */
export function App({ panel, palette, bindFocus }: AppProps) {
  const init = useStore(panel.init);
  const sizes = useStore(panel.sizes);
  const list = useStore(panel.list.list);
  const loaded = useStore(panel.list.loaded);
  const status = useStore(panel.status);
  const utc = useStore(panel.utc);
  const settings = useStore(panel.list.settings);
  const phase = useStore(panel.waterfall.phase);
  const info = useStore(panel.waterfall.info);
  const why = useStore(panel.why.question);
  const distribution = useStore(panel.distribution.choice);
  const Late = useLateViews();
  const body = useRef<HTMLDivElement>(null);
  const focusTree = useRef<(() => void) | undefined>(undefined);
  const letterKeys = init?.letterKeys ?? true;
  const keys = useKeysOverlay(letterKeys, () => focusTree.current?.());
  const room = useRoom(body, { width: window.innerWidth, height: window.innerHeight });
  const nothing = loaded && list.total === 0 && list.waiting === 0 && !info && phase.kind !== 'evicted';
  const arrangement = arrange(sizes, init?.listVisible ?? false, room);
  const listShown = arrangement.list && !nothing;
  const plotShown = isPlotShown(settings, window.innerHeight, arrangement.list) && !nothing;
  const resize = (change: Partial<PanelSizes>): void => panel.sizes.set({ ...panel.sizes.value, ...change });

  return (
    <div class="app">
      <Toolbar
        panel={panel}
        listShown={arrangement.list}
        onToggleList={() => resize({ list: arrangement.list ? 'hidden' : 'shown' })}
        onShowKeys={keys.show}
      />
      {plotShown && (
        <LatencyPlot
          model={panel.plot}
          list={panel.list}
          palette={palette}
          utc={utc}
          letterKeys={letterKeys}
          onOpen={(traceId) => {
            panel.distribution.close(false);
            void panel.openTrace(traceId, '', false);
          }}
          onHide={() => panel.list.change({ plot: 'hidden' })}
          onWhy={() => panel.questions.askListed()}
          onDistribution={() => panel.distribution.open()}
          onChange={(marker) => panel.questions.askChange(marker)}
        />
      )}
      <div class="app-body" ref={body}>
        {listShown && (
          <>
            <div class="app-list" style={{ width: `${arrangement.listWidth}px` }}>
              <TraceListView
                model={panel.list}
                pauses={panel.pauses.all}
                selected={panel.waterfall.traceId}
                paused={status?.paused ?? false}
                utc={utc}
                widthPx={arrangement.listWidth}
                letterKeys={letterKeys}
                onUtc={(wanted) => panel.utc.set(wanted)}
                onHide={(traceId) => panel.hideLikeThis(traceId)}
                onOpen={(traceId, focus) => {
                  panel.distribution.close(false);
                  void panel.openTrace(traceId, '', focus);
                }}
                onResume={() => panel.action('resume')}
                onWhy={() => panel.questions.askListed()}
                onDistribution={() => panel.distribution.open()}
                onWhyGroup={(key) => panel.questions.askGroup(key)}
              />
            </div>
            <Splitter
              orientation="vertical"
              label="Width of the trace list"
              size={arrangement.listWidth}
              least={140}
              most={Math.max(room.width / 2, room.width - 320)}
              onResize={(listWidth) => resize({ listWidth })}
            />
          </>
        )}
        <div class="app-trace">
          {why || distribution ? (
            Late && <Late.QuestionView panel={panel} />
          ) : nothing ? (
            <NothingYet panel={panel} />
          ) : info ? (
            <TraceArea
              panel={panel}
              palette={palette}
              arrangement={arrangement}
              room={room}
              resize={resize}
              onShowKeys={keys.show}
              bindFocus={(focus) => {
                focusTree.current = focus;
                bindFocus(focus);
              }}
            />
          ) : (
            loaded && <NoTrace phase={phase} panel={panel} />
          )}
        </div>
      </div>
      <NoticeLine store={panel.notice} />
      {keys.shown && <KeysOverlay letterKeys={letterKeys} onClose={keys.close} />}
    </div>
  );
}
