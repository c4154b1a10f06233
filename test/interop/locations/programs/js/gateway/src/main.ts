import './telemetry';
import { createApp } from './app';

createApp().listen(Number(process.env.PORT), '127.0.0.1');
