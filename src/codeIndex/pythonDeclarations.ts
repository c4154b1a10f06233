import type { Node } from '@vscode/tree-sitter-wasm';
import type { CodeReference } from '../core/source/codeFacts.ts';
import { capturesOf, HTTP_VERB, lastNameOf, type DeclarationFile, type DeclarationSyntax } from './declarations.ts';
import { childrenOf } from './syntax.ts';

const ROUTE_CALLS =
  '(include_router|register_blueprint|add_url_rule|add_api_route|add_route|add_resource|mount|register|path|re_path|url|Route|WebSocketRoute|Mount)';
const QUERY = `
(decorated_definition (decorator (call function: (_) @callee arguments: (argument_list) @arguments)) @decorator
  definition: (function_definition name: (identifier) @handler))
(decorated_definition (decorator [(identifier) (attribute)] @callee) @decorator
  definition: (function_definition name: (identifier) @handler))
((call function: [(identifier) @name (attribute attribute: (identifier) @name)] arguments: (argument_list) @arguments) @call
  (#match? @name "^${ROUTE_CALLS}$"))
((assignment left: (_) @target right: (call
  function: [(identifier) @maker (attribute attribute: (identifier) @maker)] arguments: (argument_list) @arguments))
  (#match? @maker "(Router|Blueprint|Namespace)$"))
(class_definition name: (identifier) @class superclasses: (argument_list) @bases)
[(import_statement) (import_from_statement)] @import`;

const VIEW_VERB = /^(?:Web[sS]ocket)?Route$/;

/** FastAPI, Starlette, Flask, Django (also its REST framework), gRPC servicers and Celery tasks. */
export const pythonDeclarations: DeclarationSyntax = {
  mayDeclare:
    /\b(?:include_router|register_blueprint|add_url_rule|add_api_route|add_resource|urlpatterns|Route|Mount|register|shared_task|task)\b|Servicer\b|@[\w.]{1,80}\.(?:get|post|put|patch|delete|head|options|route|api_route|websocket)\s{0,4}\(/,

  read(file) {
    const found = file.matches(QUERY).map(capturesOf);
    const imports = readImports(found.flatMap((nodes) => nodes.get('import')?.text ?? []));
    for (const nodes of found) {
      const [maker, target, list] = [nodes.get('maker'), nodes.get('target'), nodes.get('arguments')];
      if (!maker || !target || !list) continue;
      const { keyword } = argumentsOf(list);
      const prefix = file.textOf(keyword.get('prefix') ?? keyword.get('url_prefix'));
      if (prefix !== undefined) file.prefixOf(lastNameOf(target.text), prefix);
    }
    for (const nodes of found) {
      if (nodes.get('name')?.text === 'Mount') readMount(file, nodes, imports);
    }
    for (const nodes of found) {
      if (nodes.has('decorator')) readDecorator(file, nodes);
      else if (nodes.has('call')) readCall(file, nodes, imports);
      else if (nodes.has('bases')) readServicer(file, nodes);
    }
  },
};

type Nodes = ReadonlyMap<string, Node>;
type Imports = ReadonlyMap<string, CodeReference>;

interface Arguments {
  readonly positional: readonly Node[];
  readonly keyword: ReadonlyMap<string, Node>;
}

function argumentsOf(list: Node | undefined): Arguments {
  const positional: Node[] = [];
  const keyword = new Map<string, Node>();
  for (const argument of list ? childrenOf(list) : []) {
    const value = argument.childForFieldName('value');
    if (argument.type !== 'keyword_argument') positional.push(argument);
    else if (value) keyword.set(argument.childForFieldName('name')?.text ?? '', value);
  }
  return { positional, keyword };
}

function readDecorator(file: DeclarationFile, nodes: Nodes): void {
  const [decorator, callee, handlerName] = [nodes.get('decorator'), nodes.get('callee'), nodes.get('handler')];
  const handler = handlerName && file.around(handlerName.startIndex);
  if (!decorator || !callee || !handler) return;
  const name = lastNameOf(callee.text);
  const { positional, keyword } = argumentsOf(nodes.get('arguments'));
  if (/^(?:shared_)?task$|^periodic_task$/.test(name)) {
    file.addTask(file.textOf(keyword.get('name')) ?? '', handler);
    return;
  }
  const object = callee.childForFieldName('object');
  if (!object || !nodes.has('arguments')) return;
  const router = lastNameOf(object.text);
  let methods: readonly string[];
  if (HTTP_VERB.test(name)) methods = [name];
  else if (/^(?:api_)?route$/.test(name)) methods = methodsOf(file, keyword.get('methods')) ?? ['GET'];
  else if (name === 'websocket') methods = [];
  else return;
  const template = file.textOf(positional[0] ?? keyword.get('path') ?? keyword.get('rule'));
  if (template !== undefined) file.addRoute({ methods, template, router, handler, declaration: decorator });
}

function methodsOf(file: DeclarationFile, list: Node | undefined): string[] | undefined {
  if (!list) return undefined;
  const methods = childrenOf(list).flatMap((item) => file.textOf(item) ?? []);
  return methods.length === 0 ? undefined : methods;
}

/** Starlette's `Mount("/api", routes=[Route(...)])`, or `Mount("/api", app=other)`. */
function readMount(file: DeclarationFile, nodes: Nodes, imports: Imports): void {
  const call = nodes.get('call');
  const { positional, keyword } = argumentsOf(nodes.get('arguments'));
  const prefix = file.textOf(positional[0] ?? keyword.get('path'));
  if (!call || prefix === undefined) return;
  file.prefixWithin(call, prefix);
  const target = referenceOf(positional[1] ?? keyword.get('app') ?? keyword.get('routes'), imports);
  if (target) file.addMount({ prefix, router: '', target });
}

function readCall(file: DeclarationFile, nodes: Nodes, imports: Imports): void {
  const [call, name] = [nodes.get('call'), nodes.get('name')];
  if (!call || !name) return;
  const { positional, keyword } = argumentsOf(nodes.get('arguments'));
  const object = call.childForFieldName('function')?.childForFieldName('object');
  const router = object ? lastNameOf(object.text) : '';
  const [first, second] = positional;
  switch (name.text) {
    case 'include_router':
    case 'register_blueprint': {
      const target = referenceOf(first ?? keyword.get('router') ?? keyword.get('blueprint'), imports);
      const prefix = file.textOf(keyword.get('prefix') ?? keyword.get('url_prefix'));
      // Flask has a prefix that is given here in place of the blueprint's own.
      const instead = name.text === 'register_blueprint' && prefix !== undefined;
      if (target) file.addMount({ prefix: file.prefixBelow(router, prefix ?? ''), router, target, instead });
      return;
    }
    case 'mount': {
      const target = referenceOf(second ?? keyword.get('app'), imports);
      const prefix = file.textOf(first ?? keyword.get('path'));
      if (target && prefix !== undefined) file.addMount({ prefix, router, target });
      return;
    }
    case 'path':
    case 're_path':
    case 'url':
      if (!object && first && second) readDjango(file, call, first, second, imports);
      return;
    case 'register': {
      // Only `router.register("users", UserViewSet)`, of all that registers something.
      const template = file.textOf(first);
      const elsewhere = second && /^\w*(?:View|ViewSet)$/.test(lastNameOf(second.text)) && referenceOf(second, imports);
      if (template === undefined || !elsewhere) return;
      for (const detail of ['', '/{pk}']) {
        file.addRoute({
          methods: [],
          template: template + detail,
          router,
          handler: call,
          elsewhere,
          declaration: call,
        });
      }
      return;
    }
    case 'add_resource':
      for (const path of positional.slice(1)) {
        const template = file.textOf(path);
        if (template !== undefined) addHandled(file, call, template, [], first, router, imports);
      }
      return;
    default: {
      const template = file.textOf(first ?? keyword.get('path') ?? keyword.get('rule'));
      const endpoint =
        keyword.get('view_func') ?? keyword.get('endpoint') ?? (name.text === 'add_url_rule' ? positional[2] : second);
      if (template === undefined || !endpoint) return;
      if (!object && !VIEW_VERB.test(name.text)) return;
      const methods = methodsOf(file, keyword.get('methods')) ?? (name.text === 'WebSocketRoute' ? [] : undefined);
      addHandled(file, call, template, methods ?? (isClass(endpoint) ? [] : ['GET']), endpoint, router, imports);
    }
  }
}

function readDjango(file: DeclarationFile, call: Node, first: Node, view: Node, imports: Imports): void {
  const template = file.textOf(first);
  if (template === undefined) return;
  if (view.type === 'call' && lastNameOf(view.childForFieldName('function')?.text ?? '') === 'include') {
    const [included] = argumentsOf(view.childForFieldName('arguments') ?? undefined).positional;
    const inner = included?.type === 'tuple' ? childrenOf(included)[0] : included;
    const module = file.textOf(inner);
    const target = module === undefined ? referenceOf(inner, imports) : { module, name: '' };
    // Included patterns may hang on no variable: `include([...])`.
    if (inner?.type === 'list') file.prefixWithin(inner, template);
    else if (target) file.addMount({ prefix: template.replace(/^\^/, ''), router: '', target });
    return;
  }
  addHandled(file, call, template, [], view, '', imports);
}

function addHandled(
  file: DeclarationFile,
  call: Node,
  template: string,
  methods: readonly string[],
  endpoint: Node | undefined,
  router: string,
  imports: Imports,
): void {
  const reference = referenceOf(endpoint, imports);
  const own = reference?.module === '' ? file.named(reference.name) : undefined;
  const handler = own && own.kind !== 'class' ? own : call;
  const elsewhere = handler === call ? reference : undefined;
  file.addRoute({ methods, template, router, handler, elsewhere, declaration: call });
}

function isClass(endpoint: Node): boolean {
  return /^[A-Z]/.test(lastNameOf(endpoint.text.replace(/\.as_view\(.*$/s, '')));
}

/** What an expression such as `router`, `views.detail`, `UserView.as_view()` or `login_required(view)` refers to. */
function referenceOf(node: Node | undefined, imports: Imports): CodeReference | undefined {
  if (!node) return undefined;
  if (node.type === 'call') {
    const callee = node.childForFieldName('function');
    if (callee?.childForFieldName('attribute')?.text === 'as_view') {
      return referenceOf(callee.childForFieldName('object') ?? undefined, imports);
    }
    return referenceOf(argumentsOf(node.childForFieldName('arguments') ?? undefined).positional[0], imports);
  }
  if (node.type !== 'identifier' && node.type !== 'attribute') return undefined;
  const [first = '', ...rest] = node.text.replace(/\s/g, '').split('.');
  const imported = imports.get(first);
  if (!imported) return { module: '', name: [first, ...rest].join('.') };
  if (rest.length === 0) return imported;
  const separator = imported.module.endsWith('.') || imported.module === '' ? '' : '.';
  const module = imported.name === '' ? imported.module : `${imported.module}${separator}${imported.name}`;
  return { module: [module, ...rest.slice(0, -1)].join('.'), name: rest.at(-1) ?? '' };
}

/** Local names by import: `from .a import b as c` binds `c` to `b` of `.a`, `import a.b as c` the module itself. */
function readImports(statements: readonly string[]): Imports {
  const imports = new Map<string, CodeReference>();
  for (const statement of statements) {
    const text = statement
      .slice(0, 5_000)
      .replace(/#.*$/gm, '')
      .replace(/[\s\\()]+/g, ' ');
    const from = /^from ?(\S+) import (.*)$/.exec(text);
    for (const item of (from?.[2] ?? text.replace(/^import /, '')).split(',')) {
      const [name = '', alias] = item.trim().split(' as ');
      if (from) imports.set(alias ?? name, { module: from[1] ?? '', name });
      else imports.set(alias ?? name, { module: name, name: '' });
    }
  }
  return imports;
}

function readServicer(file: DeclarationFile, nodes: Nodes): void {
  const [name, bases] = [nodes.get('class'), nodes.get('bases')];
  const service = /(\w+)Servicer\b/.exec(bases?.text.slice(0, 1_000) ?? '')?.[1];
  const scope = name && file.around(name.startIndex);
  if (service === undefined || !scope) return;
  for (const method of file.scopes) {
    const inside = scope.start < method.start && method.end <= scope.end;
    if (inside && method.kind === 'method' && method.owner === scope.name && !method.name.startsWith('_')) {
      file.addRpc(service, method.name, method);
    }
  }
}
