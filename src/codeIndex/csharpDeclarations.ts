import type { Node } from '@vscode/tree-sitter-wasm';
import { capturesOf, lastNameOf, type DeclarationFile, type DeclarationSyntax } from './declarations.ts';
import { ANY_MODULE } from './fileNames.ts';
import { childrenOf } from './syntax.ts';

const QUERY = `
(class_declaration (attribute_list (attribute name: (_) @attribute) @whole) name: (identifier) @class)
(method_declaration (attribute_list (attribute name: (_) @attribute) @whole) name: (identifier) @method)
(class_declaration name: (identifier) @service (base_list (_) @base))
(variable_declarator name: (identifier) @variable (invocation_expression
  function: (member_access_expression expression: (_) @parent name: (identifier) @maker) arguments: (argument_list) @arguments))
((invocation_expression function: (member_access_expression expression: (_) @object name: (_) @map)
  arguments: (argument_list) @arguments) @call
  (#match? @map "^Map"))`;

const VERB = /^Http(Get|Post|Put|Patch|Delete|Head|Options)(?:Attribute)?$/;

/** ASP.NET controllers, minimal API with groups, and gRPC services. */
export const csharpDeclarations: DeclarationSyntax = {
  mayDeclare: /\[\s{0,4}(?:Http\w{1,10}|Route)\b|\.Map[A-Z]\w{0,60}[(<]|\w{1,80}Base\b/,

  read(file) {
    const found = file.matches(QUERY).map(capturesOf);
    const methods = new Map<number, { readonly name: Node; readonly attributes: Node[] }>();
    for (const nodes of found) {
      const [name, whole] = [nodes.get('method'), nodes.get('whole')];
      const known = name && methods.get(name.id);
      if (known && whole) known.attributes.push(whole);
      else if (name && whole) methods.set(name.id, { name, attributes: [whole] });
      readController(file, nodes);
      readGroup(file, nodes);
    }
    for (const { name, attributes } of methods.values()) readAction(file, name, attributes);
    for (const nodes of found) {
      if (nodes.has('map')) readMap(file, nodes);
      else if (nodes.has('base')) readService(file, nodes);
    }
  },
};

type Nodes = ReadonlyMap<string, Node>;

/** The expressions of a list of arguments, named ones left out. */
function valuesOf(list: Node | undefined): Node[] {
  return (list ? childrenOf(list) : []).flatMap((argument) => {
    const value = childrenOf(argument).at(-1);
    return !value || argument.childForFieldName('name') || value.type === 'assignment_expression' ? [] : [value];
  });
}

/** Name and template of an attribute: `HttpGet`, `{id}`. */
function readAttribute(
  file: DeclarationFile,
  attribute: Node,
): { readonly name: string; readonly template: string | undefined } {
  const list = childrenOf(attribute).find(({ type }) => type === 'attribute_argument_list');
  const name = lastNameOf(attribute.childForFieldName('name')?.text ?? '');
  return { name, template: file.textOf(valuesOf(list)[0]) };
}

function readController(file: DeclarationFile, nodes: Nodes): void {
  const [whole, name] = [nodes.get('whole'), nodes.get('class')?.text];
  if (!whole || name === undefined) return;
  const attribute = readAttribute(file, whole);
  if (!/^Route(?:Attribute)?$/.test(attribute.name) || attribute.template === undefined) return;
  file.prefixOf(`class ${name}`, attribute.template.replaceAll('[controller]', name.replace(/Controller$/, '')));
}

function readAction(file: DeclarationFile, name: Node, attributes: readonly Node[]): void {
  const handler = file.around(name.startIndex, ({ kind }) => kind === 'method');
  if (!handler) return;
  const read = attributes.map((node) => ({ node, ...readAttribute(file, node) }));
  const verbs = read.filter((one) => VERB.test(one.name));
  const routes = read.filter((one) => /^Route(?:Attribute)?$/.test(one.name) && one.template !== undefined);
  const template = (verbs.find((verb) => verb.template !== undefined) ?? routes[0])?.template ?? '';
  const declaration = verbs[0]?.node ?? routes[0]?.node;
  if (!declaration) return;
  const own = template.replaceAll('[action]', handler.name);
  // A template from the root leaves the controller's out.
  const router = /^~?\//.test(own) ? '' : `class ${handler.owner}`;
  const methods = verbs.map((verb) => VERB.exec(verb.name)?.[1] ?? '');
  file.addRoute({ methods, template: own.replace(/^~/, ''), router, handler, declaration });
}

/** `var items = app.MapGroup("/items")`. */
function readGroup(file: DeclarationFile, nodes: Nodes): void {
  const [variable, parent, list] = [nodes.get('variable'), nodes.get('parent'), nodes.get('arguments')];
  if (!variable || !parent) return;
  const prefix = groupPrefix(file, parent, nodes.get('maker')?.text ?? '', list);
  if (prefix !== undefined) file.prefixOf(`${functionOf(file, variable)}/${variable.text}`, prefix);
}

/** The whole prefix of `x.MapGroup("/a")`, through chains such as `.MapGroup("/a").WithTags("b")`. */
function groupPrefix(file: DeclarationFile, object: Node, maker: string, list: Node | undefined): string | undefined {
  const own = maker === 'MapGroup' ? file.textOf(valuesOf(list)[0]) : undefined;
  let above = '';
  if (object.type === 'invocation_expression') {
    const callee = object.childForFieldName('function');
    const inner = callee?.childForFieldName('expression');
    const name = callee?.childForFieldName('name')?.text ?? '';
    const prefix = inner && groupPrefix(file, inner, name, object.childForFieldName('arguments') ?? undefined);
    if (prefix === undefined && own === undefined) return undefined;
    above = prefix ?? '';
  } else if (own === undefined) return undefined;
  else above = file.prefixBelow(`${functionOf(file, object)}/${object.text}`, '');
  return own === undefined ? above : `${above.replace(/\/$/, '')}/${own.replace(/^\//, '')}`;
}

function functionOf(file: DeclarationFile, node: Node): string {
  return file.around(node.startIndex, ({ kind }) => kind === 'function' || kind === 'method')?.name ?? '';
}

function readMap(file: DeclarationFile, nodes: Nodes): void {
  const [call, object, list] = [nodes.get('call'), nodes.get('object'), nodes.get('arguments')];
  const map = nodes.get('map')?.text.replace(/<.*$/s, '') ?? '';
  if (!call || !object || !list || map === 'MapGroup') return;
  const all = valuesOf(list);
  const router = functionOf(file, call);
  const prefix = groupPrefix(file, object, '', undefined) ?? file.prefixBelow(`${router}/${object.text}`, '');
  const verb = /^Map(Get|Post|Put|Patch|Delete|Methods)?$/.exec(map);
  const template = verb ? file.textOf(all[0]) : undefined;
  const handler = all.at(-1);
  if (!verb || template === undefined || !handler || all.length < 2) {
    // An extension method that maps routes below a group: `items.MapItems()`.
    if (prefix !== '') file.addMount({ prefix, router, target: { module: ANY_MODULE, name: map } });
    return;
  }
  const methods = verb[1] === 'Methods' ? namesIn(all[1]) : verb[1] === undefined ? [] : [verb[1]];
  const whole = prefix === '' ? template : `${prefix.replace(/\/$/, '')}/${template.replace(/^\//, '')}`;
  const name = /^[\w.]+$/.test(handler.text) ? lastNameOf(handler.text) : '';
  const own = name === '' ? [] : file.scopes.filter((scope) => scope.name === name && scope.kind !== 'class');
  const elsewhere = name !== '' && own.length !== 1 ? { module: ANY_MODULE, name } : undefined;
  const place = own.length === 1 ? (own[0] ?? call) : elsewhere ? call : handler;
  file.addRoute({ methods, template: whole, router, handler: place, elsewhere, declaration: list });
}

/** The texts of `new[] { "PUT", "PATCH" }`. */
function namesIn(list: Node | undefined): string[] {
  return (list?.text.slice(0, 200).match(/"[A-Za-z]{3,7}"/g) ?? []).map((text) => text.slice(1, -1));
}

/** `class GreeterService : Greeter.GreeterBase`: the methods that override are procedures. */
function readService(file: DeclarationFile, nodes: Nodes): void {
  const base = /(?:^|\.)(\w{1,100})\.(\w{1,100})Base$/.exec(nodes.get('base')?.text ?? '');
  const name = nodes.get('service');
  const holder = name && file.around(name.startIndex);
  if (!base || base[1] !== base[2] || !holder) return;
  for (const scope of file.scopes) {
    const inside = holder.start < scope.start && scope.end <= holder.end && scope.owner === holder.name;
    if (inside && scope.kind === 'method' && /^[A-Z]/.test(scope.name) && scope.name !== holder.name) {
      file.addRpc(base[1] ?? '', scope.name, scope);
    }
  }
}
