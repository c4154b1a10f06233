import { Router } from 'express';
import { OrderService } from '../services/orders';

const router = Router();
const orders = new OrderService();

router.get('/', async (_request, response) => { // span: GET /api/orders // span: request handler [parent=GET /api/orders] // span: router - / [parent=GET /api/orders]
  response.json(await orders.recent());
});

router.get('/:orderId', async (request, response) => { // span: GET /api/orders/:orderId // span: request handler [parent=GET /api/orders/:orderId] // span: router - / [parent=GET /api/orders/:orderId]
  response.json(await orders.find(request.params.orderId));
});

router.post('/', placeOrder);

async function placeOrder(request: { body: { sku: string } }, response: { json(value: unknown): void }): Promise<void> { // span: POST /api/orders // span: request handler [parent=POST /api/orders] // span: router - / [parent=POST /api/orders]
  response.json(await orders.place(request.body.sku));
}

router.delete('/:orderId', async (request, response) => { // span: DELETE /api/orders/:orderId // span: request handler [parent=DELETE /api/orders/:orderId] // span: router - / [parent=DELETE /api/orders/:orderId]
  await orders.cancel(request.params.orderId);
  response.sendStatus(204);
});

export default router;
