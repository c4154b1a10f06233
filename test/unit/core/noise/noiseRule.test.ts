import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { matchesPattern, NoiseJudge, type RootFacts } from '../../../../src/core/noise/noiseJudge.ts';
import { DEFAULT_NOISE_RULES, readNoiseRules } from '../../../../src/core/noise/noiseRule.ts';

const defaults = new NoiseJudge(readNoiseRules(DEFAULT_NOISE_RULES).rules);

function root(
  facts: Partial<Omit<RootFacts, 'attributes'>>,
  attributes: Readonly<Record<string, string>> = {},
): RootFacts {
  return { kind: 2, name: 'GET', service: 'gateway', ...facts, attributes: () => new Map(Object.entries(attributes)) };
}

function ruleOf(facts: RootFacts): string {
  return defaults.rules[defaults.judge(facts) - 1]?.name ?? '';
}

describe('the default rules', () => {
  test('fold health checks by the path of the request, wherever the sender put it', () => {
    for (const path of ['/health', '/healthz', '/livez', '/readyz', '/metrics', '/ping', '/favicon.ico']) {
      assert.equal(ruleOf(root({}, { 'url.path': path })), 'health checks', path);
    }
    assert.equal(ruleOf(root({}, { 'http.target': '/health?full=1' })), 'health checks');
    assert.equal(ruleOf(root({}, { 'http.url': 'http://svc:8080/readyz?x' })), 'health checks');
    assert.equal(ruleOf(root({ name: 'GET /livez' })), 'health checks');
  });

  test('leave other paths, clients of health checks, and what failed alone', () => {
    assert.equal(ruleOf(root({}, { 'url.path': '/orders/health' })), '');
    assert.equal(ruleOf(root({}, { 'url.path': '/pingpong' })), '');
    assert.equal(ruleOf(root({ kind: 3 }, { 'url.path': '/health' })), '');
    assert.equal(ruleOf(root({}, { 'url.path': '/health', 'http.response.status_code': '404' })), '');
    assert.equal(ruleOf(root({}, { 'url.path': '/health', 'http.response.status_code': '204' })), 'health checks');
  });

  test('fold probes by their agent, gRPC health checks, and posts of exporters', () => {
    assert.equal(ruleOf(root({}, { 'url.path': '/', 'user_agent.original': 'kube-probe/1.29' })), 'probes');
    assert.equal(ruleOf(root({}, { 'http.target': '/', 'http.user_agent': 'ELB-HealthChecker/2.0' })), 'probes');
    assert.equal(ruleOf(root({}, { 'url.path': '/', 'user_agent.original': 'Mozilla/5.0' })), '');
    assert.equal(ruleOf(root({ name: 'grpc.health.v1.Health/Check' })), 'gRPC health checks');
    const post = root({ kind: 3, name: 'POST' }, { 'url.full': 'http://localhost:4318/v1/traces' });
    assert.equal(ruleOf(post), 'telemetry exports');
    const grpc = root({ kind: 3, name: 'opentelemetry.proto.collector.trace.v1.TraceService/Export' });
    assert.equal(ruleOf(grpc), 'telemetry exports');
  });
});

describe('rules of the setting', () => {
  test('are conditions, lists of them, or false; a text stands for a list of one', () => {
    const { rules, problems } = readNoiseRules({
      off: false,
      one: { name: 'poll *' },
      two: [{ service: ['a'] }, { path: ['/b'] }],
    });
    assert.deepEqual(problems, []);
    assert.deepEqual(
      rules.map(({ name, any }) => [name, any.length]),
      [
        ['one', 1],
        ['two', 2],
      ],
    );
    assert.equal(new NoiseJudge(rules).judge(root({ name: 'Poll queue', kind: 1 })), 1);
  });

  test('that cannot be used are told and left out, the others work', () => {
    const { rules, problems } = readNoiseRules({
      all: { kind: 'server' },
      kind: { kind: 'loud', path: ['/x'] },
      field: { path: ['/x'], color: 'red' },
      number: { path: [7] },
      text: 'health',
      good: { path: ['/x'] },
    });
    assert.deepEqual(
      rules.map(({ name }) => name),
      ['good'],
    );
    assert.deepEqual(
      problems.map(({ rule }) => rule),
      ['all', 'kind', 'field', 'number', 'text'],
    );
    assert.deepEqual(readNoiseRules('nonsense').rules, []);
  });
});

test('patterns match whole texts; * stands for any text, also none', () => {
  const matches = (pattern: string, text: string): boolean => matchesPattern(pattern, text);
  assert.ok(matches('/health*', '/health'));
  assert.ok(matches('/health*', '/healthz'));
  assert.ok(matches('*/v1/*', 'http://x/v1/traces'));
  assert.ok(matches('*', ''));
  assert.ok(!matches('/health', '/healthz'));
  assert.ok(!matches('', 'x'));
  assert.ok(matches('a*b*c', 'aXbYbZc'));
  assert.ok(!matches('a*b*c', 'aXbYbZ'));
});

test('a hostile pattern on a hostile text takes no longer than their product', () => {
  const steps = matchesPattern(`${'*a'.repeat(99)}b`, 'a'.repeat(512));
  assert.equal(steps, false);
});
