import { formatClock, formatDuration } from '../../src/core/layout/formatDuration.ts';
import type { PriceTable } from '../../src/core/inference/callPrice.ts';
import type { SpanDetails } from '../../src/core/model/span.ts';
import { reasonOf } from '../../src/core/source/reasonOf.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import { Button } from '../ui/Button.tsx';
import { Icon } from '../ui/Icon.tsx';
import { IconButton } from '../ui/IconButton.tsx';
import { Tabs, type TabItem } from '../ui/Tabs.tsx';
import { AttributeTable } from './AttributeTable.tsx';
import { DetailsActionsContext, type DetailsActions } from './detailsActions.ts';
import type { DetailsState } from './detailsModel.ts';
import { EventsTab } from './EventsTab.tsx';
import { LinksTab } from './LinksTab.tsx';
import { LogsTab } from './LogsTab.tsx';
import { ModelTab } from './ModelTab.tsx';
import { RawTab } from './RawTab.tsx';
import { ResourceTab } from './ResourceTab.tsx';
import { SourceTab } from './SourceTab.tsx';
import { hasTimes } from './callTimes.ts';
import { TimeTab } from './TimeTab.tsx';
import { heldErrorText, heldText } from '../waterfall/rowWords.ts';
import { placeOf, surenessOf } from './sourceWords.ts';

/** The menu offers to follow what it was opened on. */
const VALUE_CONTEXT = JSON.stringify({ spanlineValue: true });

const KINDS = ['', 'internal', 'server', 'client', 'producer', 'consumer'] as const;

export interface DetailsPaneProps {
  readonly state: DetailsState;
  /** Self time of the row, when it is at hand. */
  readonly selfNs: number | undefined;
  /** What the span waited over pauses of a debugger. */
  readonly heldNs: number;
  /** Its part of the critical path in words, or empty. */
  readonly critical: string;
  readonly actions: DetailsActions;
  /** The tab the user chose last; shown when the span has it. */
  readonly tab: string;
  /** What models cost, as the user says. */
  readonly prices: PriceTable;
  readonly onTab: (tab: string) => void;
  readonly onClose: () => void;
}

/** Everything about the selected span. */
export function DetailsPane({
  state,
  selfNs,
  heldNs,
  critical,
  actions,
  tab,
  prices,
  onTab,
  onClose,
}: DetailsPaneProps) {
  const { details } = state;
  return (
    <DetailsActionsContext.Provider value={actions}>
      <div class="details" data-vscode-context={VALUE_CONTEXT}>
        {details ? (
          <>
            <TitleLine
              state={state}
              details={details}
              selfNs={selfNs}
              heldNs={heldNs}
              critical={critical}
              actions={actions}
              onTab={onTab}
              onClose={onClose}
            />
            <DetailsTabs state={state} details={details} tab={tab} prices={prices} onTab={onTab} />
          </>
        ) : (
          <div class="details-wait">
            {state.problem === 'gone' && 'This span is no longer held: it was cleared, or made room for newer ones.'}
            {typeof state.problem === 'object' && `The span could not be read: ${visibleLine(state.problem.message)}`}
          </div>
        )}
      </div>
    </DetailsActionsContext.Provider>
  );
}

interface TitleLineProps {
  readonly state: DetailsState;
  readonly details: SpanDetails;
  readonly selfNs: number | undefined;
  /** What the span waited over pauses of a debugger. */
  readonly heldNs: number;
  readonly critical: string;
  readonly actions: DetailsActions;
  readonly onTab: (tab: string) => void;
  readonly onClose: () => void;
}

function TitleLine({ state, details, selfNs, heldNs, critical, actions, onTab, onClose }: TitleLineProps) {
  const { status } = details;
  const length = details.end === '' ? 'no end time' : formatDuration(details.durationNs - heldNs);
  const self = selfNs === undefined || details.end === '' ? '' : ` (self ${formatDuration(selfNs)})`;
  const kind = KINDS[details.kind];
  const { traceId, spanId } = details;
  return (
    <div class="details-title" data-vscode-context={JSON.stringify({ webviewSection: 'span', traceId, spanId })}>
      <div class="title-row">
        <h2 title={visibleLine(details.name)}>{visibleLine(details.name) || '(no name)'}</h2>
        <span class="title-time" title={heldNs > 0 ? heldText(heldNs, details.durationNs) : undefined}>
          {`${length}${self}`}
        </span>
        <StatusMark code={status.code} message={status.message} />
        <SourceLine state={state} actions={actions} onTab={onTab} />
      </div>
      <div class="title-close">
        <IconButton icon="close" label="Close the details" onClick={onClose} />
      </div>
      <div class="title-row dim">
        <span>{visibleLine(details.resource.serviceName)}</span>
        {kind !== '' && <span>{kind}</span>}
        <span title={formatClock(details.start, { utc: true, withMillis: true }) + ' UTC'}>
          {formatClock(details.start, { utc: false, withMillis: true })}
        </span>
        {critical !== '' && <span title="What the trace waited for this span">critical path {critical}</span>}
        {heldNs > 0 && (
          <span title={heldText(heldNs, details.durationNs)}>{`held ${formatDuration(heldNs)} by a debugger`}</span>
        )}
        {heldNs > 0 && status.code === 2 && <span class="is-error">{heldErrorText(heldNs)}</span>}
        {details.orphan && <span>its parent was not received</span>}
        <CopyId id={details.spanId} what="span id" actions={actions} />
      </div>
    </div>
  );
}

function CopyId({
  id,
  what,
  actions,
}: {
  readonly id: string;
  readonly what: string;
  readonly actions: DetailsActions;
}) {
  return (
    <button type="button" class="link-button plain mono" title={`Copy ${what}`} onClick={() => actions.copy(id, what)}>
      {id}
    </button>
  );
}

function StatusMark({ code, message }: { readonly code: 0 | 1 | 2; readonly message: string }) {
  if (code === 2) {
    return (
      <span class="status is-error" title={visibleLine(message)}>
        <Icon name="error" />
        {message === '' ? 'error' : visibleLine(message)}
      </span>
    );
  }
  return code === 1 ? (
    <span class="status is-ok">
      <Icon name="pass" />
      ok
    </span>
  ) : null;
}

function SourceLine({
  state,
  actions,
  onTab,
}: {
  readonly state: DetailsState;
  readonly actions: DetailsActions;
  readonly onTab: (tab: string) => void;
}) {
  const { source } = state;
  if (!source) return <span class="source-line dim">looking for the source…</span>;
  const first = source.candidates[0];
  if (!first) {
    return (
      <button
        type="button"
        class="link-button plain source-line"
        title="What was tried"
        onClick={() => onTab('source')}
      >
        no source found
      </button>
    );
  }
  const sureness = surenessOf(source);
  return (
    <span class="source-line">
      {sureness !== '' && <span class="dim">{sureness}</span>}
      <button
        type="button"
        class="link-button mono source-place"
        title={visibleLine(`${first.shownPath}:${first.line}\n${reasonOf(first.evidence)}`)}
        onClick={(event) => actions.openSource(-1, event.ctrlKey || event.metaKey)}
      >
        {visibleLine(placeOf(first))}
      </button>
      <Button onClick={() => actions.openSource(-1, false)} title="Open the source (Enter)">
        Open
      </Button>
    </span>
  );
}

interface DetailsTabsProps {
  readonly state: DetailsState;
  readonly details: SpanDetails;
  readonly tab: string;
  readonly prices: PriceTable;
  readonly onTab: (tab: string) => void;
}

function tabsOf(state: DetailsState, details: SpanDetails): readonly TabItem[] {
  const { call } = state;
  // The place where it would be says why it is not there.
  const missing = call?.notes?.some(({ kind }) => kind === 'notRecorded') === true;
  return [
    ...(call && (call.inputs.length > 0 || missing) ? [{ id: 'input', title: 'Input' }] : []),
    ...(call && call.outputs.length > 0 ? [{ id: 'output', title: 'Output' }] : []),
    ...(hasTimes(call, state.timing) ? [{ id: 'time', title: 'Time' }] : []),
    { id: 'attributes', title: 'Attributes', count: details.attributes.length },
    { id: 'events', title: 'Events', count: details.eventCount },
    ...(details.links.length > 0 || details.droppedLinksCount > 0 || details.linkedFrom
      ? [{ id: 'links', title: 'Links', count: details.links.length + (details.linkedFrom?.total ?? 0) }]
      : []),
    { id: 'logs', title: 'Logs', count: Math.max(details.logCount, state.logTotal) },
    { id: 'source', title: 'Source' },
    { id: 'resource', title: 'Resource & Scope' },
    { id: 'raw', title: 'Raw' },
  ];
}

/** 0 for a span without an end. */
function lengthOf({ end, durationNs }: SpanDetails): number {
  return end === '' ? 0 : durationNs;
}

function DetailsTabs({ state, details, tab, prices, onTab }: DetailsTabsProps) {
  const tabs = tabsOf(state, details);
  const has = (id: string): boolean => tabs.some((each) => each.id === id);
  const active = has(tab) ? tab : (tabs[0]?.id ?? 'attributes');
  return (
    <Tabs label="Details of the span" tabs={tabs} active={active} onSelect={onTab}>
      <div key={`${state.ref.traceId} ${state.ref.spanId} ${active}`} class="tab-content">
        {active === 'input' && state.call && (
          <ModelTab call={state.call} side="inputs" total={state.callItems.inputs} />
        )}
        {active === 'output' && state.call && (
          <ModelTab call={state.call} side="outputs" total={state.callItems.outputs} />
        )}
        {active === 'time' && (
          <TimeTab call={state.call} timing={state.timing} durationNs={lengthOf(details)} prices={prices} />
        )}
        {active === 'attributes' && (
          <AttributeTable
            attributes={details.attributes}
            droppedCount={details.droppedAttributesCount}
            empty="The span has no attributes."
          />
        )}
        {active === 'events' && <EventsTab details={details} />}
        {active === 'links' && <LinksTab details={details} />}
        {active === 'logs' && <LogsTab logs={state.logs} total={state.logTotal} />}
        {active === 'source' && <SourceTab source={state.source} />}
        {active === 'resource' && <ResourceTab details={details} />}
        {active === 'raw' && <RawTab details={details} />}
      </div>
    </Tabs>
  );
}
