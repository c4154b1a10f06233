import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SourceHints } from '../../../src/core/model/source.ts';
import { hints, lineOf, openIndex, workspaceOf } from './openIndex.ts';

const CLIENT = 3;
const PRODUCER = 4;

type Case = readonly [call: string, more: Partial<SourceHints>];

const http = (method: string, scopeName: string): Partial<SourceHints> => ({
  spanName: method,
  scopeName,
  attributes: { 'http.request.method': method },
});
const sql = (spanName: string, scopeName: string): Partial<SourceHints> => ({
  spanName,
  scopeName,
  attributes: { 'db.system': 'postgresql' },
});
const rpc = (method: string, scopeName: string): Partial<SourceHints> => ({
  spanName: `shop.Stock/${method}`,
  scopeName,
  attributes: { 'rpc.system': 'grpc', 'rpc.service': 'shop.Stock', 'rpc.method': method },
});

const LANGUAGES: readonly { file: string; language: string; source: string; cases: readonly Case[] }[] = [
  {
    file: 'shop/order.go',
    language: 'go',
    source: `package shop

func (s *Shop) Load(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "load")
	defer span.End()
	req, _ := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	res, err := s.client.Do(req)
	rows, err := s.db.QueryContext(ctx, "SELECT id FROM orders")
	_, err = s.db.ExecContext(ctx, "INSERT INTO orders VALUES ($1)", 1)
	v, err := s.rdb.HGet(ctx, "cart", "a").Result()
	level, err := s.stock.GetLevel(ctx, &pb.Sku{})
	err = s.writer.WriteMessages(ctx, kafka.Message{})
	return s.notify(ctx)
}

func (s *Shop) notify(ctx context.Context) error {
	_, err := http.Post(hook, "text/plain", nil)
	return err
}
`,
    cases: [
      ['s.client.Do', http('GET', 'go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp')],
      ['http.Post', http('POST', 'go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp')],
      ['s.db.QueryContext', sql('sql.conn.query', 'github.com/XSAM/otelsql')],
      ['s.db.ExecContext', sql('INSERT orders', 'github.com/exaring/otelpgx')],
      [
        's.rdb.HGet',
        {
          spanName: 'hget',
          scopeName: 'github.com/redis/go-redis/extra/redisotel',
          attributes: { 'db.system': 'redis' },
        },
      ],
      [
        's.stock.GetLevel',
        rpc('GetLevel', 'go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc'),
      ],
      [
        's.writer.WriteMessages',
        {
          spanName: 'orders publish',
          kind: PRODUCER,
          scopeName: 'kafka-go',
          attributes: { 'messaging.system': 'kafka' },
        },
      ],
    ],
  },
  {
    file: 'src/main/java/shop/Orders.java',
    language: 'java',
    source: `package shop;

public class Orders {
  @WithSpan("load")
  public Order load(long id) {
    var answer = client.send(HttpRequest.newBuilder(uri).GET().build(), BodyHandlers.ofString());
    String body = rest.postForObject(url, order, String.class);
    ResultSet rows = connection.createStatement().executeQuery("SELECT 1");
    orders.save(new Order(id));
    Level level = stub.getLevel(request);
    kafka.send(new ProducerRecord<>("orders", "x"));
    return jedis.get("key");
  }
}
`,
    cases: [
      ['client.send', http('GET', 'io.opentelemetry.java-http-client')],
      ['rest.postForObject', http('POST', 'io.opentelemetry.spring-web-3.1')],
      ['executeQuery', sql('SELECT shop', 'io.opentelemetry.jdbc')],
      ['orders.save', sql('INSERT shop.orders', 'io.opentelemetry.jdbc')],
      ['stub.getLevel', rpc('GetLevel', 'io.opentelemetry.grpc-1.6')],
      [
        'kafka.send',
        {
          spanName: 'orders publish',
          kind: PRODUCER,
          scopeName: 'io.opentelemetry.kafka-clients-0.11',
          attributes: { 'messaging.system': 'kafka', 'messaging.destination.name': 'orders' },
        },
      ],
      ['jedis.get', { spanName: 'GET', scopeName: 'io.opentelemetry.jedis-4.0', attributes: { 'db.system': 'redis' } }],
    ],
  },
  {
    file: 'src/orders.rs',
    language: 'rust',
    source: `#[tracing::instrument]
pub async fn load(db: &PgPool, client: &reqwest::Client) -> Result<Order> {
    let res = client.get(url).send().await?;
    let row = sqlx::query("SELECT id FROM orders").fetch_one(db).await?;
    let level = stock.get_level(Sku { id }).await?;
    Ok(row)
}
`,
    cases: [
      ['client.get', http('GET', 'reqwest-tracing')],
      ['sqlx::query', sql('SELECT', 'sqlx')],
      ['stock.get_level', rpc('GetLevel', 'tonic')],
    ],
  },
  {
    file: 'Orders.cs',
    language: 'dotnet',
    source: `namespace Shop;

public class Orders
{
    public async Task<Order> Load(int id)
    {
        using var activity = Source.StartActivity("load");
        var answer = await http.GetStringAsync(url);
        await http.PostAsJsonAsync(url, id);
        var order = await db.Orders.FirstOrDefaultAsync(o => o.Id == id);
        await db.SaveChangesAsync();
        var level = await stock.GetLevelAsync(new Sku());
        return order;
    }
}
`,
    cases: [
      ['http.GetStringAsync', http('GET', 'System.Net.Http')],
      ['http.PostAsJsonAsync', http('POST', 'System.Net.Http')],
      ['FirstOrDefaultAsync', sql('SELECT', 'OpenTelemetry.Instrumentation.EntityFrameworkCore')],
      ['SaveChangesAsync', sql('UPDATE', 'Npgsql')],
      ['stock.GetLevelAsync', rpc('GetLevel', 'OpenTelemetry.Instrumentation.GrpcNetClient')],
    ],
  },
];

describe('the call of a library in the parent’s function', () => {
  for (const { file, language, source, cases } of LANGUAGES) {
    for (const [call, more] of cases) {
      it(`${language}: ${call}`, async (test) => {
        const { index } = openIndex([await workspaceOf(test, { [file]: source })]);
        test.after(() => index.dispose());
        const parent = hints({ spanName: 'load', language });
        const { candidates, ambiguous, tried } = await index.resolve(
          hints({ kind: CLIENT, language, parent, ...more }),
        );
        const found = [candidates[0]?.line, candidates[0]?.evidence.kind, ambiguous];
        assert.deepEqual(found, [lineOf(source, call), 'callSite', false], tried.join('\n'));
      });
    }
  }
});
