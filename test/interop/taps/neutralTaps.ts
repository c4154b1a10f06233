import type { Printed } from '../inference/neutralise.ts';
import type { Collected } from '../locations/collect.ts';

type Sent = Collected['spans'][number];

/** Without announcements of spans that still ran, and the messages of ASGI: what of a span came, once. */
export function endedSpans(sent: readonly Sent[]): Sent[] {
  return sent.map(({ scopeSpans, ...resource }) => ({
    ...resource,
    scopeSpans: scopeSpans.map(({ spans, ...scope }) => ({
      ...scope,
      spans: spans.filter(
        ({ name, attributes }) =>
          !/ http (?:receive|send)$/.test(name) &&
          attributes?.every(({ key }) => key !== 'logfire.span_type') !== false,
      ),
    })),
  }));
}

/** Measured times and those of the machine's clock, and folders of the machine, in what tapped programs send. */
export function neutralTaps(sent: Printed): Printed {
  const text = JSON.stringify(sent)
    .replace(/("key":"gen_ai\.response\.time_to_first_chunk","value":\{"doubleValue":)[\d.e-]+/g, '$10.064')
    .replace(/\\"created\\":\d+/g, '\\"created\\":1763697600')
    .replace(/(?:\/[\w.-]+)+\/test\/interop\/taps\/programs\//g, '/srv/')
    .replace(/\/tmp\/tmp\w+\//g, '/tmp/');
  return JSON.parse(text) as Printed;
}
