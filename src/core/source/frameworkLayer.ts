import type { SourceHints } from '../model/source.ts';
import type { CodeCall } from './codeFacts.ts';

/**
 * What a web framework of JavaScript runs around a handler, as its instrumentation tells it: a middleware or a hook,
 * which is neither the declaration of the route it runs for nor a call of that route's handler.
 */
export interface AroundHandler {
  /** The function's own name; undefined for a nameless one. */
  readonly functionName?: string;
  /** The attribute that says it. */
  readonly key: string;
  /** How well a call is the one that installs it: 0 not at all, else 2 and more. */
  readonly installs: (call: CodeCall) => number;
}

/** Attributes that tell the kind of layer, its values for what runs around handlers, and the attribute of its name. */
const TYPES: readonly (readonly [type: string, around: RegExp, name: string])[] = [
  ['express.type', /^middleware$/, 'express.name'],
  ['koa.type', /^middleware$/, 'koa.name'],
  ['connect.type', /^middleware$/, 'connect.name'],
  ['fastify.type', /^(?:hook|route-hook|middleware)$/, 'hook.callback.name'],
];
/** Names of the functions that well-known libraries return, and how those libraries are called. */
const MAKERS: Readonly<Record<string, RegExp>> = {
  jsonParser: /\bjson\(/,
  urlencodedParser: /\burlencoded\(/,
  rawParser: /\braw\(/,
  textParser: /\btext\(/,
  serveStatic: /\b(?:static|serveStatic)\(/,
  corsMiddleware: /\bcors\(/,
  helmetMiddleware: /\bhelmet\(/,
  multerMiddleware: /\.(?:single|array|fields|none|any)\(/,
};
const NAMELESS = /^(?:<?anonymous>?)?$/;

/** The layer a span stands for when it runs around a handler; undefined for every other span. */
export function aroundHandler({ attributes = {}, spanName }: SourceHints): AroundHandler | undefined {
  for (const [type, around, key] of TYPES) {
    const said = attributes[type];
    if (said === undefined) continue;
    if (!around.test(said)) return undefined;
    const name = attributes[key] ?? '';
    const functionName = NAMELESS.test(name) || !/^[\w$]+$/.test(name) ? undefined : name;
    const hook = type === 'fastify.type' ? (/^\w+/.exec(spanName)?.[0] ?? '') : undefined;
    return { key, ...(functionName === undefined ? {} : { functionName }), installs: installer(functionName, hook) };
  }
  return undefined;
}

/** `app.use(fn)`, `app.use(cors())`, `fastify.addHook('onRequest', …)`. */
function installer(functionName: string | undefined, hook: string | undefined): AroundHandler['installs'] {
  const maker = functionName !== undefined && Object.hasOwn(MAKERS, functionName) ? MAKERS[functionName] : undefined;
  return ({ callee, argumentText }) => {
    const last = /[^.]*$/.exec(callee)?.[0] ?? '';
    const words: readonly string[] = argumentText.match(/[\w$]+/g) ?? [];
    const named = functionName !== undefined && words.includes(functionName);
    if (hook !== undefined) {
      if (last !== 'addHook' || words[0] !== hook) return 0;
      return named ? 3 : functionName === undefined ? 2 : 0;
    }
    if (last !== 'use') return 0;
    return named ? 3 : maker?.test(argumentText) === true ? 2 : 0;
  };
}
