import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { callsOf, mountsShown, readFactsOf, routesShown, rpcsShown, startsShown } from './readFacts.ts';

const TEXT = `use axum::{routing::{get, post}, Router};
const NAME: &str = "load items";

mod handlers {
    #[tracing::instrument(name = "show item", skip(db))]
    pub async fn show(db: Db) {}
    #[instrument]
    pub async fn save() { let s = info_span!("inner step", id = 1); let _g = s.enter(); }
    #[instrument(skip_all, fields(otel.name = "x"))]
    pub async fn third() {}
}
struct Store;
impl<T> Store<T> {
    #[instrument(err)]
    async fn load(&self, id: u32) -> Result<(), Error> {
        sqlx::query("select").fetch_one(&self.pool).await?;
        span!(Level::INFO, "lvl span").in_scope(|| 1);
        info_span!(target: "tgt", "after target");
        let x = tracer.start(NAME);
        tracer.in_span("in it", |cx| {});
    }
}
fn app() -> Router {
    let api = Router::new()
        .route("/items/{id}", get(handlers::show).delete(gone))
        .route("/items", post(handlers::save));
    Router::new().nest("/api", api).nest("/users", users::router()).route("/health", get(|| async { "ok" })).merge(other())
}
async fn gone() {}
fn other() -> Router { Router::new().route("/other", axum::routing::get(gone)) }

#[get("/act/{id}")]
async fn act(path: web::Path<u32>) -> impl Responder { }
#[post("/in")]
async fn inside() {}
fn cfg(c: &mut web::ServiceConfig) { c.service(inside).route("/late", web::get().to(gone)); }
fn main() {
    App::new().service(act).service(web::scope("/scoped").service(inside).route("/r", web::post().to(gone))).configure(cfg)
       .service(web::resource("/res/{x}").route(web::get().to(gone)));
}
#[tonic::async_trait]
impl Greeter for MyGreeter {
    async fn say_hello(&self, r: Request<HelloRequest>) -> Result<Response<HelloReply>, Status> { }
}
`;

describe('facts of Rust', async () => {
  const facts = await readFactsOf('a.rs', TEXT);

  it('names definitions with what is around them', () => {
    const shown = facts.definitions.map(({ kind, container, name, firstLine, line, endLine }) =>
      [kind, container, name, firstLine, line, endLine].join(' '),
    );
    assert.deepEqual(
      [facts.module, ...shown],
      [
        '',
        'function handlers show 5 6 6',
        'function handlers save 7 8 8',
        'function handlers third 9 10 10',
        'class  Store 12 12 12',
        'method Store load 14 15 21',
        'function  app 23 23 28',
        'function  gone 29 29 29',
        'function  other 30 30 30',
        'function  act 32 33 33',
        'function  inside 34 35 35',
        'function  cfg 36 36 36',
        'function  main 37 37 40',
        'method MyGreeter say_hello 43 43 43',
      ],
    );
  });

  it('finds what starts spans, with constants, patterns and default names', () => {
    assert.deepEqual(startsShown(facts), [
      '5-6 show: show item',
      '7-8 save: save',
      '8-8 save: inner step',
      '9-10 third: third',
      '14-21 Store.load: load',
      '17-21 Store.load: lvl span',
      '18-21 Store.load: after target',
      '19-21 Store.load: load items',
      '20-21 Store.load: in it',
    ]);
  });

  it('finds routes with the prefixes of groups and classes', () => {
    assert.deepEqual(routesShown(facts), [
      'GET /items/{id} show 6',
      'POST /items save 8',
      'GET /health  27',
      'DELETE /items/{id} gone 29',
      'GET /other gone 29',
      'GET /late gone 29',
      'POST /scoped/r gone 29',
      'GET /res/{x} gone 29',
      'GET /act/{id} act 33',
      'POST /in inside 35',
    ]);
    assert.deepEqual(mountsShown(facts), [
      'app: /api →  api',
      'app: /users → users router',
      'app:  →  other',
      'cfg:  →  inside',
      'main:  →  act',
      'main: /scoped →  inside',
      'main:  →  cfg',
    ]);
  });

  it('finds procedures', () => {
    assert.deepEqual(rpcsShown(facts), ['Greeter/say_hello MyGreeter.say_hello 43']);
  });

  it('lists calls with their function', async () => {
    assert.deepEqual((await callsOf('a.rs', TEXT)).slice(0, 8), [
      'save: s.enter 8',
      'Store.load: sqlx::query 16',
      'Store.load: sqlx::query.fetch_one 16',
      'Store.load: span.in_scope 17',
      'Store.load: tracer.start 19',
      'Store.load: tracer.in_span 20',
      'app: Router::new 24',
      'app: Router::new.route 25',
    ]);
  });
});
