import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startTestEngine, type TestEngine } from '../support/testEngine.ts';
import { TIMED_TRACE, timedTrace } from '../support/timedTrace.ts';

describe('the tokens of a trace', () => {
  let engine: TestEngine;
  before(async () => {
    engine = await startTestEngine({ receiver: false });
  });
  after(() => engine.stop());

  it('are those of its leaf calls by model, most first; who repeats them is not counted', async () => {
    const chat = (model: string, input: number, output: number, more: Record<string, unknown> = {}) => ({
      'gen_ai.operation.name': 'chat',
      'gen_ai.response.model': model,
      'gen_ai.usage.input_tokens': input,
      'gen_ai.usage.output_tokens': output,
      ...more,
    });
    engine.engine.ingest(
      'traces',
      timedTrace([
        { name: 'invoke_agent', at: 0, ms: 100, attributes: chat('big', 900, 90, { 'gen_ai.usage.cost': 9 }) },
        { name: 'chat', parent: 0, at: 1, ms: 10, attributes: chat('big', 400, 40, { 'gen_ai.usage.cost': 0.5 }) },
        { name: 'http', parent: 1, at: 2, ms: 5 },
        {
          name: 'chat',
          parent: 0,
          at: 20,
          ms: 10,
          attributes: chat('big', 500, 50, { 'gen_ai.usage.cache_read.input_tokens': 300 }),
        },
        {
          name: 'embed',
          parent: 0,
          at: 40,
          ms: 5,
          attributes: { 'gen_ai.request.model': 'small', 'gen_ai.usage.input_tokens': 7 },
        },
      ]),
    );
    assert.deepEqual(await engine.request('timing/usage', { traceId: TIMED_TRACE }), {
      models: [
        {
          model: 'big',
          calls: 2,
          input: 900,
          output: 90,
          cachedInput: 300,
          cacheWrite: 0,
          reasoning: 0,
          total: 990,
          cost: 0.5,
          costCalls: 1,
        },
        {
          model: 'small',
          calls: 1,
          input: 7,
          output: 0,
          cachedInput: 0,
          cacheWrite: 0,
          reasoning: 0,
          total: 7,
          cost: 0,
          costCalls: 0,
        },
      ],
      partial: false,
    });
  });

  it('are none for a trace that is not held', async () => {
    const usage = await engine.request('timing/usage', { traceId: 'f'.repeat(32) as typeof TIMED_TRACE });
    assert.deepEqual(usage, { models: [], partial: false });
  });
});
