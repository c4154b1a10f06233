import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { json } from 'node:stream/consumers';

/** A server that answers as a chat and embedding model would, with fixed words, and says yes to all else. */
export async function startModelStub(): Promise<Server> {
  const server = createServer((request, response) => {
    const send = (text: string): void => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(text);
    };
    void (async () => {
      if (request.method !== 'POST') {
        response.end();
        return;
      }
      const body = (await json(request)) as { model?: string; stream?: boolean };
      const common = { id: 'r1', created: 1_700_000_000, model: body.model };
      if (request.url?.endsWith('/embeddings') === true) {
        const data = [{ object: 'embedding', index: 0, embedding: [0.25, 0.5] }];
        send(JSON.stringify({ object: 'list', data, model: body.model, usage: { prompt_tokens: 3, total_tokens: 3 } }));
      } else if (body.stream === true) {
        const chunk = { ...common, object: 'chat.completion.chunk' };
        const choice = { index: 0, delta: { role: 'assistant', content: 'Yes.' }, finish_reason: null };
        const last = { index: 0, delta: {}, finish_reason: 'stop' };
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        for (const choices of [[choice], [last]]) response.write(`data: ${JSON.stringify({ ...chunk, choices })}\n\n`);
        response.end('data: [DONE]\n\n');
      } else {
        const message = { role: 'assistant', content: 'Look at the stock of tea.' };
        const choices = [{ index: 0, message, finish_reason: 'stop' }];
        const usage = { prompt_tokens: 9, completion_tokens: 6, total_tokens: 15 };
        send(JSON.stringify({ ...common, object: 'chat.completion', choices, usage }));
      }
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
