// Where each convention keeps what went in and what came out: data only. A new dialect is new rows, at the place in the
// order where its typed form should win over what less specific conventions say on the same span.

/** How a value is read. */
export type Shape =
  /** A list of chat messages, one message, or (when it is neither) a plain value. */
  | 'messages'
  /** The body of a v1.28–1.36 event: one message; `gen_ai.choice` wraps it in `message`. */
  | 'messageBody'
  /** A list of message parts, or a text. */
  | 'parts'
  /** A list of `{id, content, score, …}`. */
  | 'documents'
  /** Flattened `embedding.embeddings.N.embedding`. */
  | 'embeddingText'
  | 'embeddingVector'
  /** Tools the request offers. */
  | 'tools'
  /** `response_format` and its like: the schema the output had to follow. */
  | 'outputSchema'
  /** Named values a prediction was made from. */
  | 'features'
  /** Anything: structure when it can be read as one, text otherwise. */
  | 'value';

/** Event names, each with the role of a message of that event that names none. */
export type EventRoles = Readonly<Record<string, string>>;

/** Where a value stands. */
export type Place =
  | { readonly in: 'span'; readonly key: string }
  /** Attributes flattened below `prefix.N.` */
  | { readonly in: 'flattened'; readonly prefix: string }
  /** All attributes whose keys begin with `prefix.`, as one object. */
  | { readonly in: 'family'; readonly prefix: string }
  /** Span events of these names: the attribute `key`, or when there is none all attributes of the event. */
  | { readonly in: 'event'; readonly events: EventRoles; readonly key: string }
  /** Log records joined to the span with these event names: the attribute `key`, or the body when `key` is empty. */
  | { readonly in: 'log'; readonly events: EventRoles; readonly key: string };

export interface Row {
  readonly place: Place;
  readonly shape: Shape;
  /** What the item is, where the value itself does not say. */
  readonly label: string;
  /** Role of a message that names none. */
  readonly role: string;
}

/** Rows that are read together; of the groups of one side the first that yields anything wins. */
export interface Group {
  readonly dialect: string;
  readonly rows: readonly Row[];
}

const OPERATION_DETAILS: EventRoles = { 'gen_ai.client.inference.operation.details': '' };
const PROMPT_EVENTS: EventRoles = {
  'gen_ai.system.message': 'system',
  'gen_ai.user.message': 'user',
  'gen_ai.assistant.message': 'assistant',
  'gen_ai.tool.message': 'tool',
};
const CHOICE_EVENTS: EventRoles = { 'gen_ai.choice': 'assistant' };

const span = (key: string, shape: Shape, label: string, role = ''): Row => ({
  place: { in: 'span', key },
  shape,
  label,
  role,
});
const flattened = (prefix: string, shape: Shape, label: string, role = ''): Row => ({
  place: { in: 'flattened', prefix },
  shape,
  label,
  role,
});
const family = (prefix: string, label: string): Row => ({
  place: { in: 'family', prefix },
  shape: 'value',
  label,
  role: '',
});
const event = (events: EventRoles, key: string, shape: Shape): Row => ({
  place: { in: 'event', events, key },
  shape,
  label: 'message',
  role: '',
});
const log = (events: EventRoles, key: string, shape: Shape, role = ''): Row => ({
  place: { in: 'log', events, key },
  shape,
  label: 'message',
  role,
});

/** Read in front of the inputs, whatever dialect those are in. */
export const SYSTEM_GROUPS: readonly Group[] = [
  { dialect: 'OTel GenAI 1.37', rows: [span('gen_ai.system_instructions', 'parts', 'message', 'system')] },
  {
    dialect: 'OTel GenAI 1.37 log',
    rows: [log(OPERATION_DETAILS, 'gen_ai.system_instructions', 'parts', 'system')],
  },
];

export const INPUT_GROUPS: readonly Group[] = [
  { dialect: 'OTel GenAI 1.37', rows: [span('gen_ai.input.messages', 'messages', 'message', 'user')] },
  { dialect: 'OTel GenAI 1.37 log', rows: [log(OPERATION_DETAILS, 'gen_ai.input.messages', 'messages', 'user')] },
  { dialect: 'OpenInference', rows: [flattened('llm.input_messages', 'messages', 'message')] },
  { dialect: 'OTel GenAI 1.28 log', rows: [log(PROMPT_EVENTS, '', 'messageBody')] },
  { dialect: 'OTel GenAI 1.28 event', rows: [event(PROMPT_EVENTS, 'gen_ai.event.content', 'messageBody')] },
  { dialect: 'OpenLLMetry', rows: [flattened('gen_ai.prompt', 'messages', 'message')] },
  { dialect: 'OTel GenAI 1.26', rows: [event({ 'gen_ai.content.prompt': 'user' }, 'gen_ai.prompt', 'messages')] },
  { dialect: 'OTel GenAI 1.26 span', rows: [span('gen_ai.prompt', 'messages', 'prompt')] },
  {
    dialect: 'tools',
    rows: [span('gen_ai.tool.call.arguments', 'value', 'arguments'), span('tool.parameters', 'value', 'arguments')],
  },
  { dialect: 'OTel GenAI retrieval', rows: [span('gen_ai.retrieval.query.text', 'value', 'query')] },
  {
    dialect: 'OpenInference reranker',
    rows: [span('reranker.query', 'value', 'query'), flattened('reranker.input_documents', 'documents', 'documents')],
  },
  { dialect: 'OpenInference embedding', rows: [flattened('embedding.embeddings', 'embeddingText', 'text')] },
  { dialect: 'OpenInference completion', rows: [flattened('llm.prompts', 'value', 'prompt')] },
  { dialect: 'OpenLLMetry entity', rows: [span('traceloop.entity.input', 'value', 'input')] },
  { dialect: 'OpenInference value', rows: [span('input.value', 'value', 'input')] },
];

export const OUTPUT_GROUPS: readonly Group[] = [
  { dialect: 'OTel GenAI 1.37', rows: [span('gen_ai.output.messages', 'messages', 'message', 'assistant')] },
  {
    dialect: 'OTel GenAI 1.37 log',
    rows: [log(OPERATION_DETAILS, 'gen_ai.output.messages', 'messages', 'assistant')],
  },
  { dialect: 'OpenInference', rows: [flattened('llm.output_messages', 'messages', 'message')] },
  { dialect: 'OTel GenAI 1.28 log', rows: [log(CHOICE_EVENTS, '', 'messageBody')] },
  {
    dialect: 'OTel GenAI 1.28 event',
    rows: [event(CHOICE_EVENTS, 'gen_ai.event.content', 'messageBody')],
  },
  { dialect: 'OpenLLMetry', rows: [flattened('gen_ai.completion', 'messages', 'message', 'assistant')] },
  {
    dialect: 'OTel GenAI 1.26',
    rows: [event({ 'gen_ai.content.completion': 'assistant' }, 'gen_ai.completion', 'messages')],
  },
  { dialect: 'OTel GenAI 1.26 span', rows: [span('gen_ai.completion', 'messages', 'completion')] },
  { dialect: 'tools', rows: [span('gen_ai.tool.call.result', 'value', 'result')] },
  { dialect: 'OTel GenAI retrieval', rows: [span('gen_ai.retrieval.documents', 'documents', 'documents')] },
  { dialect: 'OpenInference retrieval', rows: [flattened('retrieval.documents', 'documents', 'documents')] },
  { dialect: 'OpenInference reranker', rows: [flattened('reranker.output_documents', 'documents', 'documents')] },
  { dialect: 'OpenInference embedding', rows: [flattened('embedding.embeddings', 'embeddingVector', 'embedding')] },
  { dialect: 'OpenInference completion', rows: [flattened('llm.choices', 'value', 'completion')] },
  { dialect: 'OpenLLMetry entity', rows: [span('traceloop.entity.output', 'value', 'output')] },
  { dialect: 'OpenInference value', rows: [span('output.value', 'value', 'output')] },
];

/** Read behind the inputs, whatever dialect those are in: the tools a request offers, of one dialect. */
export const TOOL_GROUPS: readonly Group[] = [
  { dialect: 'OTel GenAI 1.38', rows: [span('gen_ai.tool.definitions', 'tools', 'tool definition')] },
  { dialect: 'OTel GenAI 1.38 log', rows: [log(OPERATION_DETAILS, 'gen_ai.tool.definitions', 'tools')] },
  { dialect: 'OpenInference', rows: [flattened('llm.tools', 'tools', 'tool definition')] },
  { dialect: 'OpenLLMetry', rows: [flattened('llm.request.functions', 'tools', 'tool definition')] },
  { dialect: 'OpenInference', rows: [span('llm.invocation_parameters', 'tools', 'tool definition')] },
];

export const SCHEMA_GROUPS: readonly Group[] = [
  {
    dialect: 'OpenLLMetry',
    rows: [span('gen_ai.request.structured_output_schema', 'outputSchema', 'output schema')],
  },
  { dialect: 'OpenInference', rows: [span('llm.invocation_parameters', 'outputSchema', 'output schema')] },
];

/** Where the parameters of a request stand: each below a prefix, or as fields of a JSON. */
export type ParameterPlace =
  | { readonly in: 'family'; readonly prefix: string; readonly except: readonly string[] }
  | { readonly in: 'json'; readonly key: string };

export const PARAMETER_PLACES: readonly ParameterPlace[] = [
  { in: 'family', prefix: 'gen_ai.request.', except: ['model', 'structured_output_schema'] },
  { in: 'json', key: 'llm.invocation_parameters' },
  { in: 'json', key: 'embedding.invocation_parameters' },
];

/**
 * Keys of services that follow no convention. `always`: what they name is a model's and is shown beside whatever else
 * the span carries. `otherwise`: bare words, read when no convention gave anything. `last`: words that any web or
 * database span may carry, read when nothing else did and the span is a model call for other reasons.
 */
export interface PlainKeys {
  readonly always: readonly Row[];
  readonly otherwise: readonly Row[];
  readonly last: readonly Row[];
}

export const PLAIN_INPUTS: PlainKeys = {
  always: [
    span('model.input_features', 'features', 'features'),
    span('features.retrieved', 'features', 'features retrieved'),
    span('features.data', 'features', 'features'),
    span('model.input', 'value', 'input'),
    span('input_features', 'features', 'features'),
    span('features', 'features', 'features'),
    family('ml.input', 'input'),
  ],
  otherwise: [
    span('input', 'value', 'input'),
    span('inputs', 'value', 'inputs'),
    span('prompt', 'value', 'prompt'),
    span('question', 'value', 'question'),
    span('user.input', 'value', 'input'),
  ],
  last: [
    span('query', 'value', 'query'),
    span('request.body', 'value', 'request'),
    span('http.request.body', 'value', 'request'),
  ],
};

export const PLAIN_OUTPUTS: PlainKeys = {
  always: [
    span('model.output_prediction', 'value', 'prediction'),
    span('final.output', 'value', 'output'),
    span('model.output', 'value', 'output'),
    span('model.prediction', 'value', 'prediction'),
    span('prediction', 'value', 'prediction'),
    span('predictions', 'value', 'predictions'),
    family('ml.output', 'output'),
  ],
  otherwise: [
    span('output', 'value', 'output'),
    span('outputs', 'value', 'outputs'),
    span('answer', 'value', 'answer'),
  ],
  last: [
    span('result', 'value', 'result'),
    span('response', 'value', 'response'),
    span('response.body', 'value', 'response'),
    span('http.response.body', 'value', 'response'),
  ],
};
