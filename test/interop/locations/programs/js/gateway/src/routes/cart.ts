import { Router, type Request, type Response } from 'express';
import { withSpan } from '../../../packages/telemetry/src/spans';
import { PriceClient } from '../services/prices';

class CartController {
  readonly #prices = new PriceClient();

  show = async (request: Request, response: Response): Promise<void> => { // span: GET /api/cart/:user // span: request handler [parent=GET /api/cart/:user] // span: router - /:user [parent=GET /api/cart/:user]
    const total = await withSpan('cart.total', () => this.#prices.total(['tea', 'cup'])); // span: cart.total
    response.json({ user: request.params['user'], total });
  };

  async clear(request: Request, response: Response): Promise<void> { // span: PUT /api/cart/:user/clear // span: request handler [parent=PUT /api/cart/:user/clear] // span: router - /:user [parent=PUT /api/cart/:user/clear]
    await withSpan(`cart.clear ${String(request.params['user'])}`, () => undefined); // span: cart.clear ann
    response.sendStatus(204);
  }
}

export function cartRouter(): Router {
  const controller = new CartController();
  const router = Router();
  router.get('/:user', controller.show);
  router.put('/:user/clear', controller.clear.bind(controller));
  return router;
}
