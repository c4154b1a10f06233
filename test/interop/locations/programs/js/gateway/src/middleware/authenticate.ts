import { trace } from '@opentelemetry/api';
import type { NextFunction, Request, Response } from 'express';

const tracer = trace.getTracer('gateway.auth');

export function authenticate(request: Request, response: Response, next: NextFunction): void { // span: middleware - authenticate
  const user = tracer.startActiveSpan('verify token', (span) => { // span: verify token
    span.end();
    return request.headers['x-user'] ?? 'guest';
  });
  response.locals['user'] = user;
  next();
}
