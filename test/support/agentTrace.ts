import { spanIdAt, START_MS, TRACE_ID, tracesRequest, type AttributeInput, type SpanInput } from './otlpBytes.ts';

/** Message of the OTel GenAI conventions. */
interface Message {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly parts: readonly Readonly<Record<string, unknown>>[];
}

const said = (role: Message['role'], content: string): Message => ({ role, parts: [{ type: 'text', content }] });

interface ToolRun {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly result: unknown;
  /** What the tool's own span received, when it is not what was asked for. */
  readonly received?: Readonly<Record<string, unknown>>;
  readonly error?: boolean;
}

/** The account that the refund went to, and that is not the customer's. */
export const WRONG_ACCOUNT = 'DE02120300000000202051';

const number = { type: 'number' };
const text = { type: 'string' };
const tool = (name: string, properties: Readonly<Record<string, unknown>>, required: readonly string[]) => ({
  type: 'function',
  name,
  parameters: { type: 'object', properties, required, additionalProperties: false },
});

const TOOLS = [
  tool('find_customer', { email: text }, ['email']),
  tool('list_orders', { customer_id: text }, ['customer_id']),
  tool('get_order', { order_id: text }, ['order_id']),
  tool('search_tickets', { query: text, limit: { type: 'integer', minimum: 1, maximum: 10 } }, ['query']),
  tool('convert', { amount: number, from: text, to: { enum: ['EUR', 'USD'] } }, ['amount', 'from', 'to']),
  tool('create_refund', { order_id: text, amount: number, account: text }, ['order_id', 'amount', 'account']),
  tool('send_mail', { to: text, subject: text }, ['to', 'subject']),
];

/** Draws an agent's trace, call by call. */
class AgentDrawing {
  readonly spans: SpanInput[] = [];
  #ms = 0;
  #calls = 0;

  /** A span around what `draw` draws; answers its id. */
  around(
    name: string,
    parent: string,
    attributes: Readonly<Record<string, AttributeInput>>,
    draw: (id: string) => void,
  ): void {
    const place = this.spans.length;
    const id = spanIdAt(place + 1);
    this.spans.push({});
    const start = this.#ms;
    this.#ms += 1;
    draw(id);
    this.#ms += 1;
    this.spans[place] = this.#span(id, parent, name, start, this.#ms, attributes);
  }

  /** A chat call, and the tools it asks for, each with a span of its own unless `spans` is false. */
  turn(
    parent: string,
    agent: string,
    history: Message[],
    answer: string,
    tools: readonly ToolRun[] = [],
    spans = true,
  ): void {
    const requests = tools.map((run) => ({ run, id: `call_${++this.#calls}` }));
    const output: Message = {
      role: 'assistant',
      parts: [
        ...(answer === '' ? [] : [{ type: 'text', content: answer }]),
        ...requests.map(({ run, id }) => ({ type: 'tool_call', id, name: run.name, arguments: run.arguments })),
      ],
    };
    const chars = JSON.stringify(history).length;
    const start = this.#ms;
    this.#ms += 40;
    this.#add(parent, 'chat gpt-5-mini', start, {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-5-mini',
      'gen_ai.agent.name': agent,
      'gen_ai.conversation.id': `thread-${agent}`,
      'gen_ai.tool.definitions': JSON.stringify(TOOLS),
      'gen_ai.input.messages': JSON.stringify(history),
      'gen_ai.output.messages': JSON.stringify([{ ...output, finish_reason: tools.length > 0 ? 'tool_call' : 'stop' }]),
      'gen_ai.usage.input_tokens': Math.round(chars / 4) + 300,
      'gen_ai.usage.output_tokens': 20,
      'gen_ai.usage.cache_read.input_tokens': history.length > 2 ? Math.round((chars / 4 + 300) * 0.7) : 0,
    });
    history.push(output);
    for (const { run, id } of requests) {
      const begin = this.#ms;
      this.#ms += 15;
      if (spans) {
        this.#add(
          parent,
          `execute_tool ${run.name}`,
          begin,
          {
            'gen_ai.operation.name': 'execute_tool',
            'gen_ai.tool.name': run.name,
            'gen_ai.tool.call.id': id,
            'gen_ai.tool.call.arguments': JSON.stringify(run.received ?? run.arguments),
            'gen_ai.tool.call.result': JSON.stringify(run.result),
          },
          run.error === true,
        );
      }
      history.push({ role: 'tool', parts: [{ type: 'tool_call_response', id, response: run.result }] });
    }
  }

  #add(
    parent: string,
    name: string,
    startMs: number,
    attributes: Readonly<Record<string, AttributeInput>>,
    error = false,
  ): void {
    this.spans.push(this.#span(spanIdAt(this.spans.length + 1), parent, name, startMs, this.#ms, attributes, error));
  }

  #span(
    spanId: string,
    parentSpanId: string,
    name: string,
    startMs: number,
    endMs: number,
    attributes: Readonly<Record<string, AttributeInput>>,
    error = false,
  ): SpanInput {
    const at = (ms: number): bigint => BigInt(START_MS + ms) * 1_000_000n;
    return {
      traceId: TRACE_ID,
      spanId,
      ...(parentSpanId === '' ? {} : { parentSpanId }),
      name,
      kind: 1,
      startNs: at(startMs),
      endNs: at(endMs),
      attributes,
      ...(error ? { status: { code: 2, message: 'the mail server refused' } } : {}),
    };
  }
}

/**
 * The export of an agent's trace of 30 steps (16 model calls, 14 tools, one of them without a span): a support agent and its
 * researcher. It refunds an order to an account that it took from an old ticket, which a search returned as JSON in a text.
 */
export function agentTrace(): Uint8Array<ArrayBuffer> {
  const drawing = new AgentDrawing();
  const agent = (name: string) => ({ 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': name });
  drawing.around('POST /support', '', { 'http.route': '/support' }, (root) => {
    drawing.around('invoke_agent support', root, agent('support'), (support) => {
      const history: Message[] = [
        said('system', 'You are the support agent of a shop. Refund only to the account of the customer.'),
        said('user', 'Hello, ana.perez@example.com here. Please refund my last order, it arrived broken.'),
      ];
      const turn = (answer: string, tools: readonly ToolRun[] = [], spans = true): void =>
        drawing.turn(support, 'support', history, answer, tools, spans);
      turn('I look you up first.', [
        {
          name: 'find_customer',
          arguments: { email: 'ana.perez@example.com' },
          result: { id: 'C-1042', name: 'Ana P\u00e9rez', tier: 'gold' },
        },
      ]);
      turn('', [
        {
          name: 'list_orders',
          arguments: { customer_id: 'C-1042' },
          result: {
            orders: [
              { id: 'A-7731', total: 129.5 },
              { id: 'A-7702', total: 18 },
            ],
          },
        },
      ]);
      turn('', [
        {
          name: 'get_order',
          arguments: { order_id: 'A-7731' },
          result: { id: 'A-7731', total: 129.5, currency: 'USD', paid_by: 'transfer' },
        },
      ]);
      turn('I ask the researcher for the account.');
      history.push(said('user', '(researcher) working'));
      drawing.around('invoke_agent researcher', support, agent('researcher'), (researcher) => {
        const own: Message[] = [
          said('system', 'You search the tickets of the shop.'),
          said('user', 'Which bank account belongs to Ana P\u00e9rez, C-1042?'),
        ];
        const look = (answer: string, tools: readonly ToolRun[] = []): void =>
          drawing.turn(researcher, 'researcher', own, answer, tools);
        look('', [{ name: 'search_tickets', arguments: { query: 'C-1042 account', limit: 5 }, result: { hits: [] } }]);
        look('', [
          {
            name: 'search_tickets',
            arguments: { query: 'Ana P\u00e9rez', limit: 50 },
            result: { hits: [{ id: 'T-9', text: 'Greeting card' }] },
          },
        ]);
        look('', [
          {
            name: 'search_tickets',
            arguments: { query: 'P\u00e9rez IBAN', limit: 5 },
            // JSON in a text, as a store of tickets keeps it: of another Ana.
            result: {
              hits: [
                { id: 'T-311', payload: JSON.stringify({ customer: 'Ana Perez Ruiz', bank: { iban: WRONG_ACCOUNT } }) },
              ],
            },
          },
        ]);
        look(`The account is ${WRONG_ACCOUNT}.`);
      });
      history.push(said('user', `(researcher) The account is ${WRONG_ACCOUNT}.`));
      turn('', [{ name: 'convert', arguments: { amount: 129.5, from: 'USD', to: 'EUR' }, result: { amount: 119.2 } }]);
      turn('', [
        { name: 'get_order', arguments: { order_id: 'A-7702' }, result: { id: 'A-7702', total: 18, currency: 'EUR' } },
        {
          name: 'list_orders',
          arguments: { customer_id: 'C-1042' },
          result: { orders: [{ id: 'A-7731' }, { id: 'A-7702' }] },
        },
      ]);
      turn('', [
        {
          name: 'search_tickets',
          arguments: { query: 'A-7731 broken' },
          result: { hits: [{ id: 'T-400', text: 'Arrived broken' }] },
        },
      ]);
      turn('', [
        {
          name: 'create_refund',
          arguments: { order_id: 'A-7731', amount: 119.2, account: WRONG_ACCOUNT },
          received: { order_id: 'A-7731', amount: 119, account: WRONG_ACCOUNT },
          result: { refund: 'R-55', state: 'booked' },
        },
      ]);
      turn('', [
        {
          name: 'send_mail',
          arguments: { to: 'ana.perez@example.com', subject: 'Refund R-55' },
          result: { error: 'refused' },
          error: true,
        },
      ]);
      turn('', [
        {
          name: 'send_mail',
          arguments: { to: 'ana.perez@example.com', subject: 'Your refund R-55' },
          result: { sent: true },
        },
      ]);
      turn(
        '',
        [{ name: 'get_order', arguments: { order_id: 'A-7731' }, result: { id: 'A-7731', refunded: 119.2 } }],
        false,
      );
      turn('Done: 119.20 EUR are on their way.');
    });
  });
  return tracesRequest(drawing.spans, { service: 'support-agent' });
}
