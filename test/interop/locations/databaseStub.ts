import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

const READY = message('Z', Buffer.from('I'));

/** A server that greets as PostgreSQL does and answers every statement with no rows. */
export async function startDatabaseStub(): Promise<Server> {
  const server = createServer(serve);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function serve(socket: Socket): void {
  let waiting = Buffer.alloc(0);
  let greeted = false;
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes: Buffer) => {
    waiting = Buffer.concat([waiting, bytes]);
    for (;;) {
      // The first message has no type.
      const head = greeted ? 1 : 0;
      if (waiting.length < head + 4) return;
      const length = head + waiting.readInt32BE(head);
      if (waiting.length < length) return;
      const type = greeted ? String.fromCharCode(waiting[0] ?? 0) : 'startup';
      greeted = true;
      waiting = waiting.subarray(length);
      socket.write(answerTo(type));
    }
  });
}

function answerTo(type: string): Buffer {
  switch (type) {
    case 'startup':
      return Buffer.concat([message('R', Buffer.alloc(4)), READY]);
    case 'Q':
      return Buffer.concat([message('C', Buffer.from('OK 0\0')), READY]);
    case 'P':
      return message('1', Buffer.alloc(0));
    case 'B':
      return message('2', Buffer.alloc(0));
    case 'D':
      return message('n', Buffer.alloc(0));
    case 'E':
      return message('C', Buffer.from('SELECT 0\0'));
    case 'S':
      return READY;
    default:
      return Buffer.alloc(0);
  }
}

function message(type: string, content: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 0, 'latin1');
  head.writeInt32BE(content.length + 4, 1);
  return Buffer.concat([head, content]);
}
