import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CodeTable } from '../../../src/codeIndex/codeTable.ts';
import { lineOf } from './openIndex.ts';
import { readFactsOf } from './readFacts.ts';

type Files = Readonly<Record<string, string>>;

/** Asks each `METHOD template` and expects the first answer at the line of the file that holds the text. */
async function checkRoutes(
  files: Files,
  expected: Readonly<Record<string, readonly [string, string, string]>>,
): Promise<void> {
  const table = new CodeTable();
  for (const [path, text] of Object.entries(files)) table.set(`/ws/${path}`, await readFactsOf(path, text));
  for (const [asked, [path, text, functionName]] of Object.entries(expected)) {
    const [method = '', template = ''] = asked.split(' ');
    const [first] = table.routes(method, template);
    const place = first?.place;
    assert.deepEqual(
      { asked, path: place?.path, line: place?.line, functionName: place?.functionName },
      { asked, path: `/ws/${path}`, line: lineOf(files[path] ?? '', text), functionName },
    );
    assert.equal(first?.whole, true, `${asked} is found whole, as ${first?.template ?? ''}`);
  }
}

async function routesOf(path: string, text: string): Promise<string[]> {
  const { routes } = await readFactsOf(path, text);
  return routes.map(
    ({ method, template, functionName, line }) => `${method} ${template} ${functionName} ${String(line)}`,
  );
}

describe('routes of Python', () => {
  it('joins prefixes of FastAPI routers over files', async () => {
    await checkRoutes(
      {
        'app/main.py': `
from fastapi import FastAPI
from .routers import users, orders as ord
from .routers.items import router as items_router
app = FastAPI()
app.include_router(users.router, prefix="/api")
app.include_router(ord.router, prefix="/orders")
app.include_router(items_router)

@app.get("/health")
async def health():
    return 1
`,
        'app/routers/users.py': `
router = APIRouter(prefix="/users", tags=["a"])
@router.get("")
def list_users(): ...
@router.get("/{user_id}")
@deco
async def get_user(user_id): ...
@router.post(path="/{user_id}/notes")
def add_note(): ...
`,
        'app/routers/orders.py': `
router = APIRouter()
@router.get("/{order_id}")
def get_order(): ...
@router.api_route("/{order_id}/x", methods=["PUT", "PATCH"])
def both(): ...
`,
        'app/routers/items.py': `
PREFIX = "/items"
router = APIRouter(prefix=PREFIX)
@router.delete(f"{PREFIX}/{{id}}")
def gone(): ...
`,
      },
      {
        'GET /health': ['app/main.py', 'async def health', 'health'],
        'GET /api/users': ['app/routers/users.py', 'def list_users', 'list_users'],
        'GET /api/users/{user_id}': ['app/routers/users.py', 'def get_user', 'get_user'],
        'POST /api/users/{user_id}/notes': ['app/routers/users.py', 'def add_note', 'add_note'],
        'GET /orders/{order_id}': ['app/routers/orders.py', 'def get_order', 'get_order'],
        'PATCH /orders/{order_id}/x': ['app/routers/orders.py', 'def both', 'both'],
        'DELETE /items/items/{id}': ['app/routers/items.py', 'def gone', 'gone'],
      },
    );
  });

  it('reads Flask routes, blueprints and views', async () => {
    await checkRoutes(
      {
        'shop.py': `
from .cart import bp as cart_bp
app = Flask(__name__)
from .admin import bp as admin_bp
app.register_blueprint(cart_bp, url_prefix="/cart")
app.register_blueprint(admin_bp, url_prefix="/v2")
@app.route("/items/<int:item_id>")
def item(item_id): ...
@app.route("/items", methods=["GET", "POST"])
def items(): ...
class Stock(MethodView):
    def get(self): ...
    def put(self): ...
app.add_url_rule("/stock", view_func=Stock.as_view("stock"))
app.add_url_rule("/late", "late", item)
`,
        'cart.py': `
bp = Blueprint("cart", __name__)
@bp.post("/add")
def add(): ...
`,
        'admin.py': `
bp = Blueprint("admin", __name__, url_prefix="/admin")
users = Blueprint("users", __name__, url_prefix="/users")
bp.register_blueprint(users)
@bp.get("/stats")
def stats(): ...
@users.get("/<name>")
def user(name): ...
`,
      },
      {
        'GET /items/<int:item_id>': ['shop.py', 'def item(', 'item'],
        'POST /items': ['shop.py', 'def items', 'items'],
        'PUT /stock': ['shop.py', 'def put', 'Stock.put'],
        'GET /late': ['shop.py', 'def item(', 'item'],
        'POST /cart/add': ['cart.py', 'def add', 'add'],
        'GET /v2/stats': ['admin.py', 'def stats', 'stats'],
      },
    );
  });

  it('reads Django patterns, with views and included patterns of other files', async () => {
    await checkRoutes(
      {
        'site/urls.py': `
from django.urls import include, path, re_path
from shop import views
urlpatterns = [
    path("", views.home),
    path("api/", include("shop.urls")),
    re_path(r"^old/(?P<year>[0-9]{4})/$", views.old),
]
`,
        'shop/urls.py': `
from . import views
from .views import Detail
urlpatterns = [path("list/", login_required(views.listing)), path("<int:pk>/", Detail.as_view())]
`,
        'shop/views.py': `
def home(request): ...
def old(request, year): ...
def listing(request): ...
class Detail(View):
    def get(self, request, pk): ...
    def post(self, request, pk): ...
`,
      },
      {
        'GET /': ['shop/views.py', 'def home', 'home'],
        'GET api/list/': ['shop/views.py', 'def listing', 'listing'],
        'POST api/<int:pk>/': ['shop/views.py', 'def post', 'Detail.post'],
        'GET ^old/(?P<year>[0-9]{4})/$': ['shop/views.py', 'def old', 'old'],
      },
    );
  });

  it('reads Starlette routes within mounts', async () => {
    await checkRoutes(
      {
        'app.py': `
async def show(request): ...
class Feed(HTTPEndpoint):
    async def get(self, request): ...
app = Starlette(routes=[
    Mount("/api", routes=[Route("/x/{id:int}", show, methods=["GET"]), Route("/feed", Feed)]),
])
`,
      },
      {
        'GET /api/x/{id:int}': ['app.py', 'def show', 'show'],
        'GET /api/feed': ['app.py', 'async def get', 'Feed.get'],
      },
    );
  });

  it('reads gRPC servicers and Celery tasks', async () => {
    const { rpcs, tasks } = await readFactsOf(
      'a.py',
      `
class Greeter(helloworld_pb2_grpc.GreeterServicer):
    def __init__(self): ...
    def SayHello(self, request, context): ...
@app.task(name="mail.send")
def send(): ...
@shared_task
def tidy(): ...
`,
    );
    assert.deepEqual(
      rpcs.map(({ service, method, line, functionName }) => [service, method, line, functionName]),
      [['Greeter', 'SayHello', 4, 'Greeter.SayHello']],
    );
    assert.deepEqual(
      tasks.map(({ name, line, functionName }) => [name, line, functionName]),
      [
        ['mail.send', 6, 'send'],
        ['', 8, 'tidy'],
      ],
    );
  });

  it('takes no call of another kind for a route', async () => {
    const text = `
x = d.get("/a", None)
requests.get("/b", timeout=1)
path("only one")
@cache.get
def f(): ...
os.path("/x", y)
register("/y", z)
# app.include_router(
`;
    assert.deepEqual(await routesOf('a.py', text), []);
  });
});

describe('routes of TypeScript and JavaScript', () => {
  it('joins prefixes of Express routers over files', async () => {
    await checkRoutes(
      {
        'src/app.ts': `
import express from 'express';
import users, { admin as boss } from './routes/users.js';
import * as ctrl from './ctrl';
const app = express();
app.use('/users', auth, users);
app.use('/admin', boss);
app.use('/legacy', require('./routes/legacy'));
app.get('/health', (req, res) => res.send('ok'));
app.get('/show/:id', auth, ctrl.show);
function local(req, res) {}
app.route('/both').get(local).post(ctrl.save.bind(ctrl));
`,
        'src/routes/users.ts': `
const router = Router();
router.get('/:id', async (req, res) => {
  res.json({});
});
export const admin = Router();
admin.post('/', save);
function save() {}
export default router;
`,
        'src/routes/legacy/index.js': `
const r = express.Router();
r.all('/x', function old() {});
module.exports = r;
`,
        'src/ctrl.ts': `
export async function show() {}
export const save = async () => {};
`,
      },
      {
        'GET /health': ['src/app.ts', '/health', ''],
        'GET /show/:id': ['src/ctrl.ts', 'show', 'show'],
        'GET /both': ['src/app.ts', 'function local', 'local'],
        'POST /both': ['src/ctrl.ts', 'save', 'save'],
        'GET /users/:id': ['src/routes/users.ts', "router.get('/:id'", ''],
        'POST /admin/': ['src/routes/users.ts', 'function save', 'save'],
        'PUT /legacy/x': ['src/routes/legacy/index.js', 'function old', 'old'],
      },
    );
  });

  it('reads Fastify plugins with prefixes, in the file and in others', async () => {
    await checkRoutes(
      {
        'server.ts': `
import { userRoutes } from './users';
fastify.register(userRoutes, { prefix: '/users' });
fastify.register(async (f) => {
  f.get('/in', { schema }, async function inner(req) {});
}, { prefix: '/v1' });
fastify.route({ method: ['PUT', 'PATCH'], url: '/whole/:id', handler: whole });
async function whole() {}
fastify.route({ method: 'GET', url: '/own', async handler(req) {} });
`,
        'users.ts': `
export async function userRoutes(app: FastifyInstance) {
  app.get<{ Params: P }>('/:id', async (request) => 1);
}
`,
      },
      {
        'GET /v1/in': ['server.ts', "f.get('/in'", 'inner'],
        'PATCH /whole/:id': ['server.ts', 'async function whole', 'whole'],
        'GET /own': ['server.ts', "url: '/own'", 'handler'],
        'GET /users/:id': ['users.ts', "('/:id'", ''],
      },
    );
  });

  it('reads Nest controllers', async () => {
    await checkRoutes(
      {
        'cats.controller.ts': `
@Controller('cats')
export class CatsController {
  constructor(private readonly cats: Cats) {}
  @Get()
  findAll() {}
  @Get(':id')
  @HttpCode(200)
  async findOne(@Param('id') id: string) {}
  @Post(['a', 'b'])
  make() {}
  @GrpcMethod('CatService', 'FindCat')
  find() {}
}
@Controller({ path: 'dogs', version: '1' })
class Dogs {
  @All('*')
  any() {}
}
`,
      },
      {
        'GET /cats': ['cats.controller.ts', 'findAll', 'CatsController.findAll'],
        'GET /cats/:id': ['cats.controller.ts', 'findOne', 'CatsController.findOne'],
        'POST /cats/b': ['cats.controller.ts', 'make()', 'CatsController.make'],
        'GET /dogs/*': ['cats.controller.ts', 'any()', 'Dogs.any'],
      },
    );
  });

  it('reads Hono apps and their base paths', async () => {
    await checkRoutes(
      {
        'index.ts': `
import books from './books';
const app = new Hono().basePath('/api');
app.get('/a', (c) => c.text('a')).post('/b', async (c) => c.text('b'));
app.route('/books', books);
`,
        'books.ts': `
const app = new Hono();
app.get('/:id', (c) => c.text('x'));
export default app;
`,
      },
      {
        'GET /api/a': ['index.ts', "get('/a'", ''],
        'POST /api/b': ['index.ts', "post('/b'", ''],
        'GET /api/books/:id': ['books.ts', "'/:id'", ''],
      },
    );
  });

  it('reads the routes that files of Next are', async () => {
    const handlers = `export async function GET() {}\nexport const POST = async () => {};\n`;
    await checkRoutes(
      {
        'app/api/users/[id]/route.ts': handlers,
        'src/app/(shop)/cart/page.tsx': 'const x = 1;\nexport default function CartPage() { return <a />; }\n',
        'pages/api/hello.ts': 'export default function handler(req, res) {}\n',
      },
      {
        'POST /api/users/[id]': ['app/api/users/[id]/route.ts', 'POST', 'POST'],
        'GET /cart': ['src/app/(shop)/cart/page.tsx', 'CartPage', 'CartPage'],
        'GET /api/hello': ['pages/api/hello.ts', 'handler', 'handler'],
      },
    );
  });

  it('takes no call of another kind for a route', async () => {
    const text = `
axios.get('/users', { params });
app.get('setting');
map.get('/x');
request(app).get('/x').expect(200);
app.use(helmet());
app.use('/static', express.static('public'));
cache.delete('a', fn);
`;
    assert.deepEqual(await routesOf('a.ts', text), []);
  });
});
