import { fold } from './plainPath.ts';

/** Who sent a path: what names the process elsewhere, in compose files and folder names. */
export interface Sender {
  readonly serviceName: string;
  /** `container.name`, `host.name` and the like; most are generated and fit nothing. */
  readonly hosts?: readonly string[];
}

/** A name as its words: lower case, joined by `-`, `GatewayApi` as `gateway-api`. */
export function nameWords(name: string): string {
  const text = name.slice(0, 200).replace(/([a-z0-9])([A-Z])/g, '$1-$2');
  return fold(text.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, ''), { style: 'posix', caseSensitive: false });
}

/**
 * How well names that a workspace gives a process fit a sender: 3 the same words, 2 one begins or ends with the other
 * (`shop-gateway`, `gateway-service` and `gateway`), 1 no names are given, 0 another process.
 */
export function serviceFit(names: readonly string[], sender: Sender): 0 | 1 | 2 | 3 {
  if (names.length === 0) return 1;
  const sent = [sender.serviceName, ...(sender.hosts ?? [])].map(nameWords).filter((name) => name !== '');
  let best: 0 | 2 = 0;
  for (const name of names) {
    const words = nameWords(name);
    if (words === '') continue;
    for (const service of sent) {
      if (service.startsWith('unknown-service')) continue;
      if (service === words) return 3;
      if (partOf(words, service) || partOf(service, words)) best = 2;
    }
  }
  return best;
}

function partOf(part: string, whole: string): boolean {
  return whole.startsWith(`${part}-`) || whole.endsWith(`-${part}`);
}
