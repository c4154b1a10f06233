import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { callsOf, mountsShown, readFactsOf, routesShown, rpcsShown, startsShown } from './readFacts.ts';

const TEXT = `package shop

import (
	"net/http"
	"example.com/app/handlers"
	v1 "example.com/app/api"
)

const spanName = "cart.load"

type Server struct{ pb.UnimplementedGreeterServer }

func (s *Server) SayHello(ctx context.Context, in *pb.HelloRequest) (*pb.HelloReply, error) {
	ctx, span := s.tracer.Start(ctx, spanName, trace.WithAttributes())
	defer span.End()
	_, sp2 := otel.Tracer("x").Start(ctx, fmt.Sprintf("load %s now", in.Name))
	db.QueryContext(ctx, "select")
	return nil, nil
}

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /items/{id}", getItem)
	mux.Handle("POST /items", otelhttp.NewHandler(http.HandlerFunc(postItem), "create item"))
	mux.HandleFunc("/x/", func(w http.ResponseWriter, r *http.Request) {})
	r := gin.Default()
	api := r.Group("/api")
	api.GET("/users/:id", auth(), s.getUser)
	api.POST("/things", handlers.Make)
	registerOrders(api.Group("/orders"))
	v1.Register(api)
	c := chi.NewRouter()
	c.Route("/articles", func(r chi.Router) {
		r.Get("/", listArticles)
		r.Route("/{id}", func(r chi.Router) { r.Put("/", handlers.Update) })
	})
	c.Mount("/admin", adminRouter())
	g.HandleFunc("/gorilla/{key}", getItem).Methods("GET")
	start(ctx)
	srv.Start()
}
func getItem(w http.ResponseWriter, r *http.Request) {}
func postItem(w http.ResponseWriter, r *http.Request) {}
func listArticles() {}
func (s *Server) getUser(c *gin.Context) {}
func registerOrders(r *gin.RouterGroup) { r.GET("/:id", func(c *gin.Context) {}) }
func adminRouter() http.Handler { r := chi.NewRouter(); r.Get("/stats", listArticles); return r }
`;

describe('facts of Go', async () => {
  const facts = await readFactsOf('a.go', TEXT);

  it('names definitions with what is around them', () => {
    const shown = facts.definitions.map(({ kind, container, name, firstLine, line, endLine }) =>
      [kind, container, name, firstLine, line, endLine].join(' '),
    );
    assert.deepEqual(
      [facts.module, ...shown],
      [
        'shop',
        'class  Server 11 11 11',
        'method Server SayHello 13 13 19',
        'function  main 21 21 41',
        'function  getItem 42 42 42',
        'function  postItem 43 43 43',
        'function  listArticles 44 44 44',
        'method Server getUser 45 45 45',
        'function  registerOrders 46 46 46',
        'function  adminRouter 47 47 47',
      ],
    );
  });

  it('finds what starts spans, with constants, patterns and default names', () => {
    assert.deepEqual(startsShown(facts), [
      '14-19 Server.SayHello: cart.load',
      '16-19 Server.SayHello: load … now',
      '24-41 main: create item',
    ]);
  });

  it('finds routes with the prefixes of groups and classes', () => {
    assert.deepEqual(routesShown(facts), [
      '* /x/  25',
      'POST /api/things → handlers Make',
      'PUT /articles/{id} → handlers Update',
      'GET /items/{id} getItem 42',
      '* /gorilla/{key} getItem 42',
      'POST /items postItem 43',
      'GET /articles listArticles 44',
      'GET /stats listArticles 44',
      'GET /api/users/:id Server.getUser 45',
      'GET /:id  46',
    ]);
    assert.deepEqual(mountsShown(facts), [
      'main: /api/orders →  registerOrders',
      'main: /api → api Register',
      'main: /admin →  adminRouter',
    ]);
  });

  it('finds procedures', () => {
    assert.deepEqual(rpcsShown(facts), ['Greeter/SayHello Server.SayHello 13']);
  });

  it('lists calls with their function', async () => {
    assert.deepEqual((await callsOf('a.go', TEXT)).slice(0, 8), [
      'Server.SayHello: s.tracer.Start 14',
      'Server.SayHello: trace.WithAttributes 14',
      'Server.SayHello: span.End 15',
      'Server.SayHello: otel.Tracer 16',
      'Server.SayHello: otel.Tracer.Start 16',
      'Server.SayHello: fmt.Sprintf 16',
      'Server.SayHello: db.QueryContext 17',
      'main: http.NewServeMux 22',
    ]);
  });
});
