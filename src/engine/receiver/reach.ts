import { existsSync } from 'node:fs';
import { isIP, isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { NetworkInterfaceInfo } from 'node:os';
import type { ReceiverReach } from '../../protocol/engineApi.ts';

/** What of the machine decides where the receiver can be reached. */
export interface MachineNetwork {
  readonly platform: NodeJS.Platform;
  readonly interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;
  readonly inContainer: boolean;
}

/** Interfaces over which containers reach their host: Docker's and Podman's bridges. */
const BRIDGE = /^(docker\d+|docker_gwbridge|br-[0-9a-f]+|(cni-)?podman\d+)$/;
const LOOPBACK = /^(127\.|::1$)/;

export function thisMachine(): MachineNetwork {
  return {
    platform: process.platform,
    interfaces: networkInterfaces(),
    inContainer: existsSync('/.dockerenv') || existsSync('/run/.containerenv'),
  };
}

/**
 * Addresses to listen on besides loopback. `containers`: the bridges' on Linux, inside a container every interface's; none
 * elsewhere, where containers reach the host's loopback. `0.0.0.0` and `::` in a list stand for every address of their
 * family that the machine has. Link-local IPv6 addresses are left out: they mean nothing without their interface.
 */
export function reachAddresses(reach: ReceiverReach, { platform, interfaces, inContainer }: MachineNetwork): string[] {
  const of = (wanted: (name: string) => boolean): string[] =>
    Object.entries(interfaces).flatMap(([name, infos = []]) =>
      wanted(name) ? infos.filter(isReachable).map((info) => info.address) : [],
    );
  if (reach === 'thisMachine') return [];
  if (reach === 'containers') {
    if (platform !== 'linux') return [];
    return distinct(of((name) => inContainer || BRIDGE.test(name)));
  }
  const all = of(() => true);
  return distinct(
    reach.flatMap((address) => {
      if (address === '0.0.0.0') return all.filter(isIPv4);
      if (address === '::') return all.filter((one) => !isIPv4(one));
      return isIP(address) === 0 || LOOPBACK.test(address) ? [] : [address];
    }),
  );
}

/** Texts of a list that are no IP addresses. */
export function notAddresses(reach: ReceiverReach): readonly string[] {
  return typeof reach === 'string' ? [] : reach.filter((text) => isIP(text) === 0);
}

function isReachable({ internal, address }: NetworkInterfaceInfo): boolean {
  return !internal && !/^fe[89ab]/i.test(address);
}

function distinct(addresses: readonly string[]): string[] {
  return [...new Set(addresses)];
}
