// The receiver in a process of its own (this file again), so that what a bomb makes it hold can be measured.
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { Receiver } from '../../../src/engine/receiver/receiver.ts';
import { callGrpc, grpcStatus, openHttp2, PROTOBUF, send } from './receiverRig.ts';

const MIB = 1024 * 1024;
const LIMIT = 64 * MIB;
/** The limit, its copy, and what collections leave behind for a while. */
const MOST_GROWTH = 6 * LIMIT;

async function serve(): Promise<void> {
  const receiver = new Receiver({
    ingest: { ingest: () => ({ accepted: 1, rejected: 0, message: '' }) },
    onProblem: () => undefined,
    now: Date.now,
    log: () => undefined,
  });
  const state = await receiver.start({ httpPort: 0, grpcPort: 0, maxBodyBytes: LIMIT, allowedHosts: [] });
  if (state.kind !== 'listening') throw new Error(state.kind);
  const peak = (): number => process.resourceUsage().maxRSS * 1024;
  process.on('message', () => process.send?.(peak()));
  process.on('disconnect', () => process.exit());
  process.send?.({ httpPort: state.httpPort, grpcPort: state.grpcPort });
}

/** 512 MiB of zeros in a few KiB to 1 MiB: members (frames) of 64 MiB, one behind the other. */
const gzipBomb = Buffer.concat(Array<Buffer>(8).fill(gzipSync(Buffer.alloc(LIMIT))));
const zstdBomb = Buffer.concat(Array<Buffer>(8).fill(zstdCompressSync(Buffer.alloc(LIMIT))));
const deflateBomb = deflateSync(Buffer.alloc(8 * LIMIT));

if (process.argv[2] === 'serve') {
  await serve();
} else {
  describe('a decompression bomb', () => {
    let target: ChildProcess;
    let ports: { readonly httpPort: number; readonly grpcPort: number };
    const peak = async (): Promise<number> => {
      const answered = once(target, 'message');
      target.send('peak');
      return ((await answered) as [number])[0];
    };

    before(async () => {
      target = fork(import.meta.filename, ['serve'], { execArgv: [] });
      [ports] = (await once(target, 'message')) as [typeof ports];
    });
    after(() => target.disconnect());

    for (const [encoding, bomb] of [
      ['gzip', gzipBomb],
      ['deflate', deflateBomb],
      ['zstd', zstdBomb],
    ] as const) {
      it(`of ${encoding} is stopped while it inflates, over HTTP`, async () => {
        const before = await peak();
        const headers = { ...PROTOBUF, 'content-encoding': encoding };
        for (let i = 0; i < 2; i++) assert.equal((await send(ports.httpPort, { headers, body: bomb })).status, 413);
        const grown = (await peak()) - before;
        assert.ok(grown < MOST_GROWTH, `${Math.round(grown / MIB)} MiB`);
      });

      it(`of ${encoding} is stopped while it inflates, over gRPC`, async (t) => {
        const before = await peak();
        const session = await openHttp2(t, ports.grpcPort);
        for (let i = 0; i < 2; i++) {
          assert.equal(grpcStatus(await callGrpc(session, bomb, { 'grpc-encoding': encoding })), 8);
        }
        const grown = (await peak()) - before;
        assert.ok(grown < MOST_GROWTH, `${Math.round(grown / MIB)} MiB`);
      });
    }
  });
}
