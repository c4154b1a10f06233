import type { ComponentChildren } from 'preact';
import type { ReceiverState } from '../../src/protocol/engineApi.ts';
import type { PanelModel } from '../state/panelModel.ts';
import { useStore } from '../state/useStore.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import { Button } from '../ui/Button.tsx';
import type { WaterfallPhase } from '../waterfall/waterfallModel.ts';

function Welcome({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <div class="welcome">
      <div class="welcome-inner">
        <h2>{title}</h2>
        {children}
      </div>
    </div>
  );
}

/** Nothing was received yet: what stands in the way, or how to point a program here. */
export function NothingYet({ panel }: { readonly panel: PanelModel }) {
  const status = useStore(panel.status);
  const init = useStore(panel.init);
  if (!status || !init) return <div class="welcome" />;
  const { receiver } = status;
  if (receiver.kind === 'stopped' || receiver.kind === 'failed')
    return <ReceiverOff receiver={receiver} panel={panel} />;
  if (receiver.kind === 'portTaken') return <PortTaken receiver={receiver} panel={panel} />;
  return (
    <Welcome title={status.paused ? 'Paused' : 'Waiting for traces'}>
      {status.paused && (
        <div class="welcome-actions">
          <Button onClick={() => panel.action('resume')}>Resume</Button>
        </div>
      )}
      <p>
        A program with an OpenTelemetry SDK and its exporter&apos;s defaults shows up here by itself. Otherwise point
        its exporter at this address:
      </p>
      <p class="endpoint">
        <code>OTEL_EXPORTER_OTLP_ENDPOINT={init.endpoint}</code>
      </p>
      <div class="welcome-actions">
        <Button onClick={() => panel.action('copyEndpoint')}>Copy Endpoint</Button>
        <Button secondary onClick={() => panel.action('runExample')}>
          Run Example…
        </Button>
      </div>
      <p>
        Programs send every 5 seconds by default, and a span only once it has ended. To see them sooner, start the
        program with a shorter delay:
      </p>
      <div class="welcome-actions">
        <Button secondary onClick={() => panel.action('copyScheduleDelay')}>
          Copy OTEL_BSP_SCHEDULE_DELAY=200
        </Button>
      </div>
    </Welcome>
  );
}

function ReceiverOff({
  receiver,
  panel,
}: {
  readonly receiver: ReceiverState & { readonly kind: 'stopped' | 'failed' };
  readonly panel: PanelModel;
}) {
  return (
    <Welcome title={receiver.kind === 'stopped' ? 'The receiver is stopped' : 'The receiver could not start'}>
      {receiver.kind === 'failed' ? (
        <p>{visibleLine(receiver.message)}</p>
      ) : (
        <p>Nothing listens for traces, so programs that send them are turned away.</p>
      )}
      <div class="welcome-actions">
        <Button onClick={() => panel.action('startReceiver')}>
          {receiver.kind === 'stopped' ? 'Start Receiving' : 'Try Again'}
        </Button>
        <Button secondary onClick={() => panel.action('showLog')}>
          Show Log
        </Button>
      </div>
    </Welcome>
  );
}

function PortTaken({
  receiver,
  panel,
}: {
  readonly receiver: ReceiverState & { readonly kind: 'portTaken' };
  readonly panel: PanelModel;
}) {
  const spanline = receiver.holders.every((holder) => holder.kind === 'spanline');
  return (
    <Welcome title={spanline ? 'Another Spanline is receiving' : 'The port is taken'}>
      <ul class="holders">
        {receiver.holders.map((holder) => (
          <li key={holder.port}>
            Port {holder.port} is held by{' '}
            {holder.kind === 'spanline' ? 'another Spanline' : visibleLine(holder.description) || 'another program'}.
          </li>
        ))}
      </ul>
      <p>
        {spanline
          ? 'It belongs to another VS Code or to the spanline command, and traces arrive there. Stop it, then try again here.'
          : 'Stop that program and try again, or choose another port.'}
      </p>
      <div class="welcome-actions">
        <Button onClick={() => panel.action('startReceiver')}>Try Again</Button>
        <Button secondary onClick={() => panel.action('showStatusMenu')}>
          More Choices…
        </Button>
      </div>
    </Welcome>
  );
}

/** There are traces, but none is drawn. */
export function NoTrace({ phase, panel }: { readonly phase: WaterfallPhase; readonly panel: PanelModel }) {
  const list = useStore(panel.list.list);
  // The list is fetched a little later than the eviction is known.
  const newest = list.traces.find((trace) => phase.kind === 'empty' || trace.traceId !== phase.traceId);
  const showNewest = newest && (
    <div class="welcome-actions">
      <Button onClick={() => void panel.openTrace(newest.traceId, '', true)}>Show Newest Trace</Button>
    </div>
  );
  switch (phase.kind) {
    case 'empty':
      return (
        <Welcome title="No trace is open">
          <p>Choose one from the list, or from the Traces view.</p>
          {showNewest}
        </Welcome>
      );
    case 'evicted':
      return (
        <Welcome title="This trace is no longer held">
          <p>
            It was cleared, made room for newer ones, or went with a restart. Its id was <code>{phase.traceId}</code>.
          </p>
          {showNewest}
        </Welcome>
      );
    case 'failed':
      return (
        <Welcome title="This trace could not be opened">
          <p>{visibleLine(phase.message)}</p>
          <div class="welcome-actions">
            <Button onClick={() => void panel.openTrace(phase.traceId, '', true)}>Try Again</Button>
            <Button secondary onClick={() => panel.action('showLog')}>
              Show Log
            </Button>
          </div>
        </Welcome>
      );
    case 'opening':
    case 'open':
      return <div class="welcome" />;
  }
}
