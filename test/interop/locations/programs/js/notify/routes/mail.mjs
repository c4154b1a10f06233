import { Hono } from 'hono';
import { Mailer } from '../lib/mailer.mjs';

export const mail = new Hono();
const mailer = new Mailer();

mail.post('/', async (c) => { // span: POST /mail
  const { to } = await c.req.json();
  return c.json(await mailer.send(to));
});

mail.get('/:id/status', (c) => { // span: GET /mail/:id/status
  return c.json({ id: c.req.param('id'), sent: true });
});
