/** A library that records what goes into models and comes out of them only when a variable asks for it. */
export interface ContentLibrary {
  readonly id: ContentLibraryId;
  /** A proper name, the same in every language. */
  readonly title: string;
  /** Set together, in the order in which they are shown. */
  readonly variables: Readonly<Record<string, string>>;
  /** What of a program reads the variables; left out for what is written in any language. */
  readonly language?: ContentLanguage;
  /** True: records content by itself; its variables undo what a `.env` file that the program reads says. */
  readonly byDefault?: true;
  /** Packages of Python (as pip normalises names) or Node by which a program is seen to use it. */
  readonly packages?: readonly string[];
  /** Module that a Python program imports, where an installed package alone says little. */
  readonly module?: string;
}

export type ContentLanguage = 'python' | 'node' | 'java' | 'dotnet';

export type ContentLibraryId =
  | 'genAiPython'
  | 'genAiPythonBefore1'
  | 'genAiNode'
  | 'genAiJava'
  | 'microsoftAi'
  | 'semanticKernel'
  | 'azureAi'
  | 'anthropicSdk'
  | 'springAi'
  | 'liteLlm'
  | 'copilot'
  | 'claudeCode'
  | 'openLlmetry'
  | 'openInference'
  | 'googleAdk'
  | 'langSmith'
  | 'langfuse';

const GEN_AI = 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT';
/** For libraries that send content as log records: SDKs of Python and Node export none by default. */
const LOGS = { OTEL_LOGS_EXPORTER: 'otlp' };

/** Each row names where its fact was read. */
export const CONTENT_LIBRARIES: readonly ContentLibrary[] = [
  // opentelemetry-util-genai 1.3b0, utils.get_content_capturing_mode: takes the names of ContentCapturingMode alone. On
  // spans is enough: events would say it twice, and need a log exporter.
  {
    id: 'genAiPython',
    title: 'OpenTelemetry GenAI (Python)',
    variables: { [GEN_AI]: 'SPAN_ONLY' },
    language: 'python',
    packages: ['opentelemetry-util-genai'],
  },
  // opentelemetry-instrumentation-openai-v2 2.1b0, utils.is_content_enabled: takes `true` alone; content is in log records.
  {
    id: 'genAiPythonBefore1',
    title: 'OpenTelemetry GenAI (Python, before opentelemetry-util-genai 1.0)',
    variables: { [GEN_AI]: 'true', ...LOGS },
    language: 'python',
    packages: [
      'opentelemetry-instrumentation-openai-v2',
      'opentelemetry-instrumentation-google-genai',
      'opentelemetry-instrumentation-vertexai',
    ],
  },
  // @opentelemetry/instrumentation-openai 0.9, constructor: getEnvBool; content is in log records.
  {
    id: 'genAiNode',
    title: 'OpenTelemetry GenAI (Node.js)',
    variables: { [GEN_AI]: 'true', ...LOGS },
    language: 'node',
    packages: ['@opentelemetry/instrumentation-openai'],
  },
  // opentelemetry-java-instrumentation, instrumentation/openai README: otel.instrumentation.genai.capture-message-content,
  // Boolean; the agent reads a property as variable in upper case with underscores. It exports logs by default.
  { id: 'genAiJava', title: 'OpenTelemetry GenAI (Java)', variables: { [GEN_AI]: 'true' }, language: 'java' },
  // dotnet/extensions, TelemetryHelpers.EnableSensitiveDataDefault: `true`.
  { id: 'microsoftAi', title: 'Microsoft.Extensions.AI', variables: { [GEN_AI]: 'true' }, language: 'dotnet' },
  // semantic_kernel 1.x, model_diagnostics_settings.py; the .NET source has the same name. Python sends log records.
  {
    id: 'semanticKernel',
    title: 'Semantic Kernel',
    variables: { SEMANTICKERNEL_EXPERIMENTAL_GENAI_ENABLE_OTEL_DIAGNOSTICS_SENSITIVE: 'true', ...LOGS },
    packages: ['semantic-kernel'],
    module: 'semantic_kernel',
  },
  // azure.core.settings / azure-ai-inference tracing: AZURE_…; azure-ai-projects, _ai_project_instrumentor.py: GEN_AI.
  {
    id: 'azureAi',
    title: 'Azure AI',
    variables: { AZURE_TRACING_GEN_AI_CONTENT_RECORDING_ENABLED: 'true', [GEN_AI]: 'true' },
    packages: ['azure-ai-inference', 'azure-ai-projects', 'azure-ai-agents', '@azure-rest/ai-inference'],
    module: 'azure',
  },
  // @anthropic-ai/sdk 1.12, internal/tracing.js: `content`, in any case.
  {
    id: 'anthropicSdk',
    title: 'Anthropic SDK',
    variables: { ANTHROPIC_OPEN_TELEMETRY_TRACES_CONTENT_MODE: 'content' },
    packages: ['anthropic', '@anthropic-ai/sdk'],
    module: 'anthropic',
  },
  // Spring AI reference, Observability; Spring Boot takes dashes out of a property's name for its variable. Content goes to
  // the log.
  {
    id: 'springAi',
    title: 'Spring AI',
    variables: {
      SPRING_AI_CHAT_OBSERVATIONS_LOGPROMPT: 'true',
      SPRING_AI_CHAT_OBSERVATIONS_LOGCOMPLETION: 'true',
      SPRING_AI_TOOLS_OBSERVATIONS_INCLUDECONTENT: 'true',
    },
    language: 'java',
  },
  // litellm/integrations/otel/model/config.py (version 2): names of modes in any case; version 1 reads them, too.
  {
    id: 'liteLlm',
    title: 'LiteLLM',
    variables: { [GEN_AI]: 'SPAN_ONLY' },
    language: 'python',
    packages: ['litellm'],
    module: 'litellm',
  },
  // Documentation of Copilot Chat's OpenTelemetry settings.
  { id: 'copilot', title: 'Copilot', variables: { COPILOT_OTEL_CAPTURE_CONTENT: 'true' } },
  // Documentation of Claude Code's monitoring.
  {
    id: 'claudeCode',
    title: 'Claude Code',
    variables: { OTEL_LOG_USER_PROMPTS: '1', OTEL_LOG_TOOL_DETAILS: '1', OTEL_LOG_TOOL_CONTENT: '1' },
  },
  // traceloop-sdk and its instrumentations: (os.getenv("TRACELOOP_TRACE_CONTENT") or "true").lower() == "true".
  {
    id: 'openLlmetry',
    title: 'OpenLLMetry',
    variables: { TRACELOOP_TRACE_CONTENT: 'true' },
    byDefault: true,
    packages: ['traceloop-sdk', '@traceloop/node-server-sdk'],
  },
  // openinference/instrumentation/config.py: all false by default; a TraceConfig in the code wins.
  {
    id: 'openInference',
    title: 'OpenInference',
    variables: {
      OPENINFERENCE_HIDE_INPUTS: 'false',
      OPENINFERENCE_HIDE_OUTPUTS: 'false',
      OPENINFERENCE_HIDE_INPUT_MESSAGES: 'false',
      OPENINFERENCE_HIDE_OUTPUT_MESSAGES: 'false',
      OPENINFERENCE_HIDE_INPUT_TEXT: 'false',
      OPENINFERENCE_HIDE_OUTPUT_TEXT: 'false',
    },
    byDefault: true,
    packages: ['openinference-instrumentation', '@arizeai/openinference-core'],
  },
  // Google ADK, telemetry: on unless false.
  {
    id: 'googleAdk',
    title: 'Google ADK',
    variables: { ADK_CAPTURE_MESSAGE_CONTENT_IN_SPANS: 'true' },
    byDefault: true,
    packages: ['google-adk'],
  },
  // langsmith/client.py: get_env_var("HIDE_INPUTS") == "true".
  {
    id: 'langSmith',
    title: 'LangSmith',
    variables: { LANGSMITH_HIDE_INPUTS: 'false', LANGSMITH_HIDE_OUTPUTS: 'false' },
    byDefault: true,
    packages: ['langsmith'],
  },
  // langfuse/_client/environment_variables.py: true by default.
  {
    id: 'langfuse',
    title: 'Langfuse',
    variables: { LANGFUSE_OBSERVE_DECORATOR_IO_CAPTURE_ENABLED: 'true' },
    byDefault: true,
    packages: ['langfuse'],
  },
];

/** The library of an id that came from somewhere else: a page, or what an earlier version kept. */
export function contentLibrary(id: unknown): ContentLibrary | undefined {
  return CONTENT_LIBRARIES.find((library) => library.id === id);
}

/**
 * The variables that make libraries record content. Where two want the same variable, the one of the program's language has
 * it, else the later one: programs of one workspace may need different values.
 */
export function contentVariables(
  ids: readonly ContentLibraryId[],
  language?: ContentLanguage,
): Readonly<Record<string, string>> {
  const chosen = ids.flatMap((id) => contentLibrary(id) ?? []);
  const own = chosen.filter((library) => language !== undefined && library.language === language);
  return Object.assign({}, ...[...chosen, ...own].map(({ variables }) => variables)) as Record<string, string>;
}

/** A package that a program can import. */
export interface InstalledPackage {
  readonly name: string;
  /** Empty when it is not known. */
  readonly version: string;
}

/**
 * Libraries of which packages tell, and `imports` of a Python program where they are known. Of the two forms of OpenTelemetry's instrumentations for Python, that which the installed
 * `opentelemetry-util-genai` reads.
 */
export function librariesOf(
  packages: readonly InstalledPackage[],
  imports?: readonly string[],
): readonly ContentLibraryId[] {
  const versions = new Map(packages.map(({ name, version }) => [normalisedName(name), version]));
  const found = CONTENT_LIBRARIES.filter(
    ({ packages: of = [], module }) =>
      of.some((name) => versions.has(name)) &&
      (module === undefined || imports === undefined || imports.includes(module)),
  );
  const modes = readsModes(versions.get('opentelemetry-util-genai'));
  const other: ContentLibraryId = modes ? 'genAiPythonBefore1' : 'genAiPython';
  return found.map(({ id }) => id).filter((id) => id !== other);
}

/** Of PyPI: case and separators count for nothing (PEP 503); names of npm stay as they are. */
function normalisedName(name: string): string {
  return name.startsWith('@') ? name : name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}

/** As lines for a POSIX shell. Values are of the table: letters, digits and `_` only. */
export function exportLines(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => `export ${name}=${value}`)
    .join('\n');
}

/** What is read of the files beside a program, where nobody chose libraries. */
export interface ContentProgram {
  readonly language: ContentLanguage | undefined;
  /** Version of the `opentelemetry-util-genai` that its Python has; undefined for none. */
  readonly utilGenAi: string | undefined;
}

/** The variables of every library; where libraries want the same one, that of the program's language has it, else Python's. */
export function allContentVariables({ language, utilGenAi }: ContentProgram): Readonly<Record<string, string>> {
  const python: ContentLibraryId = readsModes(utilGenAi) ? 'genAiPython' : 'genAiPythonBefore1';
  const wanted = CONTENT_LIBRARIES.filter(({ id }) => id !== 'genAiPython' && id !== 'genAiPythonBefore1');
  const own = wanted.filter((library) => language !== undefined && library.language === language);
  const last = language === 'python' ? [] : own.map(({ id }) => id);
  return contentVariables([...wanted.map(({ id }) => id), python, ...last]);
}

/** Whether instrumentations read the names of modes, and not `true`. */
function readsModes(utilGenAi: string | undefined): boolean {
  return utilGenAi !== undefined && !/^0\./.test(utilGenAi);
}
