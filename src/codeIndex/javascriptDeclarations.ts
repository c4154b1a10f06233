import type { Node } from '@vscode/tree-sitter-wasm';
import type { CodeReference } from '../core/source/codeFacts.ts';
import { capturesOf, HTTP_VERB, lastNameOf, type DeclarationFile, type DeclarationSyntax } from './declarations.ts';
import type { Scope } from './functionRanges.ts';
import { childrenOf, givenTo } from './syntax.ts';

const QUERY = `
((call_expression function: (member_expression object: (_) @object property: (property_identifier) @verb)
  arguments: (arguments) @arguments) @call
  (#match? @verb "^(get|post|put|patch|delete|del|head|options|all|route|use|register|addService)$"))
((variable_declarator name: (identifier) @router value: (call_expression
  function: (member_expression property: (property_identifier) @maker) arguments: (arguments (_) @prefix)))
  (#match? @maker "^(basePath|prefix)$"))
((variable_declarator name: (identifier) @router value: (new_expression
  constructor: (identifier) @maker arguments: (arguments (object) @prefix)))
  (#match? @maker "Router$"))
((variable_declarator name: (identifier) @variable value: [(call_expression) (new_expression) (identifier)]))
((decorator (call_expression function: (identifier) @annotation arguments: (arguments) @arguments)) @decorator
  (#match? @annotation "^(Controller|RestController|JsonController|Get|Post|Put|Patch|Delete|Head|Options|All|GrpcMethod)$"))
(import_statement source: (string) @source) @import
(variable_declarator name: (_) @required value: (call_expression function: (identifier) @require
  arguments: (arguments (string) @source)))`;

const FUNCTION: ReadonlySet<string> = new Set(['arrow_function', 'function_expression', 'generator_function']);
const CAN_HANDLE: ReadonlySet<string> = new Set([
  ...FUNCTION,
  'identifier',
  'member_expression',
  'call_expression',
  'array',
]);

/** Express, Fastify, Hono, Koa's router, Nest controllers and gRPC services. Next's routes are files: nextRoutes.ts. */
export const javascriptDeclarations: DeclarationSyntax = {
  mayDeclare:
    /\.\s{0,40}(?:get|post|put|patch|delete|del|head|options|all|route|use|register|addService)\s{0,4}[(<]|@(?:\w{0,10}Controller|GrpcMethod)\b/,

  read(file) {
    const found = file.matches(QUERY).map(capturesOf);
    const names: Names = {
      imports: readImports(found),
      variables: new Set(found.flatMap((n) => n.get('variable')?.text ?? [])),
      mounted: new Set(),
    };
    for (const nodes of found) {
      const [router, prefix] = [nodes.get('router'), nodes.get('prefix')];
      const text = file.textOf(prefix?.type === 'object' ? valueOf(prefix, 'prefix') : prefix);
      if (router && text !== undefined) file.prefixOf(router.text, text);
    }
    for (const nodes of found) {
      for (const argument of mountedIn(nodes)) names.mounted.add(argument.text);
    }
    for (const nodes of found) {
      const verb = nodes.get('verb')?.text;
      if (verb === 'register' || verb === 'use') readMount(file, nodes, names);
      if (nodes.get('annotation')?.text.endsWith('Controller') === true) readController(file, nodes);
    }
    for (const nodes of found) {
      if (nodes.has('annotation')) readAnnotation(file, nodes);
      else if (nodes.has('verb')) readCall(file, nodes, names);
    }
  },
};

function mountedIn(nodes: Nodes): Node[] {
  const list = nodes.get('arguments');
  const mounts = /^(?:use|register|route)$/.test(nodes.get('verb')?.text ?? '');
  return list && mounts ? childrenOf(list).filter(({ type }) => type === 'identifier') : [];
}

type Nodes = ReadonlyMap<string, Node>;

interface Names {
  readonly imports: ReadonlyMap<string, CodeReference>;
  /** Variables the file makes: what is called on another name is called on a parameter. */
  readonly variables: ReadonlySet<string>;
  /** Those among them that the file mounts; others that a function makes are known by the function. */
  readonly mounted: Set<string>;
}

function readMount(file: DeclarationFile, nodes: Nodes, names: Names): void {
  const [call, list] = [nodes.get('call'), nodes.get('arguments')];
  if (!call || !list) return;
  const all = childrenOf(list);
  const register = nodes.get('verb')?.text === 'register';
  const prefix = register ? file.textOf(valueOf(all[1], 'prefix')) : file.textOf(all[0]);
  if (prefix === undefined || (!register && !prefix.startsWith('/'))) return;
  if (register && all[0] && FUNCTION.has(all[0].type)) file.prefixWithin(all[0], prefix);
  const router = routerOf(file, nodes.get('object'), call, names);
  for (const handler of register ? all.slice(0, 1) : all.slice(1)) {
    const target = referenceOf(handler, names.imports);
    if (target) file.addMount({ prefix: file.prefixBelow(router, prefix), router, target });
  }
}

function readCall(file: DeclarationFile, nodes: Nodes, names: Names): void {
  const [call, object, list] = [nodes.get('call'), nodes.get('object'), nodes.get('arguments')];
  const verb = nodes.get('verb')?.text ?? '';
  if (!call || !object || !list || verb === 'use' || verb === 'register') return;
  const all = childrenOf(list);
  const [first, last] = [all[0], all.at(-1)];
  const router = routerOf(file, object, call, names);
  if (verb === 'addService') {
    readService(file, first, all[1], names);
  } else if (verb === 'route' && first?.type === 'object') {
    const handler = memberOf(first, 'handler');
    const template = file.textOf(valueOf(first, 'url') ?? valueOf(first, 'path'));
    const method = valueOf(first, 'method');
    const methods = (method?.type === 'array' ? childrenOf(method) : [method]).flatMap(
      (node) => file.textOf(node) ?? [],
    );
    if (handler && template !== undefined) addHandled(file, call, { methods, template, router, handler }, names);
  } else if (verb === 'route') {
    const prefix = file.textOf(first);
    const target = all.length === 2 ? referenceOf(last, names.imports) : undefined;
    if (target && prefix !== undefined) file.addMount({ prefix: file.prefixBelow(router, prefix), router, target });
  } else if (last && CAN_HANDLE.has(last.type)) {
    const chained = file.textOf(first) === undefined || all.length === 1 ? chainedRoute(file, object) : undefined;
    const template = chained ?? (all.length > 1 ? file.textOf(first) : undefined);
    if (template === undefined || !/^(?:\/|\*|$)/.test(template)) return;
    const methods = verb === 'all' ? [] : [verb === 'del' ? 'DELETE' : verb];
    addHandled(file, call, { methods, template, router, handler: last }, names);
  }
}

/** The path of `router.route('/x').get(a).post(b)`. */
function chainedRoute(file: DeclarationFile, object: Node): string | undefined {
  let node: Node | null = object;
  for (let depth = 0; depth < 10 && node?.type === 'call_expression'; depth++) {
    const callee: Node | null = node.childForFieldName('function');
    const name = callee?.childForFieldName('property')?.text ?? '';
    if (name === 'route') {
      return file.textOf(givenTo(node)[0]);
    }
    if (!HTTP_VERB.test(name) && name !== 'all') return undefined;
    node = callee?.childForFieldName('object') ?? null;
  }
  return undefined;
}

interface Handled {
  readonly methods: readonly string[];
  readonly template: string;
  readonly router: string;
  readonly handler: Node;
}

function addHandled(file: DeclarationFile, call: Node, { handler, ...route }: Handled, names: Names): void {
  if (FUNCTION.has(handler.type) || handler.type === 'method_definition') {
    file.addRoute({ ...route, handler, declaration: call });
    return;
  }
  const reference = referenceOf(handler, names.imports);
  const own = reference?.module === '' ? ownHandler(file, reference.name) : undefined;
  file.addRoute({ ...route, handler: own ?? call, elsewhere: own ? undefined : reference, declaration: call });
}

/** A function of the file, or of `controller.show` the one method of that name. */
function ownHandler(file: DeclarationFile, name: string): Scope | undefined {
  const last = lastNameOf(name);
  const methods = file.scopes.filter((scope) => scope.name === last && scope.kind === 'method');
  return file.named(name) ?? (last !== name && methods.length === 1 ? methods[0] : undefined);
}

/** By which name a mount knows the routes made on this object: the variable, or the function it is a parameter of. */
function routerOf(file: DeclarationFile, object: Node | undefined, call: Node, { variables, mounted }: Names): string {
  const name = /^[\w$]*/.exec(object?.text.slice(0, 200) ?? '')?.[0] ?? '';
  const outer = file.scopes.find(
    ({ start, end, kind }) => start <= call.startIndex && call.endIndex <= end && kind !== 'class',
  );
  if (variables.has(name) && (!outer || mounted.has(name))) return name;
  return name === 'this' || !outer ? '' : outer.name;
}

/** `users`, `ctrl.show`, `ctrl.show.bind(ctrl)`, `wrap(handler)`, `require('./users')`, the last of an array. */
function referenceOf(node: Node | undefined, imports: Names['imports']): CodeReference | undefined {
  if (node?.type === 'array') return referenceOf(childrenOf(node).at(-1), imports);
  if (node?.type === 'call_expression') {
    const callee = node.childForFieldName('function');
    const inner = givenTo(node)[0];
    if ((callee?.text === 'require' || callee?.type === 'import') && inner?.type === 'string') {
      return { module: inner.text.slice(1, -1), name: '' };
    }
    const property = callee?.childForFieldName('property')?.text;
    if (property === 'bind' || property === 'routes')
      return referenceOf(callee?.childForFieldName('object') ?? undefined, imports);
    return referenceOf(inner, imports) ?? (inner ? undefined : referenceOf(callee ?? undefined, imports));
  }
  if (node?.type !== 'identifier' && node?.type !== 'member_expression') return undefined;
  const text = node.text.replace(/\s|\?/g, '');
  if (!/^[\w$.]+$/.test(text)) return undefined;
  const [first = '', ...rest] = text.split('.');
  if (first === 'this') return { module: '', name: rest.join('.') };
  const imported = imports.get(first);
  if (!imported) return { module: '', name: text };
  return { module: imported.module, name: [...(imported.name === '' ? [] : [imported.name]), ...rest].join('.') };
}

function readImports(found: readonly Nodes[]): Map<string, CodeReference> {
  const imports = new Map<string, CodeReference>();
  const bind = (list: string, module: string, renames: RegExp): void => {
    for (const item of list.split(',')) {
      const [name = '', local] = item
        .replace(/^\s*type\s/, '')
        .trim()
        .split(renames);
      if (/^[\w$]+$/.test(name)) imports.set(local ?? name, { module, name: name === 'default' ? '' : name });
    }
  };
  for (const nodes of found) {
    const module = nodes.get('source')?.text.slice(1, -1);
    if (module === undefined) continue;
    const written = nodes.get('import')?.text.slice(0, 5_000);
    const required = nodes.get('require')?.text === 'require' ? nodes.get('required')?.text.slice(0, 5_000) : undefined;
    const text = written?.replace(/^import\s+/, '').replace(/\s+from\s[\s\S]*$/, '') ?? required ?? '';
    const braces = /\{([^{}]*)\}/.exec(text)?.[1];
    if (braces !== undefined) bind(braces, module, written === undefined ? /\s*:\s*/ : /\s+as\s+/);
    const whole = /^(?:\*\s+as\s+)?([\w$]+)/.exec(text)?.[1];
    if (whole !== undefined) imports.set(whole, { module, name: '' });
  }
  return imports;
}

function memberOf(object: Node | undefined, key: string): Node | undefined {
  if (object?.type !== 'object') return undefined;
  for (const member of childrenOf(object)) {
    if (member.type === 'pair' && member.childForFieldName('key')?.text.replace(/['"]/g, '') === key) {
      return member.childForFieldName('value') ?? undefined;
    }
    if (member.type === 'method_definition' && member.childForFieldName('name')?.text === key) return member;
    if (member.type === 'shorthand_property_identifier' && member.text === key) return member;
  }
  return undefined;
}

function valueOf(object: Node | undefined, key: string): Node | undefined {
  const member = memberOf(object, key);
  return member?.type === 'method_definition' ? undefined : member;
}

/** Nest's `@Controller('users')`, `@Controller({ path: 'users' })`: the routes of the class lie below it. */
function readController(file: DeclarationFile, nodes: Nodes): void {
  const [decorator, list] = [nodes.get('decorator'), nodes.get('arguments')];
  if (!decorator || !list) return;
  const [first] = childrenOf(list);
  const path = first?.type === 'object' ? valueOf(first, 'path') : first;
  const prefix = file.textOf(path?.type === 'array' ? childrenOf(path)[0] : path);
  const next = classOf(file, decorator);
  if (next && prefix !== undefined) file.prefixOf(`class ${next.name}`, prefix);
}

/** A decorator stands before its class, or as its first part. */
function classOf(file: DeclarationFile, decorator: Node): { readonly name: string } | undefined {
  const { startIndex } = decorator;
  return file.scopes.find(
    ({ kind, start, end }) => kind === 'class' && startIndex < end && (start >= startIndex || end > decorator.endIndex),
  );
}

function readAnnotation(file: DeclarationFile, nodes: Nodes): void {
  const [decorator, annotation, list] = [nodes.get('decorator'), nodes.get('annotation'), nodes.get('arguments')];
  if (!decorator || !annotation || !list || annotation.text.endsWith('Controller')) return;
  const handler = file.after(decorator.endIndex);
  const holder = file.around(decorator.startIndex, ({ kind }) => kind === 'class');
  if (!handler || !holder || handler.owner !== holder.name) return;
  const [first, second] = childrenOf(list);
  if (annotation.text === 'GrpcMethod') {
    const service = file.textOf(first) ?? '';
    const method = file.textOf(second) ?? handler.name.replace(/^./, (letter) => letter.toUpperCase());
    file.addRpc(service, method, handler);
    return;
  }
  const paths = first?.type === 'array' ? childrenOf(first) : [first];
  for (const path of paths) {
    const template = path ? file.textOf(path) : '';
    if (template === undefined) continue;
    const methods = annotation.text === 'All' ? [] : [annotation.text];
    file.addRoute({ methods, template, router: `class ${holder.name}`, handler, declaration: decorator });
  }
}

/** grpc-js: `server.addService(proto.Greeter.service, { sayHello, other: handler })`. */
function readService(
  file: DeclarationFile,
  definition: Node | undefined,
  handlers: Node | undefined,
  names: Names,
): void {
  const text = definition?.text.slice(0, 200) ?? '';
  const service = /(\w+)\.service$/.exec(text)?.[1] ?? lastNameOf(text).replace(/(?:Service)?(?:Definition)?$/, '');
  if (handlers?.type !== 'object') return;
  for (const member of childrenOf(handlers)) {
    const name = (member.childForFieldName('key') ?? member.childForFieldName('name') ?? member).text.replace(
      /['"]/g,
      '',
    );
    if (!/^[\w$]{1,100}$/.test(name)) continue;
    const value = member.childForFieldName('value') ?? member;
    const reference = referenceOf(value, names.imports) ?? (value === member ? names.imports.get(name) : undefined);
    const own = file.named(reference?.module === '' ? reference.name : reference ? '' : name);
    file.addRpc(service, name, own ?? value, own ? undefined : reference);
  }
}
