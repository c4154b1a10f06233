import { phaseLook } from '../../src/core/inference/phaseLook.ts';
import type { PriceTable } from '../../src/core/inference/callPrice.ts';
import type { StreamTiming } from '../../src/core/inference/streamTiming.ts';
import { formatDuration } from '../../src/core/layout/formatDuration.ts';
import type { CallPhase, ModelCall } from '../../src/core/model/modelCall.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import type { SpanTiming } from '../../src/protocol/timingApi.ts';
import { formatCount } from '../text/formatCount.ts';
import { shareText } from '../waterfall/rowWords.ts';
import { CallCost } from './CallCost.tsx';
import { callTimes, rateText, tokenFacts, type CallTimes } from './callTimes.ts';

export interface TimeTabProps {
  readonly call: ModelCall | null;
  readonly timing: SpanTiming | undefined;
  /** 0 for a span without an end. */
  readonly durationNs: number;
  readonly prices: PriceTable;
}

/** Where the time inside a span went, its tokens and what they cost. */
export function TimeTab({ call, timing, durationNs, prices }: TimeTabProps) {
  const times = callTimes(call, timing);
  const facts = call === null ? [] : tokenFacts(call);
  return (
    <>
      {times.phases.length > 0 && (
        <section class="block phases" aria-label="Time inside the call">
          <PhaseBar times={times} durationNs={durationNs} />
          <PhaseTable phases={times.phases} durationNs={durationNs} />
        </section>
      )}
      {times.notes.map((note) => (
        <p key={note} class="dim phase-note">
          {visibleLine(note)}
        </p>
      ))}
      <TimeFacts times={times} stream={timing?.stream ?? undefined} />
      {facts.length > 0 && (
        <dl class="facts token-facts">
          {facts.map(({ label, value, title }) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd title={title}>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {call !== null && <CallCost call={call} prices={prices} />}
    </>
  );
}

/** The phases drawn as in the waterfall, on the length of the span. */
function PhaseBar({ times, durationNs }: { readonly times: CallTimes; readonly durationNs: number }) {
  const { phases, firstToken } = times;
  const end = phases.reduce((latest, phase) => Math.max(latest, phase.startNs + phase.durationNs), 0);
  const length = Math.max(durationNs, end);
  if (length === 0) return null;
  const percent = (ns: number): string => `${(ns / length) * 100}%`;
  const spoken = phases.map(({ name, durationNs: ns }) => `${visibleLine(name)} ${formatDuration(ns)}`).join(', ');
  return (
    <div class="phase-bar" role="img" aria-label={spoken}>
      {phases.map((phase, index) => (
        <div
          key={index}
          class={`phase phase-${phaseLook(phase.name)}`}
          style={{ left: percent(phase.startNs), width: percent(phase.durationNs) }}
          title={`${visibleLine(phase.name)} ${formatDuration(phase.durationNs)}, from ${formatDuration(phase.startNs)}`}
        />
      ))}
      {firstToken !== undefined && firstToken.offsetNs <= length && (
        <div
          class="phase-first"
          style={{ left: percent(firstToken.offsetNs) }}
          title={`first output after ${formatDuration(firstToken.offsetNs)}`}
        />
      )}
    </div>
  );
}

const HOW = {
  exact: { text: 'measured', title: 'The sender told both ends, or its length and what it is next to.' },
  placed: {
    text: 'measured, place assumed',
    title: 'The sender told how long it took; that it stands here follows from the usual order.',
  },
  derived: { text: 'computed', title: 'Computed from other figures of the sender.' },
} as const;

function howOf({ exact, assumedPlace }: CallPhase): (typeof HOW)[keyof typeof HOW] {
  if (!exact) return HOW.derived;
  return assumedPlace === true ? HOW.placed : HOW.exact;
}

function PhaseTable({ phases, durationNs }: { readonly phases: readonly CallPhase[]; readonly durationNs: number }) {
  return (
    <table class="phase-table">
      <thead>
        <tr>
          <th scope="col">Phase</th>
          <th scope="col" class="number">
            Duration
          </th>
          <th scope="col" class="number">
            Share
          </th>
          <th scope="col">How</th>
          <th scope="col">From</th>
        </tr>
      </thead>
      <tbody>
        {phases.map((phase, index) => {
          const how = howOf(phase);
          const told = phase.saidNs ?? phase.durationNs;
          return (
            <tr key={index}>
              <th scope="row">
                <span class={`phase-key phase-${phaseLook(phase.name)}`} aria-hidden="true" />
                {visibleLine(phase.name)}
              </th>
              <td class="number" title={phase.saidNs === undefined ? undefined : 'Longer than the span has room for'}>
                {formatDuration(told)}
              </td>
              <td class="number">{durationNs > 0 ? shareText(told, durationNs) : ''}</td>
              <td class="dim" title={how.title}>
                {how.text}
              </td>
              <td class="dim mono">{visibleLine(phase.from)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function TimeFacts({ times, stream }: { readonly times: CallTimes; readonly stream: StreamTiming | undefined }) {
  const { firstToken, tokensPerSecond } = times;
  const facts = [
    firstToken && {
      label: 'first output',
      value: `${firstToken.exact ? '' : '≈\u00a0'}${formatDuration(firstToken.offsetNs)}`,
      title: firstToken.from,
    },
    tokensPerSecond && {
      label: 'speed',
      value: rateText(tokensPerSecond),
      title: tokensPerSecond.from,
    },
    stream && {
      label: 'sent',
      value: `${stream.partial ? '≥\u00a0' : ''}${formatCount(stream.chunks, 'piece', 'pieces')}`,
      title: `From ${stream.from}. The last of an HTTP answer may be the empty one that ends it.`,
    },
    stream && {
      label: 'longest gap',
      value: `${formatDuration(stream.largestGapNs)} at ${formatDuration(stream.largestGapAtNs)}`,
      title: 'The longest time from one piece to the next, and when it began',
    },
    stream && {
      label: 'last byte',
      value: formatDuration(stream.lastNs),
      title: 'When the last piece was sent, from the begin of the span',
    },
  ].filter((fact) => fact !== undefined);
  if (facts.length === 0) return null;
  return (
    <dl class="facts time-facts">
      {facts.map(({ label, value, title }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd title={visibleLine(title)}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
