import type { Node } from '@vscode/tree-sitter-wasm';
import { capturesOf, lastNameOf, type DeclarationFile, type DeclarationSyntax } from './declarations.ts';
import type { Scope } from './functionRanges.ts';
import { childrenOf, givenTo } from './syntax.ts';

const QUERY = `
(class_declaration (modifiers [(annotation) (marker_annotation)] @annotation) name: (identifier) @class)
(interface_declaration (modifiers [(annotation) (marker_annotation)] @annotation) name: (identifier) @class)
(method_declaration (modifiers [(annotation) (marker_annotation)] @annotation) name: (identifier) @method)
(class_declaration name: (identifier) @service superclass: (superclass (_) @base))
((method_invocation name: (identifier) @verb arguments: (argument_list) @arguments) @call
  (#match? @verb "^(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|get|post|put|patch|delete|head|options|route)$"))`;

const MAPPING = /^(Get|Post|Put|Patch|Delete|Request)Mapping$/;
const JAX_VERB = /^(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)$/;
const MICRONAUT_VERB = /^(?:Get|Post|Put|Patch|Delete|Head|Options)$/;

/** Spring (annotations and router functions), JAX-RS, Micronaut, Javalin and gRPC's `ImplBase`. */
export const javaDeclarations: DeclarationSyntax = {
  mayDeclare:
    /@(?:\w{0,10}Mapping|Path|GET|POST|PUT|PATCH|DELETE|Get|Post|Put|Patch|Delete)\b|ImplBase\b|\b(?:GET|POST|PUT|PATCH|DELETE|get|post|put|patch|delete)\(\s{0,40}"/,

  read(file) {
    const found = file.matches(QUERY).map(capturesOf);
    const clients = new Set<string>();
    for (const nodes of found) readClass(file, nodes, clients);
    const methods = new Map<number, { readonly handler: Node; readonly annotations: Node[] }>();
    for (const nodes of found) {
      const [handler, annotation] = [nodes.get('method'), nodes.get('annotation')];
      if (!handler || !annotation) continue;
      const known = methods.get(handler.id);
      if (known) known.annotations.push(annotation);
      else methods.set(handler.id, { handler, annotations: [annotation] });
    }
    for (const { handler, annotations } of methods.values()) readMethod(file, handler, annotations, clients);
    for (const nodes of found) {
      if (nodes.has('base')) readService(file, nodes, methods);
      else if (nodes.has('call')) readCall(file, nodes);
    }
  },
};

type Nodes = ReadonlyMap<string, Node>;

function readClass(file: DeclarationFile, nodes: Nodes, clients: Set<string>): void {
  const [name, annotation] = [nodes.get('class')?.text, nodes.get('annotation')];
  if (name === undefined || !annotation) return;
  const kind = nameOf(annotation);
  // The same annotations on an interface that calls another service.
  if (/^(?:FeignClient|HttpExchange|RegisterRestClient|Client)$/.test(kind)) clients.add(name);
  if (!/^(?:RequestMapping|Path|Controller|ApplicationPath)$/.test(kind)) return;
  const prefix = file.textOf(pathsOf(annotation)[0]);
  if (prefix !== undefined && (kind !== 'Controller' || prefix.startsWith('/'))) file.prefixOf(`class ${name}`, prefix);
}

function readMethod(
  file: DeclarationFile,
  name: Node,
  annotations: readonly Node[],
  clients: ReadonlySet<string>,
): void {
  const handler = file.around(name.startIndex, ({ kind }) => kind === 'method');
  if (!handler || clients.has(handler.owner)) return;
  const kinds = annotations.map(nameOf);
  const own = annotations.find(
    (_, index) => MAPPING.test(kinds[index] ?? '') || MICRONAUT_VERB.test(kinds[index] ?? ''),
  );
  const verbs = kinds.filter((kind) => JAX_VERB.test(kind));
  const path = annotations.find((_, index) => kinds[index] === 'Path');
  const declaration = own ?? path ?? annotations[kinds.findIndex((kind) => JAX_VERB.test(kind))];
  if (!declaration || (!own && verbs.length === 0)) return;
  const kind = nameOf(declaration).replace(/Mapping$/, '');
  let methods: readonly string[] = own ? [kind] : verbs;
  if (own && kind === 'Request') methods = requestMethods(declaration);
  const paths = own ? pathsOf(own) : path ? pathsOf(path) : [];
  const templates = paths.length === 0 ? [''] : paths.flatMap((node) => file.textOf(node) ?? []);
  for (const template of templates) {
    file.addRoute({ methods, template, router: `class ${handler.owner}`, handler, declaration });
  }
}

function nameOf(annotation: Node): string {
  return lastNameOf(annotation.childForFieldName('name')?.text ?? '');
}

/** Values of an annotation's path: the only value, `value`, `path` or `uri`, one or several. */
function pathsOf(annotation: Node): Node[] {
  return givenTo(annotation).flatMap((argument) => {
    const pair = argument.type === 'element_value_pair';
    if (pair && !/^(?:value|path|uri)$/.test(argument.childForFieldName('key')?.text ?? '')) return [];
    const value = pair ? argument.childForFieldName('value') : argument;
    return value?.type === 'element_value_array_initializer' ? childrenOf(value) : value ? [value] : [];
  });
}

function requestMethods(annotation: Node): string[] {
  const pair = givenTo(annotation).find((one) => one.childForFieldName('key')?.text === 'method');
  return pair?.childForFieldName('value')?.text.match(/\b[A-Z]{3,7}\b/g) ?? [];
}

/** `extends GreeterGrpc.GreeterImplBase`: its methods that override are procedures. */
function readService(
  file: DeclarationFile,
  nodes: Nodes,
  methods: ReadonlyMap<number, { readonly handler: Node; readonly annotations: readonly Node[] }>,
): void {
  const service = /(\w{1,100})ImplBase$/.exec(nodes.get('base')?.text ?? '')?.[1];
  const owner = nodes.get('service')?.text;
  if (service === undefined || owner === undefined) return;
  for (const { handler, annotations } of methods.values()) {
    const scope = file.around(handler.startIndex, ({ kind }) => kind === 'method');
    if (scope?.owner === owner && annotations.some((annotation) => nameOf(annotation) === 'Override')) {
      file.addRpc(service, scope.name, scope);
    }
  }
}

/** `.GET("/x", handler::show)` of Spring's router functions, `app.get("/x", ctx -> …)` of Javalin. */
function readCall(file: DeclarationFile, nodes: Nodes): void {
  const [call, list, verb] = [nodes.get('call'), nodes.get('arguments'), nodes.get('verb')?.text ?? ''];
  const all = list ? childrenOf(list) : [];
  const last = all.at(-1);
  if (!call || !last || all.length < 2 || !/^(?:lambda_expression|method_reference)$/.test(last.type)) return;
  let methods: readonly string[] = [verb];
  let path = all[0];
  if (verb === 'route') {
    // `route(GET("/x"), handler::show)`.
    const inner = path?.childForFieldName('arguments');
    methods = [path?.childForFieldName('name')?.text ?? ''];
    path = inner ? childrenOf(inner)[0] : undefined;
    if (!JAX_VERB.test(methods[0] ?? '')) return;
  }
  const template = file.textOf(path);
  if (template?.startsWith('/') !== true) return;
  const reference = last.type === 'method_reference' ? lastNameOf(last.text) : '';
  const own: Scope[] = file.scopes.filter(({ name, kind }) => kind === 'method' && name === reference);
  const elsewhere = reference !== '' && own.length !== 1 ? { module: '*', name: reference } : undefined;
  const handler = own.length === 1 ? (own[0] ?? last) : last;
  file.addRoute({ methods, template, handler, elsewhere, declaration: call });
}
