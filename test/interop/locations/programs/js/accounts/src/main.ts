import './telemetry';
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module';

async function bootstrap(): Promise<void> {
  const app = await NestFactory.create(AppModule, { logger: false }); // span: Create Nest App
  await app.listen(Number(process.env.PORT), '127.0.0.1');
}

void bootstrap();
