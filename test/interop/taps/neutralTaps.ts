import type { Printed } from '../inference/neutralise.ts';

/** Measured times and those of the machine's clock, and folders of the machine, in what tapped programs send. */
export function neutralTaps(sent: Printed): Printed {
  const text = JSON.stringify(sent)
    .replace(/("key":"gen_ai\.response\.time_to_first_chunk","value":\{"doubleValue":)[\d.e-]+/g, '$10.064')
    .replace(/\\"created\\":\d+/g, '\\"created\\":1763697600')
    .replace(/(?:\/[\w.-]+)+\/test\/interop\/taps\/programs\//g, '/srv/')
    .replace(/\/tmp\/tmp\w+\//g, '/tmp/');
  return JSON.parse(text) as Printed;
}
