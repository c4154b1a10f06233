import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { after, beforeEach, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { elect, type Election } from '../../../src/engine/hub/election.ts';
import { claimOwnership, claimStorage, readClaim } from '../../../src/engine/hub/ownerLock.ts';
import { randomHex, thisMachine, type OwnerRecord } from '../../../src/engine/hub/ownerRecord.ts';

const RACER = fileURLToPath(new URL('racer.ts', import.meta.url));
const folders: string[] = [];
const ends: (() => unknown)[] = [];
let storage = '';

beforeEach(async () => {
  storage = await mkdtemp(path.join(tmpdir(), 'spanline-hub-'));
  folders.push(storage);
  await claimStorage(storage);
});
after(async () => {
  for (const end of ends) await end();
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
});

async function take(patienceMs?: number, version = '1'): Promise<Election> {
  const election = await elect({
    storage,
    version,
    onClient: () => undefined,
    log: () => undefined,
    ...(patienceMs !== undefined && { patienceMs, challengeMs: 50 }),
  });
  if (election.kind === 'owner') ends.push(() => election.hub.close());
  if (election.kind === 'client') ends.push(() => election.link.dispose());
  return election;
}

function recordOf(port: number, overrides: Partial<OwnerRecord> = {}): OwnerRecord {
  return { id: randomHex(), pid: 1, machine: thisMachine(), port, secret: randomHex(), ...overrides };
}

/** A stranger's listener that does `onSocket` to each connection. */
async function stranger(onSocket: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

describe('the owner of a store', () => {
  it('is the first that asks; the next reaches it', async () => {
    assert.equal((await take()).kind, 'owner');
    assert.equal((await take()).kind, 'client');
  });

  it('is one of forty that ask at once, again and again when it goes', async () => {
    for (let round = 1; round <= 20; round++) {
      const elections = await Promise.all(Array.from({ length: 40 }, () => take()));
      const owners = elections.filter((each) => each.kind === 'owner');
      assert.equal(owners.length, 1, `round ${round}`);
      assert.equal(elections.filter((each) => each.kind === 'client').length, 39);
      for (const each of elections) if (each.kind === 'client') each.link.dispose();
      await owners[0]?.hub.close();
    }
  });

  it('leaves files that only its user can read', async () => {
    await chmod(storage, 0o755);
    await take();
    assert.equal((await stat(storage)).mode & 0o777, 0o700);
    assert.equal((await stat(path.join(storage, 'owner'))).mode & 0o777, 0o700);
    const files = await readdir(path.join(storage, 'owner'));
    assert.deepEqual(files, ['1']);
    assert.equal((await stat(path.join(storage, 'owner/1'))).mode & 0o777, 0o600);
  });

  it('is told apart from a claim that was torn by a power cut', async () => {
    await claimOwnership(storage, 0, recordOf(1));
    await writeFile(path.join(storage, 'owner/1'), '{"id":');
    const election = await take();
    assert.ok(election.kind === 'owner');
    assert.equal(election.lock.generation, 2);
  });

  it('is gone when its port refuses, and when a stranger has its port', async () => {
    const closed = await stranger(() => undefined);
    await ends.pop()?.();
    await claimOwnership(storage, 0, recordOf(closed));
    const first = await take();
    assert.ok(first.kind === 'owner');
    await first.hub.close();
    const port = await stranger((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'));
    await claimOwnership(storage, 2, recordOf(port));
    assert.equal((await take()).kind, 'owner');
  });

  it('that neither answers nor beats is gone after a while, not before', async () => {
    const port = await stranger(() => undefined);
    await claimOwnership(storage, 0, recordOf(port));
    const began = performance.now();
    assert.equal((await take(100)).kind, 'owner');
    assert.ok(performance.now() - began >= 100);
  });

  it('that beats is not taken for gone while it does not answer', async () => {
    const lock = await claimOwnership(
      storage,
      0,
      recordOf(
        await stranger((socket) => {
          void lock?.beat();
          socket.destroy();
        }),
      ),
    );
    assert.equal((await take(100)).kind, 'alone');
  });

  it('on another machine is judged by its heartbeat alone', async () => {
    const lock = await claimOwnership(storage, 0, recordOf(1, { machine: 'elsewhere' }));
    const beating = setInterval(() => void lock?.beat(), 5);
    assert.equal((await take(60_000)).kind, 'alone');
    clearInterval(beating);
    await lock?.beat();
    assert.equal((await take(50)).kind, 'owner');
  });

  it('of before the last start of the machine is gone at once', async () => {
    await claimOwnership(storage, 0, recordOf(1, { machine: 'earlier' }));
    const stopped = new Date(Date.now() - 120_000);
    await utimes(path.join(storage, 'owner/1'), stopped, stopped);
    assert.equal((await take(60_000)).kind, 'owner');
    assert.deepEqual(await readdir(path.join(storage, 'owner')), ['2']);
  });

  it('of another version is left alone, and said', async () => {
    await take();
    const election = await take(undefined, '2');
    assert.ok(election.kind === 'alone');
    assert.match(election.reason, /another version/);
  });

  it('is nobody where the folder cannot be used; everyone is alone, and told why', async () => {
    await writeFile(path.join(storage, 'file'), '');
    storage = path.join(storage, 'file');
    const election = await take();
    assert.ok(election.kind === 'alone');
    assert.match(election.reason, /cannot be used|is not a folder/);
  });
});

describe('a claim', () => {
  it('made late, with a number that was used and removed, is withdrawn', async () => {
    await claimOwnership(storage, 6, recordOf(1));
    assert.equal(await claimOwnership(storage, 5, recordOf(2)), undefined);
    assert.equal((await readClaim(storage))?.generation, 7);
    assert.deepEqual(await readdir(path.join(storage, 'owner')), ['7']);
  });

  it('that was superseded notices at its next heartbeat', async () => {
    const slept = await claimOwnership(storage, 0, recordOf(1));
    assert.equal(await slept?.beat(), true);
    await claimOwnership(storage, 1, recordOf(2));
    assert.equal(await slept?.beat(), false);
  });

  it('whose folder was removed is made again by its heartbeat', async () => {
    const lock = await claimOwnership(storage, 4, recordOf(1));
    await rm(path.join(storage, 'owner'), { recursive: true });
    assert.equal(await lock?.beat(), true);
    assert.equal((await readClaim(storage))?.generation, 5);
  });

  it('removes what older ones left', async () => {
    await claimOwnership(storage, 0, recordOf(1));
    await writeFile(path.join(storage, 'owner/.torn'), '');
    await utimes(path.join(storage, 'owner/.torn'), 0, 0);
    await claimOwnership(storage, 1, recordOf(2));
    assert.deepEqual(await readdir(path.join(storage, 'owner')), ['2']);
    await unlink(path.join(storage, 'owner/2'));
  });
});

describe('processes that race', () => {
  interface Said {
    readonly racer: Racer;
    readonly kind: string;
    readonly generation: number;
    readonly reason: string;
  }

  class Racer {
    readonly process: ChildProcess;

    constructor(onSaid: (said: Said) => void) {
      this.process = spawn(process.execPath, ['--no-warnings', RACER, storage], { stdio: ['pipe', 'pipe', 'inherit'] });
      const { stdout } = this.process;
      assert.ok(stdout);
      createInterface(stdout).on('line', (line) =>
        onSaid({ racer: this, ...(JSON.parse(line) as Omit<Said, 'racer'>) }),
      );
      ends.push(() => this.process.kill('SIGKILL'));
    }
  }

  it('for a store whose owner is killed, time after time, never both win', async () => {
    const RACERS = 6;
    const said: Said[] = [];
    let wake = (): void => undefined;
    const until = async (holds: () => boolean): Promise<void> => {
      while (!holds()) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    };
    const racers = Array.from(
      { length: RACERS },
      () =>
        new Racer((each) => {
          said.push(each);
          wake();
        }),
    );
    const count = (kind: string): number => said.filter((each) => each.kind === kind).length;
    await until(() => count('ready') === RACERS);
    for (const { process: child } of racers) child.stdin?.write('go\n');
    for (let killed = 0; killed < RACERS; killed++) {
      const left = RACERS - killed;
      // Every one alive has said what it became after the last owner went: one owner, the others its clients.
      await until(() => said.length >= (killed === 0 ? 2 * RACERS : left));
      const round = said.splice(0).filter(({ kind }) => kind !== 'ready');
      const owners = round.filter(({ kind }) => kind === 'owner');
      assert.equal(owners.length, 1, JSON.stringify(round.map(({ kind, reason }) => [kind, reason])));
      assert.equal(round.length, left);
      assert.equal(owners[0]?.generation, killed + 1);
      const owner = owners[0].racer.process;
      owner.kill('SIGKILL');
      await once(owner, 'exit');
    }
  });
});
