import type { SourceHints } from '../model/source.ts';
import type { CodeCall } from './codeFacts.ts';
import { statementFit } from './statementFit.ts';

/** One kind of library call: which spans it makes and how the call is written. */
interface CallRule {
  /** Scope names (instrumentations name their library) or values of the system attributes. */
  readonly library: RegExp;
  /** Attributes that say it as well, whatever the scope: `gen_ai.operation.name` is there for any model library. */
  readonly keys?: readonly string[];
  /** Last name of the callee. */
  readonly callee: RegExp;
  /** What stands before it, where the last name alone says too little; the receiver's names or the module. */
  readonly owner?: RegExp;
  /** The call runs a statement of a database: {@link statementFit} tells. */
  readonly statement?: true;
}

const HTTP_VERB =
  /^(?:get|post|put|patch|delete|head|options|request|send|stream|fetch|do|exec|execute|exchange|retrieve)$/i;
const HTTP_OWNER =
  /(?:requests|httpx|aiohttp|https?|axios|got|ky|superagent|needle|urllib3?|undici|client|session|reqwest|pool|rest|web|api|agent)\w*$/i;
/**
 * How calls into libraries are written, for spans that the library made. Data, most telling first; a rule that names an
 * owner outdoes one that does not. Names are matched without regard to case and to `_`.
 */
const RULES: readonly CallRule[] = [
  // Models.
  {
    library: /openai|groq|together|deepseek|xai|portkey|azure\.ai/i,
    keys: ['gen_ai.operation.name'],
    owner:
      /(?:completions|responses|embeddings|images|transcriptions|translations|speech|moderations|beta|threads|runs|chat)$/i,
    callee: /^(?:create|parse|stream|generate|edit|retrieve)(?:_and_\w{1,20})?$/i,
  },
  {
    library: /anthropic|claude/i,
    keys: ['gen_ai.operation.name'],
    owner: /(?:messages|completions|batches)$/i,
    callee: /^(?:create|stream|parse|count_?tokens)$/i,
  },
  {
    library: /google|gemini|vertex|genai/i,
    keys: ['gen_ai.operation.name'],
    callee:
      /^(?:generate_?content(?:_?(?:stream|async)){0,2}|send_?message(?:_?(?:stream|async))?|embed_?content|predict|count_?tokens|get_?embeddings)$/i,
  },
  {
    library: /bedrock|aws/i,
    keys: ['gen_ai.operation.name'],
    callee: /^(?:invoke_?model(?:_?with_?response_?stream)?|converse(?:_?stream)?|invoke_?agent)$/i,
  },
  {
    library: /mistral|ollama|cohere|replicate|watsonx|huggingface|transformers|sagemaker|aleph|vllm/i,
    keys: ['gen_ai.operation.name'],
    callee:
      /^(?:chat|a?complete|a?generate(?:_?async)?|embed(?:dings?)?|rerank|stream|run|summarize|text_?generation|feature_?extraction|complete_?async|stream_?async|invoke_?endpoint)$/i,
  },
  {
    library: /litellm/i,
    keys: ['gen_ai.operation.name'],
    callee: /^a?(?:completion|embedding|image_?generation|transcription|rerank|responses)$/i,
  },
  {
    library: /^(?:ai|gen_ai)$|vercel/i,
    keys: ['ai.operationId'],
    callee: /^(?:generate|stream)_?(?:text|object|ui)$|^embed(?:_?many)?$|^rerank$|^tool_?loop_?agent$/i,
  },
  {
    library:
      /langchain|langgraph|llama_?index|haystack|crewai|agno|dspy|smolagents|openai.agents|pydantic.ai|semantickernel|extensions\.ai|spring|autogen|guidance|instructor/i,
    keys: ['gen_ai.operation.name', 'openinference.span.kind', 'traceloop.span.kind'],
    callee:
      /^(?:a?invoke|a?stream(?:_?events)?|a?batch|a?run(?:_?sync|_?stream(?:ed)?)?|a?call|a?query|a?chat|a?complete|a?predict|a?generate|a?retrieve|a?synthesize|kickoff(?:_?async)?|a?get_?relevant_?documents|similarity_?search|get_?(?:streaming_?)?(?:chat_?(?:message|response)|response)\w{0,20}|content|entity|prompt|initiate_?chat|a?forward)$/i,
  },
  // Vector stores.
  {
    library: /pinecone|qdrant|chroma|weaviate|milvus|lancedb|marqo|pgvector|elasticsearch|opensearch/i,
    callee:
      /^(?:query|search|upsert|add|insert|fetch|delete|update|get|near_?text|near_?vector|hybrid|scroll|recommend|index|bulk|query_?points|create(?:_?collection)?|list_?collections)$/i,
  },
  // Remote procedures have rules of their own; these are clouds, whose operations are methods.
  {
    library: /boto|aws-?sdk|aws_sdk|awssdk|aws-api|dynamo|smithy/i,
    owner: /client\w*$|^(?:s3|sqs|sns|dynamodb|ddb|lambda|bucket|table|queue)\w*$/i,
    callee: /^send$/i,
  },
  // Messages.
  {
    library: /kafka|confluent/i,
    callee: /^(?:send(?:_?(?:and_?wait|batch|messages?|async))?|produce|publish|write_?messages|emit)$/i,
  },
  {
    library: /pika|amqp|rabbit|aio_?pika|masstransit|nats|pubsub|pub\/sub|servicebus|mqtt|sqs|sns|eventhub/i,
    callee:
      /^(?:basic_?publish|publish(?:_?(?:async|message|with_?context))?|send(?:_?(?:to_?queue|message|messages|async|batch))?|convert_?and_?send|produce|add)$/i,
  },
  { library: /celery/i, callee: /^(?:delay|apply_?async|send_?task|apply)$/i },
  {
    library: /bull|bee-queue|rq\b|dramatiq|arq|taskiq|huey|sidekiq|hangfire/i,
    callee: /^(?:add(?:_?bulk)?|enqueue(?:_?job|_?in|_?at)?|send|kiq|delay|schedule)$/i,
  },
  // Databases.
  {
    library: /redis|valkey|memcache|dragonfly/i,
    callee:
      /^(?:execute(?:_?(?:command|pipeline))?|exec(?:_?(?:pipeline|async))?|pipeline|multi|send_?command|connect)$/i,
  },
  {
    library:
      /sqlalchemy|psycopg|asyncpg|aiopg|sqlite|mysql|mariadb|pymssql|tortoise|peewee|django|dbapi|cassandra|clickhouse|mongo|jdbc|r2dbc|hibernate|gorm|sqlx|otelsql|pgx|diesel|sea_?orm|npgsql|sqlclient|entityframework|dapper|knex|typeorm|sequelize|prisma|mongoose|tedious|oracle|neo4j|couch|duckdb|database|(?:^|[/.-])(?:pg|sql)(?:$|[/.-])|postgres|mssql|drizzle|spanner|bigquery|snowflake/i,
    keys: ['db.system', 'db.system.name'],
    callee: /./,
    statement: true,
  },
  // HTTP.
  { library: /undici|fetch/i, callee: /^(?:fetch|request|stream)$/i },
  { library: /urllib(?!3)/i, callee: /^urlopen$/i },
  {
    library:
      /requests|httpx|aiohttp|urllib3?|undici|fetch|instrumentation-http|nethttp|otelhttp|net\/http|http-?client|okhttp|spring|reqwest|hyper|system\.net\.http|httpclient|http/i,
    keys: ['http.request.method', 'http.method'],
    owner: HTTP_OWNER,
    callee: HTTP_VERB,
  },
  {
    library:
      /requests|httpx|aiohttp|urllib3?|undici|fetch|instrumentation-http|nethttp|otelhttp|net\/http|http-?client|okhttp|spring|reqwest|hyper|system\.net\.http|httpclient|http/i,
    keys: ['http.request.method', 'http.method'],
    callee:
      /^(?:fetch|axios|got|ky|urlopen|urlretrieve|ofetch|new_?call|send_?async|(?:get|post|put|patch|delete)_?(?:async|from_?json_?async|as_?json_?async|string_?async|stream_?async|for_?object|for_?entity|byte_?array_?async)|exchange|body_?to_?(?:mono|flux)|retrieve|do|open_?connection|get_?input_?stream|get_?response_?code)$/i,
  },
  // The rest of what instrumentations watch.
  { library: /graphql/i, callee: /^(?:graphql|execute|parse|validate|query|mutate|subscribe|request)$/i },
  { library: /jinja/i, callee: /^(?:render(?:_?(?:async|template\w{0,20}))?|template_?response|get_?template)$/i },
  { library: /threading|asyncio/i, callee: /^(?:start|submit|gather|create_?task|to_?thread|run)$/i },
];

/** Attributes whose value names the operation; with the span's name, where a callee's own name may stand. */
const OPERATION_KEYS = [
  'rpc.method',
  'db.operation.name',
  'db.operation',
  'gen_ai.operation.name',
  'messaging.operation.name',
  'messaging.operation',
  'ai.operationId',
] as const;

/** Attributes whose value may stand in the call: written there, it tells equal calls apart. */
const WRITTEN_KEYS = [
  'gen_ai.request.model',
  'messaging.destination.name',
  'db.collection.name',
  'celery.task_name',
  'ai.telemetry.functionId',
] as const;

const SYSTEM_KEYS = [
  'gen_ai.provider.name',
  'gen_ai.system',
  'db.system.name',
  'db.system',
  'messaging.system',
  'llm.system',
] as const;

/** Names that people give to clients of caches. */
const CACHE_OWNER = /(?:redis|cache|rdb|jedis|valkey|kv|memcache|pipe)\w*\.[^.]*$/i;

/** Modules that only make spans of their own kind, so that `requests.get` is no GET of a cache. */
const FAMILIES: readonly { readonly root: RegExp; readonly spans: RegExp }[] = [
  {
    root: /^(?:requests|httpx|aiohttp|axios|got|superagent|urllib3?|reqwest)\b/,
    spans: /http|requests|urllib|fetch|reqwest/i,
  },
  {
    root: /^(?:openai|anthropic|cohere|genai|ollama|litellm)\b/,
    spans: /http|ai\b|openai|anthropic|cohere|genai|ollama|litellm|azure/i,
  },
  { root: /^Http(?:Request|Client|Response)\b/, spans: /http|spring/i },
  { root: /^(?:redis|memcache)\b/, spans: /redis|memcache|valkey/i },
];

const MAX_NAME = 200;
const REQUEST_NAME = /^(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) +\//;
const VERBS = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options'];

/** Scores from here on: the call says what the span says. Below, it only has a name in common with it. */
export const TELLING = 2;

/**
 * How well a call fits the spans that `hints` describe: 0 not at all, {@link TELLING} and more by what is written there.
 * Made once for a span; `taskFunctions` are the functions of the tasks it may start.
 */
export function callMatcher(hints: SourceHints, taskFunctions: readonly string[]): (call: CodeCall) => number {
  const { attributes = {} } = hints;
  const texts = (keys: readonly string[]): string[] => keys.flatMap((key) => attributes[key] ?? []);
  const library = [hints.scopeName, ...texts(SYSTEM_KEYS)].join(' ').slice(0, 600);
  const procedure = squeeze(lastWord(attributes['rpc.method'] ?? ''));
  const verb = squeeze(attributes['http.request.method'] ?? attributes['http.method'] ?? '');
  const named = RULES.filter(({ library: pattern }) => pattern.test(library));
  const byKey = RULES.filter(({ keys }) => keys?.some((key) => attributes[key] !== undefined) === true);
  const rules = named.length > 0 ? named : byKey;
  // The words of `GET /search http send` name a request, none of them a call.
  const namedBy = REQUEST_NAME.test(hints.spanName) ? [] : [hints.spanName];
  const names = namesOf([...namedBy, ...texts(OPERATION_KEYS)]);
  // A redis span is named after its command, however short.
  const command = hints.spanName.split(/[\s-]/).find((word) => !/redis/i.test(word)) ?? '';
  const isCache = /redis|valkey|memcache/i.test(library);
  if (isCache) names.add(squeeze(command));
  const written = [...texts(WRITTEN_KEYS), ...taskFunctions].filter((text) => text.length > 1);
  // `chat` and `embeddings` stand before the name that both share.
  const model = attributes['gen_ai.operation.name'] ?? '';
  const operation = attributes['db.operation.name'] ?? attributes['db.operation'] ?? hints.spanName;
  const strangers = FAMILIES.filter(({ spans }) => !spans.test(`${library}${verb === '' ? '' : ' http'}`));
  const fit = (call: CodeCall): number => {
    const { callee, argumentText } = call;
    if (strangers.some(({ root }) => root.test(callee))) return 0;
    const [, owner = '', last = ''] = /^(?:(.*?)(?:\.|::))?([^.:]*)$/s.exec(callee) ?? [];
    const plain = squeeze(last);
    const rule = (each: CallRule): number => {
      if (each.statement) return owner === '' ? 0 : statementFit(operation, last, argumentText);
      if (!each.callee.test(last) || (each.owner && !each.owner.test(owner))) return 0;
      return each.owner ? 3 : TELLING;
    };
    if (procedure !== '') {
      if (plain === procedure || plain === `${procedure}async`) return 3;
      return Math.min(TELLING, Math.max(0, ...named.filter((each) => each.owner).map(rule)));
    }
    const best = Math.max(0, ...rules.map(rule));
    if (verb !== '') return best === 0 ? 0 : verbFit(plain, verb, argumentText);
    const name = names.has(plain) && (best > 0 || owner !== '');
    if (name && !rules.some((each) => each.statement)) return 3;
    if (best > 0 || rules === byKey) return best;
    return byKey.some((each) => rule(each) > 0) ? 1 : 0;
  };
  return (call) => {
    const score = fit(call);
    if (score === 0) return 0;
    const said = written.some((text) => call.callee.includes(text) || call.argumentText.includes(text));
    const cache = isCache && CACHE_OWNER.test(call.callee) ? 0.25 : 0;
    return score + cache + (said ? 0.5 : 0) + (model !== '' && call.callee.includes(model) ? 0.25 : 0);
  };
}

/** Names of the operation as one word and word by word. */
function namesOf(texts: readonly string[]): Set<string> {
  const words = texts.flatMap((text) => [text.slice(0, MAX_NAME), ...text.slice(0, MAX_NAME).split(/[^\w]+/)]);
  return new Set(words.map(squeeze).filter((name) => name.length >= 3));
}

/** `requests.get` for a GET says more than `client.send`; `client.post` is not where a GET comes from. */
function verbFit(plain: string, verb: string, argumentText: string): number {
  const own = VERBS.find(
    (each) => plain === each || (plain.startsWith(each) && /(?:async|for(?:object|entity))$/.test(plain)),
  );
  if (own !== undefined) return own === verb ? 3 : 0;
  const said = /["'`](GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)["'`]/i.exec(argumentText)?.[1]?.toLowerCase();
  if (said !== undefined) return said === verb ? 3 : 0;
  return TELLING + (verb === 'get' && /^(?:fetch|urlopen|got|axios)$/.test(plain) ? 0.4 : 0);
}

/** `Predict` of `pkg.Service/Predict`. */
function lastWord(name: string): string {
  return /[^/.]*$/.exec(name.slice(-MAX_NAME))?.[0] ?? '';
}

/** Without `_` and case: `generate_content` and `generateContent` are one name. */
function squeeze(name: string): string {
  return name.slice(0, MAX_NAME).replaceAll('_', '').toLowerCase();
}
