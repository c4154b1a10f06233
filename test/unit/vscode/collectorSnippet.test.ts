import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectorSnippet } from '../../../src/vscode/collectorSnippet.ts';

test('the snippet names an exporter and puts it into a pipeline', () => {
  const snippet = collectorSnippet(14318, false);
  assert.match(snippet, /^exporters:\n {2}otlphttp\/spanline:\n {4}endpoint: http:\/\/localhost:14318\n/);
  assert.match(
    snippet,
    /\nservice:\n {2}pipelines:\n {4}traces:\n(?: +#.*\n)? {6}exporters: \[otlphttp\/spanline\]\n$/,
  );
});

test('from a container the snippet leaves it by the host’s name, and says what that needs', () => {
  const snippet = collectorSnippet(14318, true);
  assert.match(snippet, /endpoint: http:\/\/host\.docker\.internal:14318/);
  assert.match(snippet, /spanline\.receiver\.reach/);
});
