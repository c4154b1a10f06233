import type { SourceConfidence, SourceEvidence, SourceHints } from '../model/source.ts';
import { languageFits, type SourceLanguage } from './affinity.ts';
import type { CodeLookups, CodePlace, RouteMatch } from './codeFacts.ts';
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

/** Method and path of a request that the span serves; `http.route`, else the name of a server span: `GET /x/{id}`. */
export function requestOf(hints: SourceHints): { readonly method: string; readonly route: string } | undefined {
  const { kind, spanName, attributes = {} } = hints;
  const named = /^(?:([A-Z]{3,7})\s+)?(\^?\/\S{0,300}|[\w<^][\w<>:.-]{0,60}\/\S{0,300})/.exec(spanName);
  const sent = attributes['http.request.method'] ?? attributes['http.method'];
  const method = (sent ?? named?.[1] ?? '').toUpperCase();
  const route =
    attributes['http.route'] ?? (kind === SERVER && (sent !== undefined || named?.[1]) ? named?.[2] : undefined);
  // Some senders put the unmatched path `*` there.
  if (route === undefined || (/^\/?\*{0,2}$/.test(route) && route !== '/')) return undefined;
  return { method: /^[A-Z]{3,7}$/.test(method) ? method : '', route };
}

/**
 * **exact** for the one declaration with this method and whole path; **likely** for several of these, and for a path
 * that ends alike, as prefixes may be set where the code does not show them.
 */
function routePlaces(hints: SourceHints, lookups: CodeLookups, tried: string[]): HintedPlace[] {
  const request = requestOf(hints);
  if (!request) return [];
  const found = lookups
    .routes(request.method, request.route)
    .filter(({ route }) => languageFits(route.language, hints.language) !== false);
  if (found.length === 0)
    tried.push(`No route in the code serves \`${showText(`${request.method} ${request.route}`.trim())}\`.`);
  const best = Math.max(0, ...found.map(routeFit));
  const equals = new Set(
    found.filter((match) => routeFit(match) === best).map(({ place }) => `${place.path}:${String(place.line)}`),
  );
  return found.map((match) => {
    const top = routeFit(match) === best;
    const confidence = top && match.whole && equals.size === 1 ? 'exact' : top ? 'likely' : 'guess';
    const declared = `${match.route.method} ${match.template}`.trim();
    const evidence: SourceEvidence = { kind: 'declaration', what: 'route', declared: showText(declared) };
    return { ...match.place, confidence, evidence, fit: routeFit(match) };
  });
}

function routeFit({ whole, matched, sameMethod }: RouteMatch): number {
  return (whole ? 1_000 : 0) + matched * 10 + (sameMethod ? 1 : 0);
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
