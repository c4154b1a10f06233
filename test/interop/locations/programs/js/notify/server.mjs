import './telemetry.mjs';
import { serve } from '@hono/node-server';
import { httpInstrumentationMiddleware } from '@hono/otel';
import { Hono } from 'hono';
import { mail } from './routes/mail.mjs';
import words from './routes/words.mjs';

const app = new Hono();
app.use(httpInstrumentationMiddleware());
app.route('/mail', mail);
app.route('/words', words);
app.get('/ping', (c) => c.text('pong')); // span: GET /ping

serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(process.env.PORT) });
