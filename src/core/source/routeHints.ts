import type { SourceConfidence, SourceEvidence, SourceHints } from '../model/source.ts';
import { languageFits, type SourceLanguage } from './affinity.ts';
import type { CodeLookups, CodePlace, RouteMatch } from './codeFacts.ts';
import { aroundHandler } from './frameworkLayer.ts';
import { isLibraryScope } from './libraryScope.ts';
import { matchedPath, matchedSegments, templateSegments } from './routeTemplate.ts';
import { showText } from './showText.ts';

const [SERVER, CLIENT, PRODUCER] = [2, 3, 4];

/** A place that a hint leads to, before it is ranked among those of other hints. */
export interface HintedPlace extends CodePlace {
  readonly confidence: SourceConfidence;
  readonly evidence: SourceEvidence;
  /** Compared between places of one kind of evidence, larger first. */
  readonly fit: number;
}

/** What the code declares for a span: its route, remote procedure or task, and what was looked for in vain. */
export function declaredPlaces(hints: SourceHints, lookups: CodeLookups, tried: string[]): HintedPlace[] {
  if (hints.kind === CLIENT || hints.kind === PRODUCER) return [];
  return [
    ...routePlaces(hints, lookups, tried),
    ...procedurePlaces(hints, lookups, tried),
    ...taskPlaces(hints, lookups, tried),
  ];
}

/** A request that a span serves. */
interface ServedRequest {
  /** Upper case; empty when unknown. */
  readonly method: string;
  /** `http.route`, or the name of a server span: `GET /x/{id}`. */
  readonly route?: string;
  /** As requested; told of server spans only. */
  readonly path?: string;
}

function requestOf(hints: SourceHints): ServedRequest {
  const { kind, spanName, attributes = {} } = hints;
  const named = /^(?:([A-Z]{3,7})\s+)?(\^?\/\S{0,300}|[\w<^][\w<>:.-]{0,60}\/\S{0,300})/.exec(spanName);
  const sent = attributes['http.request.method'] ?? attributes['http.method'];
  const verb = (sent ?? named?.[1] ?? '').toUpperCase();
  const inName = kind === SERVER && (sent !== undefined || named?.[1] !== undefined) ? named?.[2] : undefined;
  const route = attributes['http.route'] ?? inName;
  const path =
    kind === SERVER ? (attributes['url.path'] ?? attributes['http.target']?.replace(/[?#].*$/s, '')) : undefined;
  return {
    method: /^[A-Z]{3,7}$/.test(verb) ? verb : '',
    // Some senders put `*` for what nothing served.
    ...(route === undefined || /^\/?\*{1,2}$/.test(route) ? {} : { route }),
    ...(path === undefined ? {} : { path }),
  };
}

/**
 * The request that a span of a framework is part of: its own, or for a span inside the server (a router, a handler's
 * wrapper), whose route may be relative and whose method is not told, that of the server span around it.
 */
function servedRequest(hints: SourceHints): ServedRequest {
  const own = requestOf(hints);
  if (hints.kind === SERVER || own.route === undefined || !isLibraryScope(hints.scopeName)) return own;
  const segments = templateSegments(own.route);
  for (let around = hints.parent; around; around = around.parent) {
    if (around.kind !== SERVER) continue;
    const whole = requestOf(around);
    const served = templateSegments(whole.route ?? '');
    // A handler's span has the end of the whole path, a router's its beginning.
    const ends = matchedSegments(served, segments) === segments.length;
    const fits = ends || segments.every((segment, i) => segment === served[i]);
    return whole.route !== undefined && fits ? whole : own;
  }
  return own;
}

/**
 * **exact** for the one declaration with this method and whole path; **likely** for several of these, and for a path
 * that ends alike, as prefixes may be set where the code does not show them.
 */
function routePlaces(hints: SourceHints, lookups: CodeLookups, tried: string[]): HintedPlace[] {
  // Of a middleware, a route is what it is mounted at or runs for.
  if (aroundHandler(hints)) return [];
  const { method, route, path } = servedRequest(hints);
  if (route === undefined && path === undefined) return [];
  const fits = ({ route: { language } }: RouteMatch): boolean => languageFits(language, hints.language) !== false;
  // Some frameworks name the mount alone: the path tells which of its routes it was.
  const byRoute = route !== undefined && (path === undefined || servesPath(route, path));
  const found = (byRoute ? lookups.routes(method, route) : lookups.routesForPath(method, path ?? '')).filter(fits);
  const others =
    found.length === 0 && !byRoute && route !== undefined ? lookups.routes(method, route).filter(fits) : found;
  if (others.length === 0) {
    tried.push(`No route in the code serves \`${showText(`${method} ${route ?? path ?? ''}`.trim())}\`.`);
  }
  const best = Math.max(0, ...others.map(routeFit));
  const equals = new Set(
    others.filter((match) => routeFit(match) === best).map(({ place }) => `${place.path}:${String(place.line)}`),
  );
  return others.map((match) => {
    const top = routeFit(match) === best;
    const confidence = top && match.whole && equals.size === 1 ? 'exact' : top ? 'likely' : 'guess';
    const declared = `${match.route.method} ${match.template}`.trim();
    const evidence: SourceEvidence = { kind: 'declaration', what: 'route', declared: showText(declared) };
    return { ...match.place, confidence, evidence, fit: routeFit(match) };
  });
}

function servesPath(route: string, path: string): boolean {
  return matchedPath(templateSegments(route), templateSegments(path)) !== undefined;
}

function routeFit({ whole, matched, fixed, sameMethod }: RouteMatch): number {
  return (whole ? 10_000 : 0) + matched * 100 + fixed * 2 + (sameMethod ? 1 : 0);
}

/** `rpc.service` and `rpc.method`, `rpc.method` alone as `pkg.Service/Method`, or the name of a server span. */
function procedurePlaces(hints: SourceHints, lookups: CodeLookups, tried: string[]): HintedPlace[] {
  const { attributes = {}, kind, spanName } = hints;
  const method = attributes['rpc.method'] ?? '';
  const service = attributes['rpc.service'] ?? '';
  const system = attributes['rpc.system'] ?? attributes['rpc.system.name'];
  const full = method.includes('/')
    ? method
    : method === '' && (system !== undefined || kind === SERVER)
      ? spanName
      : `${service}/${method}`;
  const named = /^\/?([\w.]{1,200})\/(\w{1,200})$/.exec(full);
  if (!named || (method === '' && system === undefined && !named[1]?.includes('.'))) return [];
  const [, name = '', procedure = ''] = named;
  const found = lookups
    .rpcs(name, procedure)
    .filter(({ language }) => languageFits(language, hints.language) !== false);
  if (found.length === 0) tried.push(`No class in the code implements \`${showText(`${name}/${procedure}`)}\`.`);
  const declared = showText(`${name}/${procedure}`);
  return found.map((rpc) => ({
    ...placeOf(rpc),
    confidence: found.length === 1 ? 'exact' : 'likely',
    evidence: { kind: 'declaration', what: 'procedure', declared },
    fit: rpc.service === '' ? 0 : rpc.service.split('.').length,
  }));
}

/** Celery: the task's name as attribute, or in the span's name `run/shop.tasks.send`. */
function taskPlaces(hints: SourceHints, lookups: CodeLookups, tried: string[]): HintedPlace[] {
  const name = hints.attributes?.['celery.task_name'] ?? /^run\/(\S{1,300})$/.exec(hints.spanName)?.[1];
  if (name === undefined) return [];
  const found = lookups.tasks(name).filter(({ language }) => languageFits(language, hints.language) !== false);
  if (found.length === 0) tried.push(`No task in the code is called \`${showText(name)}\`.`);
  return found.map((task) => ({
    ...placeOf(task),
    confidence: found.length === 1 ? 'exact' : 'likely',
    evidence: { kind: 'declaration', what: 'task', declared: showText(name) },
    fit: 0,
  }));
}

function placeOf({
  path,
  line,
  column,
  endLine,
  functionName,
}: CodePlace & { readonly language: SourceLanguage }): CodePlace {
  return { path, line, column, endLine, functionName };
}
