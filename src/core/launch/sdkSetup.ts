/** Modules that set up a tracer provider themselves, or trace a program by other means, when a program imports them. */
const PYTHON_SETS_UP = new Set(
  (
    'logfire langfuse phoenix openinference traceloop ddtrace elasticapm elasticotel newrelic instana ' +
    'openlit langtrace_python_sdk langtrace agentops lmnr arize uptrace braintrust weave opik fi_instrumentation ' +
    'splunk_otel sumologic_opentelemetry_distro aws_opentelemetry_distro microsoft_agents_a365'
  ).split(' '),
);
/** In code: parts of OpenTelemetry that need a provider at hand, and what registers one. */
const PYTHON_CODE =
  /\bopentelemetry\.(?:sdk|distro|exporter|instrumentation|configuration)\b|\bfrom\s+opentelemetry\s+import[^\n#]*\bsdk\b|\bset_tracer_provider\s*\(|\bazure\.monitor\.opentelemetry\b|\b(?:honeycomb|amazon)\.opentelemetry\b|\bmlflow(?:\.\w+)*\.autolog\s*\(|\bmlflow\.(?:trace|tracing|start_span)\b|\bStrandsTelemetry\b|\b(?:setup_observability|configure_otel_providers)\s*\(|\bcallbacks?\b[^\n]*["'](?:otel|arize|langfuse_otel|logfire|arize_phoenix)["']|\bGOOGLE_ADK_OTEL|\bCHROMA_OTEL_|\bchroma_otel_granularity\b/;
/** Commands that start a program with OpenTelemetry, or another tracer, set up. */
const COMMANDS =
  /(?:^|[\s/\\])(?:opentelemetry-instrument|ddtrace-run|newrelic-admin|logfire|openlit-instrument|splunk-py-trace|sumo-instrument)(?:\.exe)?(?=\s|$)/;

/**
 * Whether a Python file of a project sets up a tracer provider by its own word, or names a library that does: the API of
 * OpenTelemetry alone sets up nothing. `imports`: its top-level modules, see {@link pythonImports}.
 */
export function pythonSetsUpSdk(text: string, imports: readonly string[]): boolean {
  return imports.some((name) => PYTHON_SETS_UP.has(name)) || PYTHON_CODE.test(text);
}

/** Whether a command starts its program with an SDK set up. */
export function commandSetsUpSdk(command: readonly string[] | string): boolean {
  return COMMANDS.test(typeof command === 'string' ? command : command.join(' '));
}
