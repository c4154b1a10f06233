/** Instrumentation scopes of libraries, never of a user's code (attributes.md A4.5). */
const LIBRARY_SCOPES: readonly RegExp[] = [
  /^opentelemetry[._-]instrumentation/i,
  /^@opentelemetry\/instrumentation/,
  /^io\.opentelemetry\./,
  /^go\.opentelemetry\.io\/contrib\//,
  /^github\.com\/.{1,100}\/(?:otelsql|otelpgx|otelgorm|redisotel|otelgrpc|otelhttp|otelchi|otelgin)\b/,
  /^OpenTelemetry\.Instrumentation/,
  /^(?:Npgsql|System\.Net\.Http|Microsoft\.(?:AspNetCore|EntityFrameworkCore|SemanticKernel|Extensions)|Azure\.|Grpc\.)/,
  /^(?:openinference\.instrumentation|@arizeai\/openinference|traceloop\.tracer|@traceloop\/)/,
  /^(?:langfuse-sdk|ai|gen_ai|pydantic-ai|logfire(?:\..{1,100})?|mlflow.{0,50}|com\.anthropic\.sdk.{0,100})$/,
  /^(?:vllm|ray\.serve|sglang|haystack|llama_index|langsmith|agno|crewai|dspy|litellm)\b/i,
  /^(?:next\.js|prisma|@prisma\/.{1,60}|undici|reqwest(?:[_-]\w{1,30})?|tower_http\b.{0,60}|sqlx\b.{0,60}|tonic\b.{0,60}|@fastify\/otel)$/,
];

/** Whether spans of this scope are made by a library on behalf of the code that calls it. */
export function isLibraryScope(scopeName: string): boolean {
  const name = scopeName.slice(0, 300);
  return LIBRARY_SCOPES.some((pattern) => pattern.test(name));
}
