import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CONTENT_SETTINGS } from '../../../../src/core/inference/mergedTables.ts';
import {
  allContentVariables,
  CONTENT_LIBRARIES,
  contentLibrary,
  contentVariables,
  exportLines,
  librariesOf,
} from '../../../../src/core/launch/contentLibraries.ts';

const GEN_AI = 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT';
const OTHER_RECEIVER = /ENDPOINT|HEADERS|TOKEN|KEY|PATH|OPTIONS/;

describe('variables by which libraries record content', () => {
  test('are names and words that need no quoting anywhere, and change nothing but what is recorded', () => {
    for (const { id, variables } of CONTENT_LIBRARIES) {
      assert.ok(Object.keys(variables).length > 0, id);
      for (const [name, value] of Object.entries(variables)) {
        assert.match(name, /^[A-Z][A-Z0-9_]*$/, id);
        assert.match(value, /^[A-Za-z0-9_]+$/, id);
        assert.doesNotMatch(name, OTHER_RECEIVER, id);
      }
    }
    assert.equal(new Set(CONTENT_LIBRARIES.map(({ id }) => id)).size, CONTENT_LIBRARIES.length);
  });

  test('are those that the note about content not recorded tells of', () => {
    for (const { cure, library, ifKey } of CONTENT_SETTINGS) {
      for (const id of [library, ifKey?.library].filter((each) => each !== undefined)) {
        const names = Object.keys(contentLibrary(id)?.variables ?? {});
        const words = cure.match(/[A-Z][A-Z0-9_]{8,}/g) ?? [];
        // Spring AI and LiteLLM name their own settings, Spring's are properties.
        if (words.length > 0)
          assert.ok(
            words.some((word) => names.some((name) => name.startsWith(word))),
            cure,
          );
      }
    }
    const named = new Set(CONTENT_SETTINGS.flatMap(({ library, ifKey }) => [library, ifKey?.library]));
    assert.deepEqual(
      CONTENT_LIBRARIES.map(({ id }) => id).filter((id) => !named.has(id)),
      [],
    );
  });

  test('are found by an id of the table only', () => {
    assert.equal(contentLibrary('anthropicSdk')?.title, 'Anthropic SDK');
    for (const id of ['toString', '__proto__', 'PATH', '', undefined, { id: 'anthropicSdk' }])
      assert.equal(contentLibrary(id), undefined);
  });

  test('where libraries want one variable, the program’s language has it, else what was turned on last', () => {
    assert.equal(contentVariables(['genAiPython', 'genAiNode'])[GEN_AI], 'true');
    assert.equal(contentVariables(['genAiNode', 'genAiPython'])[GEN_AI], 'SPAN_ONLY');
    assert.equal(contentVariables(['genAiPython', 'genAiNode'], 'python')[GEN_AI], 'SPAN_ONLY');
    assert.equal(contentVariables(['genAiNode', 'genAiPython'], 'node')[GEN_AI], 'true');
    assert.deepEqual(contentVariables([]), {});
  });

  test('of all libraries take the value that the program’s own versions read', () => {
    const value = (language: 'python' | 'node' | undefined, utilGenAi?: string): string | undefined =>
      allContentVariables({ language, utilGenAi })[GEN_AI];
    assert.equal(value('python', '1.3b0'), 'SPAN_ONLY');
    assert.equal(value('python', '0.2b0'), 'true');
    assert.equal(value('python'), 'true');
    assert.equal(value('node', '1.3b0'), 'true');
    assert.equal(value(undefined, '1.3b0'), 'SPAN_ONLY');
    const all = Object.keys(allContentVariables({ language: undefined, utilGenAi: undefined }));
    for (const { variables } of CONTENT_LIBRARIES)
      for (const name of Object.keys(variables)) assert.ok(all.includes(name), name);
  });

  test('packages tell the libraries, and the version which form of them', () => {
    const found = (...names: string[]): readonly string[] =>
      librariesOf(names.map((each) => ({ name: each.replace(/==.*/, ''), version: /==(.*)/.exec(each)?.[1] ?? '' })));
    assert.deepEqual(found('opentelemetry_instrumentation.openai_v2==2.1b0'), ['genAiPythonBefore1']);
    assert.deepEqual(found('opentelemetry-util-genai==0.3b0', 'opentelemetry-instrumentation-openai-v2==2.3b0'), [
      'genAiPythonBefore1',
    ]);
    assert.deepEqual(found('OpenTelemetry-Util-GenAI==1.3b0', 'opentelemetry-instrumentation-openai-v2==2.4b0'), [
      'genAiPython',
    ]);
    assert.deepEqual(found('@anthropic-ai/sdk', 'express', '@opentelemetry/instrumentation-openai'), [
      'genAiNode',
      'anthropicSdk',
    ]);
    assert.deepEqual(found('fastapi==1', 'openai==2'), []);
  });

  test('are written for a shell', () => {
    assert.equal(exportLines(contentVariables(['copilot'])), 'export COPILOT_OTEL_CAPTURE_CONTENT=true');
  });
});
