import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import type { NetworkInterfaceInfo } from 'node:os';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';
import { notAddresses, reachAddresses } from '../../../src/engine/receiver/reach.ts';
import type { MachineNetwork } from '../../../src/engine/receiver/reach.ts';
import { ANY_PORTS, send, startRig } from './receiverRig.ts';

function info(address: string, internal = false): NetworkInterfaceInfo {
  const family = address.includes(':') ? { family: 'IPv6' as const, scopeid: 0 } : { family: 'IPv4' as const };
  return { address, internal, netmask: '', mac: '', cidr: null, ...family };
}

const MACHINE: MachineNetwork = {
  platform: 'linux',
  inContainer: false,
  interfaces: {
    lo: [info('127.0.0.1', true), info('::1', true)],
    eth0: [info('192.168.1.7'), info('fe80::1'), info('2001:db8::7')],
    docker0: [info('172.17.0.1'), info('fe80::2')],
    'br-0a1b2c3d4e5f': [info('172.18.0.1'), info('fd00::1')],
    'br-lan': [info('10.0.0.1')],
    podman0: [info('10.88.0.1')],
    'cni-podman0': [info('10.88.0.1')],
  },
};

describe('the addresses to listen on besides loopback', () => {
  for (const [name, reach, machine, addresses] of [
    ['none for this machine', 'thisMachine', {}, []],
    ['the bridges for containers', 'containers', {}, ['172.17.0.1', '172.18.0.1', 'fd00::1', '10.88.0.1']],
    [
      "every interface's for containers, inside one",
      'containers',
      { inContainer: true, interfaces: { lo: [info('127.0.0.1', true)], eth0: [info('172.20.0.5'), info('fe80::1')] } },
      ['172.20.0.5'],
    ],
    ['none for containers where they reach loopback', 'containers', { platform: 'darwin' }, []],
    ['none for containers without bridges', 'containers', { interfaces: { eth0: [info('192.168.1.7')] } }, []],
    ['those of a list, once', ['192.168.1.7', '127.0.0.1', '::1', '192.168.1.7', 'x'], {}, ['192.168.1.7']],
    ['all of a family for its wildcard', ['::'], {}, ['2001:db8::7', 'fd00::1']],
    ['all of the other for its', ['0.0.0.0'], {}, ['192.168.1.7', '172.17.0.1', '172.18.0.1', '10.0.0.1', '10.88.0.1']],
  ] as const) {
    it(`are ${name}`, () => {
      assert.deepEqual(reachAddresses(reach, { ...MACHINE, ...machine }), addresses);
    });
  }

  it('must be addresses', () => {
    assert.deepEqual(notAddresses(['10.0.0.1', 'host', '::1', '10.0.0.0/8']), ['host', '10.0.0.0/8']);
    assert.deepEqual(notAddresses('containers'), []);
  });
});

/** Of iproute2. */
const IP = 'ip';

/** A network namespace joined to this one by two addresses, as a container is; undefined where that is not possible. */
function secondNetwork(
  t: TestContext,
): { readonly here: string; readonly run: (...args: string[]) => Promise<string> } | undefined {
  const name = `spanline${process.pid}`;
  const [inside, outside] = [`sl${process.pid}a`.slice(-15), `sl${process.pid}b`.slice(-15)];
  const subnet = `10.231.${process.pid % 250}`;
  const ip = (...args: string[]): void => void execFileSync(IP, args, { stdio: 'pipe' });
  try {
    ip('netns', 'add', name);
  } catch {
    return undefined;
  }
  t.after(() => ip('netns', 'del', name));
  try {
    ip('link', 'add', outside, 'type', 'veth', 'peer', 'name', inside, 'netns', name);
    t.after(() => {
      try {
        ip('link', 'del', outside);
      } catch {
        // It went with its peer.
      }
    });
    ip('addr', 'add', `${subnet}.1/24`, 'dev', outside);
    ip('link', 'set', outside, 'up');
    ip('-n', name, 'addr', 'add', `${subnet}.2/24`, 'dev', inside);
    ip('-n', name, 'link', 'set', inside, 'up');
  } catch {
    return undefined;
  }
  const run = async (...args: string[]): Promise<string> =>
    (await promisify(execFile)(IP, ['netns', 'exec', name, ...args], { timeout: 20_000 })).stdout;
  return { here: `${subnet}.1`, run };
}

/** POSTs `{}` as traces and prints the status, or the error's code. */
const POST = `
  const [url, headers] = process.argv.slice(1);
  const { request } = require('node:http');
  const sent = request(url, { method: 'POST', timeout: 5000,
    headers: { 'content-type': 'application/json', ...JSON.parse(headers) } }, (answer) => {
    console.log(answer.statusCode); process.exit();
  });
  sent.on('timeout', () => { console.log('timeout'); process.exit(); });
  sent.on('error', (error) => { console.log(error.code); process.exit(); });
  sent.end('{}');`;

describe('a receiver that containers may reach', () => {
  it('takes what comes from a second network namespace, under the same rules, on both ports', async (t) => {
    const network = process.platform === 'linux' ? secondNetwork(t) : undefined;
    if (network === undefined) {
      t.skip('needs root on Linux and the ip command, to make a network namespace');
      return;
    }
    const { here, run } = network;
    const rig = await startRig(t, { options: { reach: [here] } });
    assert.deepEqual(rig.problems, []);
    const { state } = rig.receiver;
    assert.ok(state.kind === 'listening' && state.hosts.includes(here), JSON.stringify(state));
    const post = async (port: number, headers: object = {}): Promise<string> =>
      (await run(process.execPath, '-e', POST, `http://${here}:${port}/v1/traces`, JSON.stringify(headers))).trim();
    assert.equal(await post(rig.httpPort), '200');
    assert.equal(await post(rig.grpcPort, { host: `host.docker.internal:${rig.grpcPort}` }), '200');
    assert.equal(rig.ingested.length, 2);
    assert.equal(await post(rig.httpPort, { host: 'rebind.example.com' }), '403');
    assert.equal(await post(rig.httpPort, { origin: 'https://example.com' }), '403');
    assert.equal(rig.ingested.length, 2);
    // Loopback goes on, and without the option nothing listens there.
    assert.equal(
      (await send(rig.httpPort, { headers: { 'content-type': 'application/json' }, body: '{}' })).status,
      200,
    );
    await rig.receiver.start({ ...ANY_PORTS, httpPort: rig.httpPort, grpcPort: rig.grpcPort });
    assert.equal(await post(rig.httpPort), 'ECONNREFUSED');
  });

  it('goes on without an address that it cannot have, and says so', async (t) => {
    // TEST-NET-1 is nobody's.
    const rig = await startRig(t, { options: { reach: ['192.0.2.1', 'nonsense'] } });
    assert.deepEqual(
      rig.problems.map(({ message }) => message.replace(/Port \d+/, 'Port N')),
      [
        'spanline.receiver.reach: nonsense is no IP address.',
        'Port N on 192.0.2.1 cannot be opened (EADDRNOTAVAIL).',
        'Port N on 192.0.2.1 cannot be opened (EADDRNOTAVAIL).',
      ],
    );
    assert.equal(
      (await send(rig.httpPort, { headers: { 'content-type': 'application/json' }, body: '{}' })).status,
      200,
    );
  });
});
