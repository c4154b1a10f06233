import type { Dialect } from './dialect.ts';
import { GENKIT, GOOGLE_ADK, LIVE_KIT } from './dialects/agentKits.ts';
import { ANTHROPIC_SDK } from './dialects/anthropicSdk.ts';
import { CODING_AGENTS } from './dialects/codingAgents.ts';
import { LANGFUSE } from './dialects/langfuse.ts';
import { LANG_SMITH } from './dialects/langSmith.ts';
import { LITE_LLM } from './dialects/liteLlm.ts';
import { MLFLOW } from './dialects/mlflow.ts';
import { OPEN_INFERENCE } from './dialects/openInference.ts';
import { OPEN_LLMETRY } from './dialects/openLlmetry.ts';
import { OTEL_GEN_AI } from './dialects/otelGenAi.ts';
import { OTEL_GEN_AI_126 } from './dialects/otelGenAi126.ts';
import { OTEL_GEN_AI_128 } from './dialects/otelGenAi128.ts';
import { PLAIN_ML } from './dialects/plainMl.ts';
import { PYDANTIC_AI } from './dialects/pydanticAi.ts';
import { SEMANTIC_KERNEL } from './dialects/semanticKernel.ts';
import { LLM_SERVERS, TGI, TRITON } from './dialects/servingEngines.ts';
import { SPRING_AI } from './dialects/springAi.ts';
import { TRACED_CALLS } from './dialects/tracedCalls.ts';
import { VERCEL_AI } from './dialects/vercelAi.ts';

/** Every dialect that is read. Where two have something of one span, the one that stands first wins. */
export const DIALECTS: readonly Dialect[] = [
  OTEL_GEN_AI,
  LANGFUSE,
  OPEN_INFERENCE,
  OTEL_GEN_AI_128,
  OPEN_LLMETRY,
  VERCEL_AI,
  OTEL_GEN_AI_126,
  PYDANTIC_AI,
  GOOGLE_ADK,
  GENKIT,
  LIVE_KIT,
  MLFLOW,
  LANG_SMITH,
  ANTHROPIC_SDK,
  SPRING_AI,
  SEMANTIC_KERNEL,
  LITE_LLM,
  CODING_AGENTS,
  LLM_SERVERS,
  TGI,
  TRITON,
  TRACED_CALLS,
  PLAIN_ML,
];
