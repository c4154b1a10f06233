/** Packages whose presence in a manifest says that the workspace's programs may send OTLP. */
const TRACING =
  /opentelemetry|openinference|traceloop|logfire|langfuse|pydantic-ai|mlflow|@vercel\/otel|@ai-sdk\/otel|micrometer-tracing|tracing-otlp/i;

/** Files that name a workspace's dependencies, as one glob for `findFiles`. */
export const MANIFEST_GLOB =
  '**/{package.json,requirements*.txt,pyproject.toml,setup.cfg,Pipfile,environment.yml,go.mod,Cargo.toml,pom.xml,build.gradle,build.gradle.kts,*.csproj,Gemfile,composer.json}';

/** Compose files, as one glob for `findFiles`. */
export const COMPOSE_GLOB = '**/{compose,docker-compose}*.{yml,yaml}';

/** Whether a manifest's text names OpenTelemetry or a tracing SDK that exports OTLP. */
export function namesTracingSdk(manifest: string): boolean {
  return TRACING.test(manifest);
}

/**
 * Host ports that a compose file publishes, of the two OTLP ones. Short syntax (`"4318:4318"`, `127.0.0.1:4317:4317`,
 * a bare `4317`) and long syntax (`published: 4318`); ranges are not read.
 */
export function composePublishes(compose: string): readonly (4317 | 4318)[] {
  return ([4317, 4318] as const).filter((port) => {
    const short = new RegExp(`^\\s*-\\s*["']?(?:[\\d.]+:|\\[[\\da-f:]+\\]:)?${port}:\\d+`, 'im');
    const long = new RegExp(`^\\s*(?:-\\s*)?published:\\s*["']?${port}\\b`, 'm');
    return short.test(compose) || long.test(compose);
  });
}
