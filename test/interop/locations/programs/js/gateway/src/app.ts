import express, { type Express } from 'express';
import { authenticate } from './middleware/authenticate';
import { cartRouter } from './routes/cart';
import orders from './routes/orders';

export function createApp(): Express {
  const app = express();
  app.use(express.json()); // span: middleware - jsonParser
  app.get('/healthz', (_request, response) => { // span: GET /healthz // span: request handler [parent=GET /healthz]
    response.send('ok');
  });
  app.use('/api', authenticate);
  app.use('/api/orders', orders);
  app.use('/api/cart', cartRouter());
  return app;
}
