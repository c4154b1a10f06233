/**
 * Attribute keys that make a span a model call, a retrieval, a tool call or the like. Bare words such as `input` count:
 * a service that writes them means its data. HTTP bodies, `query`, `result`, `response` and `user.id` do not: any web
 * or database span may carry those.
 */
const EXACT: ReadonlySet<string> = new Set([
  'input.value',
  'output.value',
  'openinference.span.kind',
  'features.data',
  'features.retrieved',
  'features',
  'input_features',
  'final.output',
  'input',
  'inputs',
  'output',
  'outputs',
  'prompt',
  'question',
  'user.input',
  'answer',
  'prediction',
  'predictions',
  'confidence',
  'prediction_confidence',
  'model_name',
  'model_version',
  'modelVersion',
  'tool.parameters',
  'prediction.confidence',
  'model.name',
  'model.version',
  'model.id',
  'model.input',
  'model.input_features',
  'model.output',
  'model.output_prediction',
  'model.prediction',
  'model.confidence',
  'model.score',
]);

/** Families of keys that only such spans carry. */
const FAMILIES =
  /^(?:gen_ai|llm|reranker|embedding|ml\.(?:input|output|model)|traceloop\.entity|retrieval\.documents\.\d+)\./;

/**
 * Whether a span that carries `key` (on itself or on one of its events) is worth reading with `readModelCall`. Cheap:
 * meant to be asked once per interned key.
 */
export function isModelKey(key: string): boolean {
  return EXACT.has(key) || FAMILIES.test(key);
}
