import type { SourceConfidence, SourceHints } from '../model/source.ts';
import { languageFits } from './affinity.ts';
import type { CodeLookups, SymbolMatch } from './codeFacts.ts';
import { aroundHandler } from './frameworkLayer.ts';
import { isLibraryScope } from './libraryScope.ts';
import type { HintedPlace } from './routeHints.ts';
import { showText } from './showText.ts';
import { symbolSegments } from './symbolName.ts';

const [CLIENT, PRODUCER] = [3, 4];

/** Scopes of libraries whose spans wrap a user's function and are named for it. */
const WRAPPING_SCOPE =
  /^(?:langfuse|traceloop|openinference\.instrumentation$|mlflow|logfire|opentelemetry\.instrumentation\.(?:celery|logging)|@?opentelemetry\/instrumentation-(?:nestjs|express|koa|hapi|connect|fastify)|@?fastify|io\.opentelemetry\.(?:opentelemetry-instrumentation-annotations|spring-web|jaxrs|kotlinx|grails|struts|quartz|external-annotations|methods))/;
/** Attributes that name a function, with where it is right to look for one. */
const NAMING_KEYS = [
  'fastapi.route.name',
  'mlflow.spanFunctionName',
  'traceloop.entity.name',
  'gen_ai.tool.name',
  'tool.name',
  'ai.toolCall.name',
  'hook.callback.name',
] as const;
/** Names of functions that say nothing of which one is meant. */
const COMMON_NAME =
  /^(?:main|run|handle|handler|handle_request|get|post|put|patch|delete|head|options|query|execute|connect|send|receive|process|request|response|middleware|index|init|call|invoke|start|stop|open|close|select|insert|update|begin|commit|rollback|next|anonymous|root|app|chat|embeddings|completion|worker|task|job|step|loop)$/i;

interface Naming {
  readonly symbol: string;
  /** The attribute it is from; empty for the span's name. */
  readonly key: string;
  /** A single name is enough to be trusted. */
  readonly trusted: boolean;
}

/**
 * Definitions that the span names: `code.function.name` without a usable file, attributes that name a function, the
 * span's own name. **exact** for a name of several parts, all confirmed, by one definition; **likely** for the one
 * definition of a name of one part, and for one confirmed in part; **guess** for what is one of many and for common names.
 */
export function symbolPlaces(hints: SourceHints, lookups: CodeLookups, tried: string[]): HintedPlace[] {
  const places = new Map<string, HintedPlace>();
  for (const naming of namings(hints)) {
    // A call that starts a span of this name says more than a function called the same.
    if (naming.key === '' && isStarted(hints, lookups)) continue;
    const found = lookups.symbols(naming.symbol, hints.language).filter((match) => fits(match, naming));
    if (found.length === 0 && naming.key !== '') {
      tried.push(`No function in the code is called \`${showText(naming.symbol)}\` (${naming.key}).`);
    }
    for (const match of found) {
      const place = placeOf(match, naming, found);
      const key = `${place.path}:${String(place.line)}`;
      if (!places.has(key)) places.set(key, place);
    }
    // A worse name adds only noise to what a better one found.
    if (found.length > 0) break;
  }
  return [...places.values()];
}

function isStarted({ spanName, language }: SourceHints, lookups: CodeLookups): boolean {
  return lookups.spanStarts(spanName).some((start) => languageFits(start.language, language) !== false);
}

function namings(hints: SourceHints): Naming[] {
  const { code, kind, spanName, scopeName, attributes = {}, parent } = hints;
  const around = aroundHandler(hints);
  const names: Naming[] = [];
  if (code.functionName !== undefined) names.push({ symbol: code.functionName, key: keyOf(code.keys), trusted: true });
  if (kind === CLIENT || kind === PRODUCER) return names;
  if (attributes['class'] !== undefined && attributes['method'] !== undefined) {
    names.push({ symbol: `${attributes['class']}.${attributes['method']}`, key: 'class, method', trusted: true });
  }
  for (const key of NAMING_KEYS) {
    const symbol = attributes[key]?.replace(/^"|"$/g, '');
    if (symbol === undefined || key === around?.key) continue;
    names.push({ symbol, key, trusted: key !== 'hook.callback.name' });
  }
  if (around) {
    if (around.functionName !== undefined) names.push({ symbol: around.functionName, key: around.key, trusted: false });
    return names;
  }
  const own = spanName
    .replace(/\.(?:workflow|task|agent|tool)$/, '')
    .replace(/^(?:execute_tool|running tool:?)\s+/, '');
  // Nest's inner span has the method's name, the one around it the class's, too.
  const inner = parent?.spanName.endsWith(`.${spanName}`) === true && parent.scopeName === scopeName;
  if (inner) return [...names, { symbol: parent.spanName, key: '', trusted: true }];
  const wraps = !isLibraryScope(scopeName) || WRAPPING_SCOPE.test(scopeName);
  // A library's spans are named for its own functions, unless a class of the workspace is named, too.
  if (wraps || symbolSegments(own).length > 1) names.push({ symbol: own, key: '', trusted: wraps && own !== spanName });
  return names;
}

function keyOf(keys: readonly string[]): string {
  return keys.find((key) => key.includes('function')) ?? 'code.function.name';
}

/** A dotted span name of which only the last part is confirmed is a name of its own: `job.run`. */
function fits({ matched, whole }: SymbolMatch, { key }: Naming): boolean {
  return whole || matched > 1 || key !== '';
}

function placeOf(
  { definition, matched, whole }: SymbolMatch,
  naming: Naming,
  found: readonly SymbolMatch[],
): HintedPlace {
  const { path, line, column, endLine, name, container, kind } = definition;
  const functionName = kind === 'method' ? `${container.slice(container.lastIndexOf('.') + 1)}.${name}` : name;
  const evidence = { kind: 'symbol', symbol: showText(naming.symbol), key: naming.key } as const;
  const confidence = confidenceOf(matched, whole, found.length, naming, name, kind);
  return {
    path,
    line,
    column,
    endLine,
    functionName,
    confidence,
    evidence,
    fit: matched * 2 + (kind === 'class' ? 0 : 1),
  };
}

function confidenceOf(
  matched: number,
  whole: boolean,
  count: number,
  { key, trusted }: Naming,
  name: string,
  kind: 'function' | 'method' | 'class',
): SourceConfidence {
  if (!whole && matched < 2) return 'guess';
  if (count > 1) return matched > 1 || trusted ? 'likely' : 'guess';
  if (kind === 'class') return 'guess';
  if (matched > 1) return whole && key !== '' ? 'exact' : 'likely';
  return trusted || !COMMON_NAME.test(name) ? 'likely' : 'guess';
}
