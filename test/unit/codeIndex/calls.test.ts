import assert from 'node:assert/strict';
import { it } from 'node:test';
import { callsOf } from './readFacts.ts';

it('lists the calls of Python with their function', async () => {
  const text = `
start()
class Shop:
    async def ask(self, q):
        r = await self.client.chat.completions.create(
            messages=prompt(q),
        )
        def late():
            cursor.execute("x").fetchall()
        return Result[0](r)
`;
  assert.deepEqual(await callsOf('a.py', text), [
    ': start 2',
    'Shop.ask: self.client.chat.completions.create 5',
    'Shop.ask: prompt 6',
    'late: cursor.execute 9',
    'late: cursor.execute.fetchall 9',
  ]);
});

it('lists the calls of TypeScript with their function', async () => {
  const text = `
export const ask = async (q: string) => {
  const r = await this.openai.chat
    .completions.create<T>({ q: prompt(q) });
  return new Shop.Result(r)?.done!();
};
`;
  assert.deepEqual(await callsOf('a.ts', text), [
    'ask: this.openai.chat.completions.create 4',
    'ask: prompt 4',
    'ask: Shop.Result 5',
    'ask: Shop.Result.done 5',
  ]);
});
