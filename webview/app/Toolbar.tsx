import type { EngineStatus, ReceiverState } from '../../src/protocol/engineApi.ts';
import { FilterBar } from '../filter/FilterBar.tsx';
import type { PageLooks } from '../../src/protocol/looksApi.ts';
import type { PanelModel } from '../state/panelModel.ts';
import { useStore } from '../state/useStore.ts';
import { formatBytes, formatCount } from '../text/formatCount.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import { isPlotShown } from './arrange.ts';
import { Icon } from '../ui/Icon.tsx';
import { IconButton } from '../ui/IconButton.tsx';
import { Menu, type MenuItem } from '../ui/Menu.tsx';

export interface ToolbarProps {
  readonly panel: PanelModel;
  readonly listShown: boolean;
  readonly onToggleList: () => void;
  readonly onShowKeys: () => void;
}

/** Actions on all traces at the left, how receiving goes at the right. */
export function Toolbar({ panel, listShown, onToggleList, onShowKeys }: ToolbarProps) {
  const status = useStore(panel.status);
  const { total: matched, held } = useStore(panel.list.page);
  const busy = useStore(panel.list.isFetching);
  const plotShown = isPlotShown(useStore(panel.list.settings), window.innerHeight, listShown);
  const paused = status?.paused ?? false;
  const hidden = status?.contentHidden ?? false;
  const looks = useStore(panel.looks.chosen);
  return (
    <div class="toolbar" role="toolbar" aria-label="Traces">
      <IconButton
        icon="list-unordered"
        label={listShown ? 'Hide the trace list' : 'Show the trace list'}
        pressed={listShown}
        onClick={onToggleList}
      />
      <FilterBar
        model={panel.filter}
        matched={matched}
        total={held}
        busy={busy}
        onRemoved={(name, undo) => panel.filterRemoved(name, undo)}
      />
      <IconButton
        icon="graph-scatter"
        label={plotShown ? 'Hide latency over time' : 'Show latency over time'}
        pressed={plotShown}
        onClick={() => panel.list.change({ plot: plotShown ? 'hidden' : 'shown' })}
      />
      <IconButton
        icon={paused ? 'debug-start' : 'debug-pause'}
        label={paused ? 'Resume: show what arrived' : 'Pause: keep receiving, show nothing new'}
        onClick={() => panel.action(paused ? 'resume' : 'pause')}
      />
      <IconButton
        icon={hidden ? 'eye-closed' : 'eye'}
        label={hidden ? 'Show Content' : 'Hide Content: cover inputs, outputs and values everywhere'}
        pressed={hidden}
        onClick={() => panel.action(hidden ? 'showContent' : 'hideContent')}
      />
      <IconButton icon="clear-all" label="Clear: hide all traces up to now" onClick={() => void panel.clear()} />
      <IconButton icon="go-to-search" label="Open Trace by ID…" onClick={() => panel.action('openTraceById')} />
      {status && <Status status={status} panel={panel} />}
      {looks && (
        <Menu icon="color-mode" label="Colours" items={() => looksItems(looks, (to) => panel.looks.choose(to))} />
      )}
      <IconButton icon="keyboard" label="All keys (?)" onClick={onShowKeys} />
    </div>
  );
}

const THEMES: readonly (readonly [PageLooks['theme'], string])[] = [
  ['system', 'Like the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
];

/** What an editor has settings for. */
function looksItems(looks: PageLooks, choose: (to: Partial<PageLooks>) => void): readonly MenuItem[] {
  return [
    { kind: 'title', label: 'Theme' },
    ...THEMES.map(([theme, label]): MenuItem => ({
      kind: 'radio',
      label,
      checked: looks.theme === theme,
      run: () => choose({ theme }),
    })),
    { kind: 'title', label: 'Services' },
    {
      kind: 'radio',
      label: 'Colours of the theme',
      checked: looks.palette === 'theme',
      run: () => choose({ palette: 'theme' }),
    },
    {
      kind: 'radio',
      label: 'Colours for colour blindness',
      checked: looks.palette === 'colorBlind',
      run: () => choose({ palette: 'colorBlind' }),
    },
  ];
}

/** How receiving goes, in a few words. */
export function receiverText(receiver: ReceiverState): string {
  switch (receiver.kind) {
    case 'stopped':
      return 'Not receiving';
    case 'starting':
      return 'Starting…';
    case 'listening':
      return `Listening on ${receiver.httpPort} and ${receiver.grpcPort}`;
    case 'portTaken':
      return `Port ${receiver.holders.map((holder) => holder.port).join(', ')} taken`;
    case 'failed':
      return 'Receiver failed';
  }
}

function Status({ status, panel }: { readonly status: EngineStatus; readonly panel: PanelModel }) {
  const { receiver, problems } = status;
  const listening = receiver.kind === 'listening';
  const counts = `${formatCount(status.traces, 'trace', 'traces')} · ${formatCount(status.spans, 'span', 'spans')}`;
  const hover = [
    receiverText(receiver),
    `${formatBytes(status.heldBytes)} held`,
    formatCount(status.logs, 'log record', 'log records'),
    ...(status.redactedValues > 0 ? [`${formatCount(status.redactedValues, 'value', 'values')} masked`] : []),
    ...(status.evictedSpans > 0
      ? [`${formatCount(status.evictedSpans, 'span', 'spans')} made room for newer ones`]
      : []),
    ...(status.rejectedSpans > 0 ? [`${formatCount(status.rejectedSpans, 'span', 'spans')} refused`] : []),
    ...(status.refusedRequests > 0 ? [`${formatCount(status.refusedRequests, 'request', 'requests')} refused`] : []),
  ].join('\n');
  const newest = problems[0];
  return (
    <>
      {newest && (
        <button
          type="button"
          class="toolbar-text is-warning"
          title={visibleLine(newest.message)}
          onClick={() => panel.action('showLog')}
        >
          <Icon name="warning" />
          <span class="toolbar-problem">{visibleLine(newest.message)}</span>
        </button>
      )}
      {!listening && receiver.kind !== 'starting' && (
        <button type="button" class="toolbar-text is-warning" onClick={() => panel.action('startReceiver')}>
          <Icon name="debug-disconnect" />
          {receiverText(receiver)} · start
        </button>
      )}
      <span class="toolbar-text dim" title={hover}>
        <Icon name={status.paused ? 'debug-pause' : 'pulse'} />
        {status.paused && 'Paused'}
        <span class="toolbar-counts">{status.paused ? `· ${counts}` : counts}</span>
      </span>
    </>
  );
}
