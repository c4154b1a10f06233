/** Families whose values tell how a call ran. Under them, {@link COVERED} is still covered. */
const FAMILIES =
  /^(?:http|server|client|net|network|peer|rpc|messaging|code|thread|service|telemetry|host|os|container|k8s|cloud|deployment|faas|otel|aws|gcp|azure\.(?:resource|core)|error|vcs)\./;

/** Headers, bodies, queries and whole addresses carry what the user's program sends. */
const COVERED =
  /(?:^|\.)(?:headers?|body|query|fragment|full|target|url|text|content|message|payload|parameters?|arguments?|return|statement|value)(?:\.|$)/;

const KEYS: ReadonlySet<string> = new Set([
  'db.system',
  'db.system.name',
  'db.operation',
  'db.operation.name',
  'db.collection.name',
  'db.name',
  'db.namespace',
  'db.response.status_code',
  'exception.type',
  'exception.escaped',
  'llm.model_name',
  'llm.provider',
  'llm.system',
  'llm.request.type',
  'llm.is_streaming',
  'embedding.model_name',
  'model',
  'model.name',
  'model.version',
  'model_name',
  'model_version',
  'openinference.span.kind',
  'traceloop.span.kind',
  'langfuse.observation.type',
  'tool.name',
  'process.pid',
  'process.runtime.name',
  'process.runtime.version',
  'process.executable.name',
  'url.scheme',
  'url.path',
  'url.template',
  'user_agent.name',
  'user_agent.version',
]);

/** Facts of a model call: names, limits and counts. */
const CALL_FACTS =
  /^(?:gen_ai\.(?:operation\.name|system|provider\.name|request\.(?:model|max_tokens|temperature|top_p|top_k|seed|choice\.count|stream|frequency_penalty|presence_penalty|encoding_formats)|response\.(?:model|finish_reasons|id|time_to_first_chunk)|usage\.[\w.]+|token\.type|output\.type|tool\.(?:name|type|call\.id)|agent\.(?:name|id|version)|conversation\.id|data_source\.id)|llm\.token_count\.[\w.]+|llm\.usage\.[\w.]+)$/;

/** Whether the value of an attribute may be shown while content is hidden. */
export function isShownKey(key: string): boolean {
  return KEYS.has(key) || CALL_FACTS.test(key) || (FAMILIES.test(key) && !COVERED.test(key));
}
