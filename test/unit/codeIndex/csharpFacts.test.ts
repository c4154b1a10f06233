import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { callsOf, mountsShown, readFactsOf, routesShown, rpcsShown, startsShown } from './readFacts.ts';

const TEXT = `using System.Diagnostics;
namespace Shop.Api;

[ApiController]
[Route("api/[controller]")]
public class ItemsController : ControllerBase
{
    private const string Name = "items.load";
    private static readonly ActivitySource Source = new("Shop.Api");

    [HttpGet("{id:int}", Name = "get")]
    public async Task<IActionResult> Get(int id)
    {
        using var a = Source.StartActivity(Name);
        using (var b = Source?.StartActivity($"load {id} now", ActivityKind.Internal)) { await db.Items.FindAsync(id); }
        return Ok();
    }
    [HttpPost, Authorize]
    public IActionResult Create() { using var a = Source.StartActivity(); return null; }
    [HttpDelete]
    [Route("/gone/[action]")]
    public IActionResult Remove() => null;
    void K() { using var a = Source.StartActivity(ActivityKind.Client); using var q = Source.StartActivity(name: nameof(K), kind: ActivityKind.Client); }
}
public class GreeterService : Greeter.GreeterBase
{
    public override Task<HelloReply> SayHello(HelloRequest request, ServerCallContext context) { return null; }
}
public static class Endpoints
{
    public static void MapUsers(this IEndpointRouteBuilder app) { app.MapGet("/{id}", GetUser); }
    static IResult GetUser(int id) => null;
    static void Main()
    {
        var app = builder.Build();
        app.MapGet("/health", () => "ok");
        var g = app.MapGroup("/v1").WithTags("x");
        var h = g.MapGroup("things");
        h.MapPost("/{id}", (int id) => 1).WithName("q");
        app.MapGroup("/users").MapUsers();
        app.MapMethods("/multi", new[] { "PUT", "PATCH" }, Handlers.Multi);
        app.MapControllers();
    }
}
`;

describe('facts of C#', async () => {
  const facts = await readFactsOf('a.cs', TEXT);

  it('names definitions with what is around them', () => {
    const shown = facts.definitions.map(({ kind, container, name, firstLine, line, endLine }) =>
      [kind, container, name, firstLine, line, endLine].join(' '),
    );
    assert.deepEqual(
      [facts.module, ...shown],
      [
        'Shop.Api',
        'class  ItemsController 4 6 24',
        'method ItemsController Get 11 12 17',
        'method ItemsController Create 18 19 19',
        'method ItemsController Remove 20 22 22',
        'method ItemsController K 23 23 23',
        'class  GreeterService 25 25 28',
        'method GreeterService SayHello 27 27 27',
        'class  Endpoints 29 29 44',
        'method Endpoints MapUsers 31 31 31',
        'method Endpoints GetUser 32 32 32',
        'method Endpoints Main 33 33 43',
      ],
    );
  });

  it('finds what starts spans, with constants, patterns and default names', () => {
    assert.deepEqual(startsShown(facts), [
      '14-17 ItemsController.Get: items.load',
      '15-15 ItemsController.Get: load … now',
      '19-19 ItemsController.Create: Create',
      '23-23 ItemsController.K: K',
      '23-23 ItemsController.K: K',
    ]);
  });

  it('finds routes with the prefixes of groups and classes', () => {
    assert.deepEqual(routesShown(facts), [
      'GET api/Items/{id:int} ItemsController.Get 12',
      'POST api/Items ItemsController.Create 19',
      'DELETE /gone/Remove ItemsController.Remove 22',
      'GET /{id} Endpoints.GetUser 32',
      'GET /health  36',
      'POST /v1/things/{id}  39',
      'PUT /multi → * Multi',
      'PATCH /multi → * Multi',
    ]);
    assert.deepEqual(mountsShown(facts), ['Main: /users → * MapUsers']);
  });

  it('finds procedures', () => {
    assert.deepEqual(rpcsShown(facts), ['Greeter/SayHello GreeterService.SayHello 27']);
  });

  it('lists calls with their function', async () => {
    assert.deepEqual((await callsOf('a.cs', TEXT)).slice(0, 8), [
      'ItemsController.Get: Source.StartActivity 14',
      'ItemsController.Get: Source.StartActivity 15',
      'ItemsController.Get: db.Items.FindAsync 15',
      'ItemsController.Get: Ok 16',
      'ItemsController.Create: Source.StartActivity 19',
      'ItemsController.K: Source.StartActivity 23',
      'ItemsController.K: Source.StartActivity 23',
      'ItemsController.K: nameof 23',
    ]);
  });
});
