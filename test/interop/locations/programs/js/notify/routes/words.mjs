import { Hono } from 'hono';
import { lookUp } from '../lib/dictionary.mjs';

const app = new Hono().basePath('/');

app.get('/:word', async (c) => c.json(await lookUp(c.req.param('word')))); // span: GET /words/:word

export default app;
