import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startTestEngine } from '../support/testEngine.ts';
import { arrivedSpan } from './arrivals.ts';
import { CLIENTS, portOf } from './clients.ts';
import { runAnswerLost, runRefusedOnce } from './retries.ts';
import { LONG_TIMES, REFUSES_NOTHING, type Run, SHAPE_CHECKS } from './shape.ts';

/** Those that run wherever Node and Python do; `npm run interop` runs all. */
const LIVE = ['js', 'grpc-js', 'python'];

for (const client of CLIENTS.filter(({ name }) => LIVE.includes(name))) {
  const { missing } = await client.prepare();
  for (const gzip of [false, true]) {
    // Either port takes either protocol.
    const usual = portOf(client.transport);
    const port = !gzip ? usual : usual === 'httpPort' ? 'grpcPort' : 'httpPort';
    const title = `${client.title}, ${client.transport}${gzip ? ', gzip, to the other port' : ''}`;
    describe(title, { skip: missing ?? false }, () => {
      let run: Run;
      before(async () => {
        const engine = await startTestEngine();
        const { maker, transport } = client;
        run = { engine, sent: {}, maker, transport, longTimes: LONG_TIMES };
        const env = {
          OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${engine[port]}`,
          ...(gzip && { OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' }),
        };
        run = { ...run, sent: await client.run({ env }) };
      });
      after(() => run.engine.stop());

      for (const { title: holds, check } of SHAPE_CHECKS) it(holds, () => check(run));

      if (client.maker === 'js') {
        // The SDK writes NaN as null and 1e20 as an integer of 67 bits when it sends JSON. What a value becomes is not
        // specified; the batch it is in must not be lost.
        it('takes numbers that the SDK writes in odd ways', async () => {
          const odd = run.sent['odd'];
          assert.ok(odd);
          const { details, attributes } = await arrivedSpan(run.engine, odd);
          assert.equal(details.name, 'interop.odd');
          assert.deepEqual(Object.keys(attributes), ['odd.nan', 'odd.huge', 'odd.null']);
        });
      }
    });
  }

  describe(`${client.title}, ${client.transport}, that has to send again`, { skip: missing ?? false }, () => {
    const holds = SHAPE_CHECKS.filter(({ title }) => title !== REFUSES_NOTHING);

    if (client.dropsRefused !== true) {
      it('loses nothing that was refused for want of memory first', async () => {
        const { run, refused, stop } = await runRefusedOnce(client);
        try {
          assert.ok(refused > 0);
          for (const { check } of holds) await check(run);
        } finally {
          await stop();
        }
      });
    }

    it('is shown once when the answer was lost with the connection', async () => {
      const { run, stop } = await runAnswerLost(client);
      try {
        for (const { check } of holds) await check(run);
      } finally {
        await stop();
      }
    });
  });
}
