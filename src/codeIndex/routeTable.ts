import {
  MAX_FOUND,
  type CodeFacts,
  type CodeMount,
  type CodePlace,
  type CodeReference,
  type CodeRoute,
  type InFile,
  type RouteMatch,
} from '../core/source/codeFacts.ts';
import {
  joinTemplate,
  matchedPath,
  matchedSegments,
  PARAMETER,
  REST,
  templateSegments,
} from '../core/source/routeTemplate.ts';
import { addTo, removeFrom } from './multiMap.ts';
import { ANY_MODULE, lastModuleName, moduleSegments, modulePointsTo } from './fileNames.ts';

const MAX_ROUTES = 100_000;
const MAX_MOUNTS = 20_000;
const MAX_MOUNT_DEPTH = 4;
const MAX_PREFIXES = 20;

interface Mounted {
  readonly path: string;
  readonly mount: CodeMount;
}

/** What is held of one file, to take it away again. */
interface Held {
  readonly routes: readonly InFile<CodeRoute>[];
  readonly mounts: readonly (Mounted & { readonly key: string })[];
}

/** What a router is mounted below; `instead`: in place of the prefix that it was made with. */
interface Prefix {
  readonly prefix: string;
  readonly instead: boolean;
}

const NO_PREFIX: Prefix = { prefix: '', instead: false };

/** Finds the handler that a route in `path` refers to. */
export type FindHandler = (path: string, handler: CodeReference) => CodePlace | undefined;

/** How a declared path fits what was asked; undefined when it does not. */
type Compare = (
  declared: readonly string[],
) => { readonly matched: number; readonly fixed: number; readonly whole: boolean } | undefined;

/** Routes of all files by the end of their paths; prefixes of mounts are joined when asked, whichever file changed. */
export class RouteTable {
  readonly #byFile = new Map<string, Held>();
  /** By the last segment of what the declaration says; an empty one can end in anything. */
  readonly #byEnd = new Map<string, Set<InFile<CodeRoute>>>();
  /** By the last name of the module that is mounted. */
  readonly #mounts = new Map<string, Set<Mounted>>();
  #routes = 0;
  #mountCount = 0;

  set(path: string, facts: Pick<CodeFacts, 'language' | 'routes' | 'mounts'>): void {
    const { language } = facts;
    const routes = facts.routes
      .slice(0, Math.max(0, MAX_ROUTES - this.#routes))
      .map((route) => ({ ...route, path, language }));
    const mounts = facts.mounts
      .slice(0, Math.max(0, MAX_MOUNTS - this.#mountCount))
      .map((mount) => ({ path, mount, key: lastModuleName(mount.target.module, path) }));
    if (routes.length === 0 && mounts.length === 0) return;
    this.#byFile.set(path, { routes, mounts });
    this.#routes += routes.length;
    this.#mountCount += mounts.length;
    for (const route of routes) addTo(this.#byEnd, endOf(route.template), route);
    for (const mounted of mounts) addTo(this.#mounts, mounted.key, mounted);
  }

  delete(path: string): void {
    const held = this.#byFile.get(path);
    if (!held) return;
    this.#byFile.delete(path);
    this.#routes -= held.routes.length;
    this.#mountCount -= held.mounts.length;
    for (const route of held.routes) removeFrom(this.#byEnd, endOf(route.template), route);
    for (const mounted of held.mounts) removeFrom(this.#mounts, mounted.key, mounted);
  }

  clear(): void {
    this.#byFile.clear();
    this.#byEnd.clear();
    this.#mounts.clear();
    this.#routes = 0;
    this.#mountCount = 0;
  }

  /** Routes that a request of this method to this path can be served by, best first. */
  matching(method: string, template: string, findHandler: FindHandler): readonly RouteMatch[] {
    const asked = templateSegments(template);
    return this.#find(method, [asked.at(-1) ?? ''], findHandler, (declared) => {
      const matched = matchedSegments(declared, asked);
      const fixed = asked.slice(asked.length - matched).filter(isFixed).length;
      return { matched, fixed, whole: matched === asked.length && declared.length === asked.length };
    });
  }

  /** The same for a path as it was requested, with values in place of parameters. */
  forPath(method: string, path: string, findHandler: FindHandler): readonly RouteMatch[] {
    const asked = templateSegments(path.replace(/[?#].*$/s, ''));
    return this.#find(method, [asked.at(-1) ?? '', PARAMETER, REST], findHandler, (declared) => {
      const match = matchedPath(declared, asked);
      return match && { ...match, whole: match.matched === asked.length };
    });
  }

  #find(method: string, ends: readonly string[], findHandler: FindHandler, compare: Compare): RouteMatch[] {
    const verb = method.toUpperCase();
    const found: RouteMatch[] = [];
    for (const end of new Set([...ends, ''])) {
      for (const route of this.#byEnd.get(end) ?? []) {
        if (!fitsMethod(route.method, verb)) continue;
        const match = this.#match(route, compare, verb);
        if (match) found.push({ ...match, place: placeOf(route, findHandler) });
        if (found.length >= MAX_FOUND) break;
      }
    }
    return found.sort(
      (a, b) =>
        Number(b.whole) - Number(a.whole) ||
        b.matched - a.matched ||
        b.fixed - a.fixed ||
        Number(b.sameMethod) - Number(a.sameMethod),
    );
  }

  #match(route: InFile<CodeRoute>, compare: Compare, verb: string): Omit<RouteMatch, 'place'> | undefined {
    let best: Omit<RouteMatch, 'place'> | undefined;
    for (const { prefix, instead } of this.#prefixes(route.path, route.router, 0)) {
      const own = instead ? withoutPrefix(route) : route.template;
      const template = prefix === '' ? own : joinTemplate(prefix, own);
      const match = compare(templateSegments(template));
      // Parameters alone are equal in every API.
      if (!match || (!match.whole && match.fixed === 0)) continue;
      if (best && (best.whole || (!match.whole && best.matched >= match.matched))) continue;
      best = { route, template, ...match, sameMethod: route.method === verb };
    }
    return best;
  }

  /** What the routes of a router are served below; one empty prefix when nothing mounts it. */
  #prefixes(path: string, router: string, depth: number): readonly Prefix[] {
    const prefixes: Prefix[] = [];
    const own = this.#mounts.get(moduleSegments(path).at(-1) ?? '') ?? [];
    for (const { path: from, mount } of [...own, ...(this.#mounts.get(ANY_MODULE) ?? [])]) {
      const { module, name } = mount.target;
      if (name !== '' && router !== '' && lastOf(name) !== router) continue;
      if (module === '' && (from !== path || router === '' || mount.router === router)) continue;
      if (!modulePointsTo(module, from, path)) continue;
      const above =
        depth < MAX_MOUNT_DEPTH && !(from === path && mount.router === router)
          ? this.#prefixes(from, mount.router, depth + 1)
          : [NO_PREFIX];
      for (const { prefix } of above) {
        if (prefixes.length >= MAX_PREFIXES) break;
        prefixes.push({ prefix: joinTemplate(prefix, mount.prefix), instead: mount.instead === true });
      }
    }
    return prefixes.length === 0 ? [NO_PREFIX] : prefixes;
  }
}

function withoutPrefix({ template, routerPrefix = '' }: CodeRoute): string {
  return template.startsWith(routerPrefix) ? template.slice(routerPrefix.length) : template;
}

function isFixed(segment: string): boolean {
  return segment !== PARAMETER && segment !== REST;
}

function placeOf(route: InFile<CodeRoute>, findHandler: FindHandler): CodePlace {
  const handler = route.handler && findHandler(route.path, route.handler);
  if (handler) return handler;
  const { path, line, column, endLine, functionName } = route;
  return { path, line, column, endLine, functionName };
}

function fitsMethod(declared: string, asked: string): boolean {
  return declared === '' || asked === '' || declared === asked || (asked === 'HEAD' && declared === 'GET');
}

function endOf(template: string): string {
  return templateSegments(template).at(-1) ?? '';
}

function lastOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}
