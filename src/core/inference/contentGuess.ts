/*
 * Keys that no table knows. Strong words name a model's content wherever they stand; weak ones may be anybody's, and are
 * offered only on spans that are model calls for other reasons.
 */

/** Names of the semantic conventions and of SDKs, whose words mean something else. */
const NO_CONTENT =
  /^(?:http|url|net|network|server|client|db|rpc|messaging|aws|azure|gcp|k8s|cloud|faas|graphql|exception|error|event|code|thread|process|telemetry|service|otel|session|user|enduser|peer|tls|dns|log|logfire|langsmith|browser|feature_flag|celery|aspnetcore|signalr|gen_ai|llm|openinference|traceloop|ai|mlflow|langfuse|triton|input|output)\./i;
/** Numbers about content, and settings of it. */
const ABOUT =
  /(?:^|[._-])(?:tokens?|count|length|size|len|id|ids|type|mime_type|version|name|model|template|hash|bytes|chars|language|lang|format|cost|price|path|file|url|time|ms|duration|latency|status|code|schema|limit|max|min|enabled|index)$/i;

const STRONG_INPUT =
  /(?:^|[._-])(?:(?:user|system|llm|model|final|full|chat|rag)[._-]?prompt|prompts?|prompt[._-]text|(?:llm|model)[._-](?:inputs?|request|messages?|question|query)|(?:input|chat)[._-]messages|input[._-](?:features?|tensors?)|feature[._-]?(?:vector|values|map|dict))$/i;
const STRONG_OUTPUT =
  /(?:^|[._-])(?:(?:llm|model|ai|assistant)[._-](?:response|output|answer|reply|completion|result|message)|(?:chat|text)[._-]completion|generated[._-](?:text|answer|output)|predict(?:ed|ion)s?(?:[._-](?:label|class|value|probabilit(?:y|ies)|scores?))?|output[._-]tensors?|class[._-]probabilit(?:y|ies))$/i;
const WEAK_INPUT =
  /(?:^|[._-])(?:inputs?|input[._-](?:text|data)|query|question|request|payload|messages?|arguments|args|kwargs|features?|instructions?|context|body|text)$/i;
const WEAK_OUTPUT =
  /(?:^|[._-])(?:outputs?|output[._-](?:text|data)|completions?|answer|response|reply|results?|summary|returns?|label|scores?)$/i;

/** Whether a key that no table knows names a model's content by itself. */
export function looksLikeContent(key: string): boolean {
  return (STRONG_INPUT.test(key) || STRONG_OUTPUT.test(key)) && !NO_CONTENT.test(key) && !ABOUT.test(key);
}

/** Which side of a call a key looks like, on a span that is a model call; undefined when it looks like neither. */
export function guessedSide(key: string): 'input' | 'output' | undefined {
  if (key.length > 200 || NO_CONTENT.test(key) || ABOUT.test(key)) return undefined;
  if (STRONG_OUTPUT.test(key)) return 'output';
  if (STRONG_INPUT.test(key)) return 'input';
  if (WEAK_OUTPUT.test(key)) return 'output';
  return WEAK_INPUT.test(key) ? 'input' : undefined;
}
