import type { Node } from '@vscode/tree-sitter-wasm';
import type { CodeReference } from '../core/source/codeFacts.ts';
import { capturesOf, HTTP_VERB, lastNameOf, type DeclarationFile, type DeclarationSyntax } from './declarations.ts';
import type { Scope } from './functionRanges.ts';
import { childrenOf } from './syntax.ts';

const QUERY = `
((attribute_item (attribute [(identifier) (scoped_identifier)] @verb arguments: (token_tree) @tokens)) @attribute)
((call_expression function: (field_expression value: (_) @object field: (field_identifier) @name)
  arguments: (arguments) @arguments) @call
  (#match? @name "^(route|nest|nest_service|merge|service|configure|mount)$"))
(let_declaration pattern: (identifier) @variable value: (_) @value)
(impl_item trait: (_) @trait type: (_) @type) @impl`;

const MAX_CHAIN = 200;

/** axum, actix-web, Rocket's attributes and tonic. */
export const rustDeclarations: DeclarationSyntax = {
  mayDeclare:
    /\.\s{0,40}(?:route|nest|service|configure)\s{0,4}\(|#\[(?:\w{1,20}::)?(?:get|post|put|patch|delete|head|options|route)\s{0,4}\(|\btonic\b/,

  read(file) {
    const found = file.matches(QUERY).map(capturesOf);
    const routers = found.flatMap((nodes) => {
      const [variable, value] = [nodes.get('variable'), nodes.get('value')];
      return variable && value ? [{ name: variable.text, value }] : [];
    });
    // Tests build routers by the same names.
    for (const nodes of found) readPrefix(file, nodes);
    const targets = new Set<string>();
    for (const nodes of found) readMount(file, nodes, routers, targets);
    for (const nodes of found) {
      if (nodes.has('attribute')) readAttribute(file, nodes);
      else if (nodes.get('name')?.text === 'route') readRoute(file, nodes, routers, targets);
      else if (nodes.has('trait')) readService(file, nodes);
    }
  },
};

type Nodes = ReadonlyMap<string, Node>;
type Routers = readonly { readonly name: string; readonly value: Node }[];

function argumentsOf(list: Node | null | undefined): Node[] {
  return list ? childrenOf(list) : [];
}

/** `web::scope("/x")`, at the root of a chain of calls, or `Router::new()` and the like for none. */
function scopePrefix(file: DeclarationFile, object: Node): string | undefined {
  let node: Node | null = object;
  for (let depth = 0; depth < MAX_CHAIN && node?.type === 'call_expression'; depth++) {
    const callee: Node | null = node.childForFieldName('function');
    if (callee?.type === 'scoped_identifier' || callee?.type === 'identifier') {
      const name = callee.childForFieldName('name')?.text ?? callee.text;
      if (name !== 'scope' && name !== 'resource') return undefined;
      return file.textOf(argumentsOf(node.childForFieldName('arguments'))[0]);
    }
    node = callee?.childForFieldName('value') ?? null;
  }
  return undefined;
}

/** What is given to a scope, or nested as an expression, lies below its prefix. */
function readPrefix(file: DeclarationFile, nodes: Nodes): void {
  const [object, list] = [nodes.get('object'), nodes.get('arguments')];
  if (!object || !list) return;
  const scope = scopePrefix(file, object);
  if (scope !== undefined && nodes.get('name')?.text !== 'nest') file.prefixWithin(list, scope);
  if (nodes.get('name')?.text !== 'nest') return;
  const [first, second] = argumentsOf(list);
  const prefix = file.textOf(first);
  if (second && prefix !== undefined) file.prefixWithin(second, prefix);
}

function readMount(file: DeclarationFile, nodes: Nodes, routers: Routers, targets: Set<string>): void {
  const [call, list, name] = [nodes.get('call'), nodes.get('arguments'), nodes.get('name')?.text ?? ''];
  if (!call || !list || name === 'route') return;
  const all = argumentsOf(list);
  const nests = name === 'nest' || name === 'nest_service' || (name === 'mount' && all.length > 1);
  const prefix = nests ? (file.textOf(all[0]) ?? '') : '';
  const target = referenceOf(nests ? all[1] : all[0]);
  if (!target) return;
  targets.add(target.name);
  file.addMount({ prefix: file.prefixAround(list, prefix), router: routerOf(file, call, routers, targets), target });
}

/** `.route("/x", get(show).post(save))` of axum, `.route("/x", web::get().to(show))` of actix. */
function readRoute(file: DeclarationFile, nodes: Nodes, routers: Routers, targets: ReadonlySet<string>): void {
  const [call, list] = [nodes.get('call'), nodes.get('arguments')];
  if (!call || !list) return;
  const all = argumentsOf(list);
  const template = all.length > 1 ? file.textOf(all[0]) : '';
  const router = routerOf(file, call, routers, targets);
  if (template === undefined) return;
  for (const { method, handler } of handlersOf(all.at(-1))) {
    const reference = referenceOf(handler);
    const own = reference && ownHandler(file, reference);
    const place = handler.type === 'closure_expression' ? handler : (own ?? call);
    const elsewhere = own ? undefined : reference;
    const methods = /^(?:any|route)$/.test(method) ? [] : [method];
    file.addRoute({ methods, template, router, handler: place, elsewhere, declaration: list });
  }
}

/** A function of this file, at its top or in the module that is named. */
function ownHandler(file: DeclarationFile, { module, name }: CodeReference): Scope | undefined {
  if (module === '') return file.named(name);
  return file.scopes.find(
    (scope) => scope.name === name && module.endsWith(lastNameOf(scope.container)) && scope.container !== '',
  );
}

/** Methods and handlers of `get(a).post(b)`, `routing::get(a)`, `web::get().to(a)`. */
function handlersOf(expression: Node | undefined): { method: string; handler: Node }[] {
  const found: { method: string; handler: Node }[] = [];
  let to: Node | undefined;
  let node: Node | null | undefined = expression;
  for (let depth = 0; depth < MAX_CHAIN && node?.type === 'call_expression'; depth++) {
    const callee: Node | null = node.childForFieldName('function');
    const name = lastNameOf(callee?.childForFieldName('field')?.text ?? callee?.text ?? '').replace(/_service$/, '');
    const [first] = argumentsOf(node.childForFieldName('arguments'));
    if (name === 'to') to = first;
    else if (HTTP_VERB.test(name) || name === 'any' || name === 'route') {
      const handler = first ?? to;
      if (handler) found.push({ method: name, handler });
    }
    node = callee?.childForFieldName('value');
  }
  return found;
}

/** By which name a mount knows these routes: the variable, where the file mounts it, else the function. */
function routerOf(file: DeclarationFile, node: Node, routers: Routers, targets: ReadonlySet<string>): string {
  const held = routers.find(({ value }) => value.startIndex <= node.startIndex && node.endIndex <= value.endIndex);
  if (held && targets.has(held.name)) return held.name;
  return file.around(node.startIndex, ({ kind }) => kind === 'function' || kind === 'method')?.name ?? '';
}

/** `show`, `users::show`, `users::router()`, `web::scope(…)` for none. */
function referenceOf(node: Node | undefined): CodeReference | undefined {
  if (node?.type === 'call_expression') return referenceOf(node.childForFieldName('function') ?? undefined);
  if (node?.type === 'identifier') return { module: '', name: node.text };
  if (node?.type !== 'scoped_identifier') return undefined;
  const path = node.childForFieldName('path')?.text.replace(/^(?:crate|super|self)(?:::|$)/, '') ?? '';
  if (/^(?:web|Router|axum|actix_web)\b/.test(path)) return undefined;
  const name = node.childForFieldName('name')?.text ?? '';
  // `Type::method` of any module.
  return /^[A-Z]/.test(lastNameOf(path)) ? { module: '*', name } : { module: path === '' ? '*' : path, name };
}

/** `#[get("/x/{id}")]`, `#[route("/x", method = "GET", method = "POST")]`. */
function readAttribute(file: DeclarationFile, nodes: Nodes): void {
  const [attribute, tokens] = [nodes.get('attribute'), nodes.get('tokens')];
  const verb = lastNameOf(nodes.get('verb')?.text ?? '');
  if (!attribute || !tokens || !(HTTP_VERB.test(verb) || verb === 'route')) return;
  const texts = childrenOf(tokens).flatMap((token) =>
    token.type === 'string_literal' ? (file.textOf(token) ?? []) : [],
  );
  const handler = file.after(attribute.endIndex);
  const [template, ...others] = texts;
  if (!handler || template === undefined || !/^(?:\/|$)/.test(template)) return;
  const methods = verb === 'route' ? others.filter((text) => HTTP_VERB.test(text)) : [verb];
  file.addRoute({ methods, template, router: handler.name, handler, declaration: attribute });
}

/** `impl Greeter for MyGreeter` with tonic's attribute: its methods are procedures. */
function readService(file: DeclarationFile, nodes: Nodes): void {
  const [block, trait] = [nodes.get('impl'), nodes.get('trait')];
  const above = block?.previousNamedSibling;
  if (!block || !trait || !above || !/^#\[(?:tonic::)?async_trait\]/.test(above.text)) return;
  for (const scope of file.scopes) {
    const inside = block.startIndex <= scope.start && scope.end <= block.endIndex;
    if (inside && scope.kind === 'method') file.addRpc(lastNameOf(trait.text), scope.name, scope);
  }
}
