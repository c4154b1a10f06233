import type { CodeDefinition, CodeFacts, CodeRoute } from '../core/source/codeFacts.ts';

const VERBS: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']);
const ROUTE_FILE = /(?:^|[\\/])app[\\/](?:(.*)[\\/])?(route|page)\.[jt]sx?$/;
const PAGES_FILE = /(?:^|[\\/])pages[\\/](.*)\.[jt]sx?$/;

/** Next's routes, which the path of a file says: `app/api/users/[id]/route.ts`, `app/shop/page.tsx`, `pages/api/x.ts`. */
export function nextRoutes(path: string, { language, definitions }: CodeFacts): CodeRoute[] {
  if (language !== 'typescript' && language !== 'javascript') return [];
  const app = ROUTE_FILE.exec(path);
  if (app) {
    const template = templateOf(app[1] ?? '');
    const handlers = definitions.filter(({ name, container }) => container === '' && VERBS.has(name));
    if (app[2] === 'route') return handlers.map((handler) => routeTo(handler, handler.name, template, path));
    const page = definitions.find(
      ({ name, kind, container }) => kind !== 'method' && container === '' && /^[A-Z]/.test(name),
    );
    return page ? [routeTo(page, '', template, path)] : [];
  }
  const pages = PAGES_FILE.exec(path);
  if (!pages) return [];
  const handler =
    definitions.find(({ name }) => /^(?:handler|default)$/i.test(name)) ??
    definitions.findLast(({ container }) => container === '');
  return handler ? [routeTo(handler, '', templateOf((pages[1] ?? '').replace(/(?:^|[\\/])index$/, '')), path)] : [];
}

/** Groups `(shop)`, slots `@modal` and private folders are no part of the path. */
function templateOf(folders: string): string {
  const segments = folders.split(/[\\/]/).filter((name) => name !== '' && !/^(?:\(.*\)|@.*)$/.test(name));
  return `/${segments.join('/')}`;
}

function routeTo(handler: CodeDefinition, method: string, template: string, path: string): CodeRoute {
  const { name, line, column, endLine } = handler;
  const declaration = path.split(/[\\/]/).slice(-4).join('/');
  return { method, template, router: '', line, column, endLine, functionName: name, declaration };
}
