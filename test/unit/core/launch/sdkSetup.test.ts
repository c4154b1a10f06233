import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { pythonImports } from '../../../../src/core/launch/sdkPackages.ts';
import { commandSetsUpSdk, pythonSetsUpSdk } from '../../../../src/core/launch/sdkSetup.ts';

describe('an SDK is set up', () => {
  const setsUp = (line: string): boolean => {
    const text = `import chromadb\n${line}\n`;
    return pythonSetsUpSdk(text, pythonImports(text));
  };

  test('by code that names its parts, or a library that sets it up', () => {
    for (const line of [
      'from opentelemetry.sdk.trace import TracerProvider',
      '    from opentelemetry import trace, sdk',
      'trace.set_tracer_provider(ours.provider())',
      'from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor',
      'import logfire',
      'import langfuse',
      'from phoenix.otel import register',
      'from traceloop.sdk import Traceloop',
      'from azure.monitor.opentelemetry import configure_azure_monitor',
      'import ddtrace.auto',
      'mlflow.openai.autolog()',
      'litellm.callbacks = ["otel"]',
    ])
      assert.ok(setsUp(line), line);
  });

  test('not by the API alone, or by libraries that bring one and leave it', () => {
    for (const line of [
      'from opentelemetry import trace',
      'tracer = trace.get_tracer(__name__)',
      'import litellm, crewai',
      'import mlflow',
      'from fastapi.sdk import x',
      'callbacks = ["print"]',
    ])
      assert.ok(!setsUp(line), line);
  });

  test('by commands that start programs with it', () => {
    for (const command of [
      'uv run opentelemetry-instrument uvicorn app:app',
      ['/venv/bin/ddtrace-run', 'python', 'app.py'],
      ['python', '-m', 'logfire', 'run', 'app.py'],
    ])
      assert.ok(commandSetsUpSdk(command), String(command));
    assert.ok(!commandSetsUpSdk('uvicorn logfire_like:app'));
  });
});
