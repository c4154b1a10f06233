import type { Node } from '@vscode/tree-sitter-wasm';
import type { CodeReference } from '../core/source/codeFacts.ts';
import { capturesOf, HTTP_VERB, lastNameOf, type DeclarationFile, type DeclarationSyntax } from './declarations.ts';
import { ANY_MODULE } from './fileNames.ts';
import { childrenOf, givenTo } from './syntax.ts';

const QUERY = `
(call_expression function: (selector_expression operand: (_) @object field: (field_identifier) @name)
  arguments: (argument_list) @arguments) @call
(call_expression function: (identifier) @function arguments: (argument_list) @arguments) @call
(short_var_declaration left: (expression_list . (identifier) @variable) right: (expression_list . (call_expression
  function: (selector_expression operand: (_) @parent field: (field_identifier) @maker)
  arguments: (argument_list . (_) @prefix))))
(import_spec) @import
(type_spec name: (type_identifier) @type type: (struct_type (field_declaration_list (field_declaration
  type: [(type_identifier) (qualified_type)] @embedded))))`;

const GROUPS: ReadonlySet<string> = new Set(['Group', 'Route', 'PathPrefix', 'Party']);

/** net/http (with the patterns of 1.22), chi, gin, echo, fiber, gorilla/mux and gRPC. */
export const goDeclarations: DeclarationSyntax = {
  mayDeclare:
    /\.(?:Handle|HandleFunc|Get|Post|Put|Patch|Delete|Head|Options|Any|GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|Method|MethodFunc|Route|Mount|Group)\(|Unimplemented\w{1,80}(?:Server|Handler)\b|Register\w{1,80}Server\(/,

  read(file) {
    const found = file.matches(QUERY).map(capturesOf);
    const packages = new Map(found.flatMap((nodes) => importedAs(nodes.get('import'))));
    for (const nodes of found) readGroup(file, nodes);
    for (const nodes of found) {
      if (nodes.get('name')?.text === 'Route') readNested(file, nodes);
    }
    for (const nodes of found) {
      if (nodes.has('call')) readCall(file, nodes, packages);
      else if (nodes.has('embedded')) readServer(file, nodes);
    }
  },
};

type Nodes = ReadonlyMap<string, Node>;

/** Packages by the name they have in this file, to the last name of their path. */
type Packages = ReadonlyMap<string, string>;

function importedAs(spec: Node | undefined): [string, string][] {
  const path = spec?.childForFieldName('path')?.text.replace(/["`]/g, '');
  const name = path
    ?.replace(/\/v\d+$/, '')
    .split('/')
    .at(-1);
  return name === undefined ? [] : [[spec?.childForFieldName('name')?.text ?? name, name]];
}

/** `api := r.Group("/api")`; of gorilla `s := r.PathPrefix("/s").Subrouter()`. */
function readGroup(file: DeclarationFile, nodes: Nodes): void {
  const [variable, parent, prefix] = [nodes.get('variable'), nodes.get('parent'), nodes.get('prefix')];
  if (!variable || !parent || !GROUPS.has(nodes.get('maker')?.text ?? '')) return;
  const text = file.textOf(prefix);
  const scope = functionOf(file, variable);
  if (text !== undefined) file.prefixOf(`${scope}/${variable.text}`, file.prefixBelow(`${scope}/${parent.text}`, text));
}

/** chi's `r.Route("/x", func(r chi.Router) { … })`. */
function readNested(file: DeclarationFile, nodes: Nodes): void {
  const list = nodes.get('arguments');
  const [first, second] = list ? childrenOf(list) : [];
  const prefix = file.textOf(first);
  if (prefix !== undefined && second?.type === 'func_literal') file.prefixWithin(second, prefix);
}

function readCall(file: DeclarationFile, nodes: Nodes, packages: Packages): void {
  const [call, list, object] = [nodes.get('call'), nodes.get('arguments'), nodes.get('object')];
  if (!call || !list) return;
  const all = childrenOf(list);
  const name = nodes.get('name')?.text ?? '';
  const router = functionOf(file, call);
  const [first, second] = all;
  if (/^Register\w+Server$/.test(name || (nodes.get('function')?.text ?? ''))) {
    readRegistered(file, name || (nodes.get('function')?.text ?? ''), second);
  } else if (name === 'Mount' || (name === 'Route' && second?.type !== 'func_literal')) {
    const prefix = file.textOf(first);
    const target = second && referenceOf(second, packages);
    if (prefix !== undefined && target && object) {
      const below = file.prefixBelow(`${router}/${object.text}`, prefix);
      file.addMount({ prefix: file.prefixAround(call, below), router, target });
    }
  } else if (object && all.length >= 2 && readRoute(file, call, name, object, all, packages)) {
    return;
  } else {
    readPassedGroup(file, call, all, router, packages);
  }
}

/** Whether the call declares a route. */
function readRoute(
  file: DeclarationFile,
  call: Node,
  name: string,
  object: Node,
  all: readonly Node[],
  packages: Packages,
): boolean {
  let methods: readonly string[];
  let [pattern, ...handlers] = all;
  if (HTTP_VERB.test(name)) methods = [name];
  else if (name === 'Any' || name === 'Handle' || name === 'HandleFunc') methods = [];
  else if (name === 'Method' || name === 'MethodFunc' || name === 'Add') {
    methods = [file.textOf(pattern) ?? lastNameOf(pattern?.text ?? '').replace(/^Method/, '')];
    [pattern, ...handlers] = handlers;
  } else return false;
  let written = file.textOf(pattern);
  // gin's `Handle("GET", "/x", h)`.
  if (written !== undefined && /^[A-Z]{3,7}$/.test(written) && handlers.length > 1) {
    methods = [written];
    [pattern, ...handlers] = handlers;
    written = file.textOf(pattern);
  }
  const parsed = /^(?:([A-Z]{3,7})\s+)?[^/\s]{0,100}(\/.*|)$/s.exec(written ?? '{}');
  const handler = handlers.at(-1);
  if (!parsed || !handler || (written ?? '').includes('://')) return false;
  if (parsed[1] !== undefined) methods = [parsed[1]];
  const template = (parsed[2] ?? '').replace(/\{\$\}$/, '');
  const router = functionOf(file, call);
  const whole = file.prefixBelow(`${router}/${object.text}`, chained(file, object, template));
  if (handler.type === 'func_literal') {
    file.addRoute({ methods, template: whole, router, handler, declaration: call });
    return true;
  }
  const reference = referenceOf(handler, packages);
  if (!reference) return false;
  const own = reference.module === '' || reference.module === ANY_MODULE ? ownHandler(file, reference.name) : undefined;
  const elsewhere = own ? undefined : reference;
  file.addRoute({ methods, template: whole, router, handler: own ?? call, elsewhere, declaration: call });
  return true;
}

/** `r.Group("/x").GET("/y", h)`. */
function chained(file: DeclarationFile, object: Node, template: string): string {
  if (object.type !== 'call_expression') return template;
  const callee = object.childForFieldName('function');
  const prefix = GROUPS.has(callee?.childForFieldName('field')?.text ?? '')
    ? file.textOf(givenTo(object)[0])
    : undefined;
  const parent = callee?.childForFieldName('operand');
  const below = parent ? file.prefixBelow(`${functionOf(file, object)}/${parent.text}`, '') : '';
  return prefix === undefined ? template : below + prefix.replace(/\/$/, '') + template;
}

/** A router or group that is given to a function has that function's routes below it. */
function readPassedGroup(
  file: DeclarationFile,
  call: Node,
  all: readonly Node[],
  router: string,
  packages: Packages,
): void {
  for (const argument of all) {
    let prefix: string | undefined;
    if (argument.type === 'identifier' && file.hasPrefix(`${router}/${argument.text}`)) {
      prefix = file.prefixBelow(`${router}/${argument.text}`, '');
    } else if (argument.type === 'call_expression') {
      prefix = chained(file, argument, '');
    }
    const callee = call.childForFieldName('function');
    const target = callee && nameOf(callee, packages);
    if (prefix !== undefined && prefix !== '' && target) {
      file.addMount({ prefix: file.prefixAround(call, prefix), router, target });
    }
  }
}

/** Routes of Go are known by the function that makes them, as that is what others call. */
function functionOf(file: DeclarationFile, node: Node): string {
  return file.around(node.startIndex, ({ kind }) => kind === 'function' || kind === 'method')?.name ?? '';
}

/** `h`, `s.Get`, `handlers.Get`, and what is wrapped: `http.HandlerFunc(h)`, `auth(s.Get)`, `s.handleGet()`. */
function referenceOf(node: Node, packages: Packages): CodeReference | undefined {
  if (node.type === 'call_expression') {
    for (const argument of givenTo(node)) {
      const inner = referenceOf(argument, packages);
      if (inner) return inner;
    }
    const callee = node.childForFieldName('function');
    return callee ? nameOf(callee, packages) : undefined;
  }
  return nameOf(node, packages);
}

function nameOf(node: Node, packages: Packages): CodeReference | undefined {
  if (node.type === 'identifier') return { module: '', name: node.text };
  if (node.type !== 'selector_expression') return undefined;
  const operand = node.childForFieldName('operand')?.text ?? '';
  const name = node.childForFieldName('field')?.text ?? '';
  return { module: packages.get(operand) ?? ANY_MODULE, name };
}

/** A function of the file, or the one method of that name. */
function ownHandler(file: DeclarationFile, name: string): ReturnType<DeclarationFile['named']> {
  const methods = file.scopes.filter((scope) => scope.name === name && scope.kind === 'method');
  return file.named(name) ?? (methods.length === 1 ? methods[0] : undefined);
}

/** A struct that embeds `UnimplementedGreeterServer` implements `Greeter`. */
function readServer(file: DeclarationFile, nodes: Nodes): void {
  const service = /Unimplemented(\w{1,100})(?:Server|Handler)$/.exec(nodes.get('embedded')?.text ?? '')?.[1];
  if (service !== undefined) addMethods(file, service, nodes.get('type')?.text ?? '');
}

/** `pb.RegisterGreeterServer(s, &server{})`, where the struct embeds nothing. */
function readRegistered(file: DeclarationFile, name: string, implementation: Node | undefined): void {
  const type = /^&?(\w{1,100})\{/.exec(implementation?.text ?? '')?.[1];
  const service = name.replace(/^Register/, '').replace(/Server$/, '');
  if (type !== undefined && !file.rpcs.some((rpc) => rpc.service === service)) addMethods(file, service, type);
}

function addMethods(file: DeclarationFile, service: string, type: string): void {
  for (const scope of file.scopes) {
    if (scope.kind === 'method' && scope.owner === type && /^[A-Z]/.test(scope.name)) {
      file.addRpc(service, scope.name, scope);
    }
  }
}
