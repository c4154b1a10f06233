import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { composeOverride, composeServices } from '../../../../src/core/launch/composeOverride.ts';

const COMPOSE = `name: shop
services:
    # the front
    gateway:
        build: ./gateway
        environment:
            - OTEL_SERVICE_NAME=front
            - NODE_OPTIONS=--inspect
    db:
        image: postgres
        environment:
            POSTGRES_PASSWORD: x

    model: { build: ./model }
volumes:
    data:
`;

describe('a compose file', () => {
  test('is read for its services, which are built here, and what they set', () => {
    const services = composeServices(COMPOSE);
    assert.deepEqual(
      services.map(({ name, isBuilt }) => [name, isBuilt]),
      [
        ['gateway', true],
        ['db', false],
        ['model', true],
      ],
    );
    assert.deepEqual([...(services[0]?.variables ?? [])], ['OTEL_SERVICE_NAME', 'NODE_OPTIONS']);
    for (const text of ['', 'services: {}', '- services', 'services:\n']) assert.deepEqual(composeServices(text), []);
  });

  test('gets one beside it that connects services, and leaves what they set', () => {
    const [gateway, , model] = composeServices(COMPOSE);
    assert.ok(gateway && model);
    const text = composeOverride({
      services: [gateway, model],
      port: 14318,
      set: { OTEL_BSP_SCHEDULE_DELAY: '200', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:14318' },
      instrument: '/home/a "b"/instrument',
      command: 'docker compose -f compose.yaml -f compose.spanline.yaml up',
    });
    assert.deepEqual(parse(text), {
      services: {
        gateway: {
          environment: {
            OTEL_EXPORTER_OTLP_ENDPOINT: 'http://host.docker.internal:14318',
            OTEL_BSP_SCHEDULE_DELAY: '200',
            PYTHONPATH: '/opt/spanline/python',
          },
          extra_hosts: ['host.docker.internal:host-gateway'],
          volumes: [{ type: 'bind', source: '/home/a "b"/instrument', target: '/opt/spanline', read_only: true }],
        },
        model: {
          environment: {
            OTEL_EXPORTER_OTLP_ENDPOINT: 'http://host.docker.internal:14318',
            OTEL_BSP_SCHEDULE_DELAY: '200',
            OTEL_SERVICE_NAME: 'model',
            PYTHONPATH: '/opt/spanline/python',
            NODE_OPTIONS: '--require /opt/spanline/node/register.cjs',
          },
          extra_hosts: ['host.docker.internal:host-gateway'],
          volumes: [{ type: 'bind', source: '/home/a "b"/instrument', target: '/opt/spanline', read_only: true }],
        },
      },
    });
  });
});
