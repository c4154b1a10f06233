import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { callsOf, mountsShown, readFactsOf, routesShown, rpcsShown, startsShown } from './readFacts.ts';

const TEXT = `package com.shop.api;

@RestController
@RequestMapping("/api/items")
public class ItemController {
    private static final String NAME = "items.load";
    @GetMapping("/{id}")
    public Item get(@PathVariable long id) {
        Span span = tracer.spanBuilder(NAME).startSpan();
        try (Scope s = span.makeCurrent()) { return repo.findById(id).orElseThrow(); }
    }
    @PostMapping
    public Item create(@RequestBody Item item) { return new Item(item); }
    @RequestMapping(path = {"/a", "/b"}, method = {RequestMethod.PUT, RequestMethod.PATCH})
    Item both() { return null; }
    @WithSpan
    void plain() {}
    @WithSpan("named.span")
    void named(@SpanAttribute("x") int x) {}
    @Observed(name = "obs", contextualName = "ctx-name")
    void obs() { observation = Observation.createNotStarted("o.n", reg); }
}
@FeignClient("other") interface Other { @GetMapping("/other/{x}") String x(); }
@Path("/v2")
class Res {
    @GET @Path("things/{id: [0-9]+}") public Response thing() { return null; }
    @POST public Response make() { return null; }
}
class GreeterImpl extends GreeterGrpc.GreeterImplBase {
    @Override
    public void sayHello(HelloRequest r, StreamObserver<HelloReply> o) { }
    private void helper() {}
}
class Routes {
    RouterFunction<?> r(H h) { return route(GET("/fn/{id}"), h::show).andRoute(POST("/fn"), h::save); }
    void j() { app.get("/jav/{id}", ctx -> ctx.result("x")); route().GET("/b", h::show).build(); }
}
class H { Object show() { return null; } Object save() { return null; } }
`;

describe('facts of Java', async () => {
  const facts = await readFactsOf('A.java', TEXT);

  it('names definitions with what is around them', () => {
    const shown = facts.definitions.map(({ kind, container, name, firstLine, line, endLine }) =>
      [kind, container, name, firstLine, line, endLine].join(' '),
    );
    assert.deepEqual(
      [facts.module, ...shown],
      [
        'com.shop.api',
        'class  ItemController 3 5 22',
        'method ItemController get 7 8 11',
        'method ItemController create 12 13 13',
        'method ItemController both 14 15 15',
        'method ItemController plain 16 17 17',
        'method ItemController named 18 19 19',
        'method ItemController obs 20 21 21',
        'class  Other 23 23 23',
        'method Other x 23 23 23',
        'class  Res 24 25 28',
        'method Res thing 26 26 26',
        'method Res make 27 27 27',
        'class  GreeterImpl 29 29 33',
        'method GreeterImpl sayHello 30 31 31',
        'method GreeterImpl helper 32 32 32',
        'class  Routes 34 34 37',
        'method Routes r 35 35 35',
        'method Routes j 36 36 36',
        'class  H 38 38 38',
        'method H show 38 38 38',
        'method H save 38 38 38',
      ],
    );
  });

  it('finds what starts spans, with constants, patterns and default names', () => {
    assert.deepEqual(startsShown(facts), [
      '9-11 ItemController.get: items.load',
      '16-17 ItemController.plain: ItemController.plain',
      '18-19 ItemController.named: named.span',
      '20-21 ItemController.obs: obs',
      '20-21 ItemController.obs: ctx-name',
      '21-21 ItemController.obs: o.n',
    ]);
  });

  it('finds routes with the prefixes of groups and classes', () => {
    assert.deepEqual(routesShown(facts), [
      'GET /api/items/{id} ItemController.get 8',
      'POST /api/items ItemController.create 13',
      'PUT /api/items/a ItemController.both 15',
      'PATCH /api/items/a ItemController.both 15',
      'PUT /api/items/b ItemController.both 15',
      'PATCH /api/items/b ItemController.both 15',
      'GET /v2/things/{id: [0-9]+} Res.thing 26',
      'POST /v2 Res.make 27',
      'GET /jav/{id}  36',
      'GET /fn/{id} H.show 38',
      'GET /b H.show 38',
    ]);
    assert.deepEqual(mountsShown(facts), []);
  });

  it('finds procedures', () => {
    assert.deepEqual(rpcsShown(facts), ['Greeter/sayHello GreeterImpl.sayHello 31']);
  });

  it('lists calls with their function', async () => {
    assert.deepEqual((await callsOf('A.java', TEXT)).slice(0, 8), [
      'ItemController.get: tracer.spanBuilder 9',
      'ItemController.get: tracer.spanBuilder.startSpan 9',
      'ItemController.get: span.makeCurrent 10',
      'ItemController.get: repo.findById 10',
      'ItemController.get: repo.findById.orElseThrow 10',
      'ItemController.create: Item 13',
      'ItemController.obs: Observation.createNotStarted 21',
      'Routes.r: route 35',
    ]);
  });
});
