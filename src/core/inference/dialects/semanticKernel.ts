import type { Dialect } from '../dialect.ts';

/** Semantic Kernel, Azure AI and Spring AI: OTel GenAI of several generations, each with a switch of its own. */
export const SEMANTIC_KERNEL: Dialect = {
  id: 'semanticKernel',
  name: 'Semantic Kernel and Azure AI',
  settings: [
    {
      scope: /^(?:Microsoft\.SemanticKernel|semantic_kernel)/,
      cure:
        'Set SEMANTICKERNEL_EXPERIMENTAL_GENAI_ENABLE_OTEL_DIAGNOSTICS_SENSITIVE=true where the service starts; Python ' +
        'sends content as log records, which need a log exporter.',
      library: 'semanticKernel',
    },
    {
      scope: /^azure[._]ai/i,
      cure: 'Set AZURE_TRACING_GEN_AI_CONTENT_RECORDING_ENABLED=true where the service starts.',
      library: 'azureAi',
    },
    {
      scope: /^(?:Experimental\.)?Microsoft\.Extensions\.AI/,
      cure: 'Set EnableSensitiveData on UseOpenTelemetry, or OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true.',
      library: 'microsoftAi',
    },
  ],
};
