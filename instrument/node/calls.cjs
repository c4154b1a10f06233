'use strict';
const { types } = require('node:util');
const { standIn } = require('./standby.cjs');
const { registered } = require('./wake.cjs');

/**
 * A span for each call of a function that the user chose, with what went in and what came out. `rewrite.cjs` puts the calls
 * of this into the functions. While the program has no provider, nor one that stands in for it, the function is called and nothing else.
 */

const SPAN_KEY = Symbol.for('OpenTelemetry Context Key SPAN');
const SUPPRESSED = Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING');
/** SpanKind and SpanStatusCode of the API. */
const INTERNAL = 0;
const ERROR = 2;
/** What a generator gives is kept up to this many items. */
const MOST_YIELDED = 100;
const { then } = Promise.prototype;

let tracer;
/** While a span of ours starts or ends: what a processor of the program calls then is no call of the program's. */
let busy = false;
/** What stands for a promise that a function returned: the same for the same one. */
const followed = new WeakMap();

/** Puts into the global scope what rewritten functions call. */
exports.define = function define() {
  for (const [name, value] of Object.entries({ __spanline_call__: called, __spanline_generator__: generated }))
    Object.defineProperty(globalThis, name, { value, configurable: true });
};

function called(name, file, line, names, values, body, rest) {
  const call = busy ? undefined : begin(name, file, line, names, values, rest);
  if (call === undefined) return body(...values);
  let value;
  try {
    value = call.within(() => body(...values));
  } catch (error) {
    call.failed(error);
    throw error;
  }
  if (!types.isPromise(value) || Object.getPrototypeOf(value) !== Promise.prototype) {
    call.returned(value);
    return value;
  }
  return call.follow(value);
}

function generated(name, file, line, names, values, inner) {
  const call = busy ? undefined : begin(name, file, line, names, values, undefined);
  if (call === undefined) return inner;
  return Symbol.asyncIterator in inner ? new AsyncSteps(inner, call) : new SyncSteps(inner, call);
}

/** A call that is recorded; undefined when nobody does. Never throws. */
function begin(name, file, line, names, values, rest) {
  const own = registered('trace');
  const stood = own === undefined ? standIn() : undefined;
  const provider = own ?? stood?.provider;
  if (provider === undefined) return undefined;
  try {
    // Without a provider of its own the proxy has one that records nothing.
    if (tracer === undefined || tracer.of !== provider) {
      if (provider._delegate === undefined && typeof provider.setDelegate === 'function') return undefined;
      tracer = { of: provider, tracer: provider.getTracer('spanline') };
    }
    const manager = stood?.manager ?? registered('context');
    const context = manager?.active();
    if (context?.getValue(SUPPRESSED)) return undefined;
    busy = true;
    const { fields } = require('./describe.cjs');
    const attributes = {
      'code.file.path': file,
      'code.line.number': line,
      'code.function.name': name,
      'spanline.call.arguments':
        rest === undefined ? fields(names, values) : fields(Object.keys(rest), Array.from(rest)),
    };
    const span = tracer.tracer.startSpan(name, { kind: INTERNAL, attributes }, context);
    if (!span.isRecording()) return undefined;
    return new Call(span, manager, context?.setValue(SPAN_KEY, span));
  } catch {
    return undefined;
  } finally {
    busy = false;
  }
}

class Call {
  #span;
  #manager;
  #context;
  #yielded;
  #more = 0;

  constructor(span, manager, context) {
    this.#span = span;
    this.#manager = manager;
    this.#context = context;
  }

  within(run) {
    return this.#context === undefined ? run() : this.#manager.with(this.#context, run);
  }

  /** A generator gives a value and is not finished. */
  gave(value) {
    this.#yielded ??= [];
    if (this.#yielded.length < MOST_YIELDED) this.#yielded.push(value);
    else this.#more++;
  }

  returned(value) {
    this.#end(() => {
      const { sequence, text } = require('./describe.cjs');
      this.#span.setAttribute(
        'spanline.call.return',
        this.#yielded === undefined ? text(value) : sequence(this.#yielded, this.#more),
      );
    });
  }

  failed(error) {
    this.#end(() => {
      const text = types.isNativeError(error) ? String(error.message) : typeof error === 'string' ? error : '';
      if (types.isNativeError(error) || typeof error === 'string') this.#span.recordException(error);
      this.#span.setStatus({ code: ERROR, message: text });
    });
  }

  /** The span ends when a promise settles. What is returned settles as it does, and is unhandled when nobody handles it. */
  follow(promise) {
    then.call(
      promise,
      (value) => this.returned(value),
      (error) => this.failed(error),
    );
    let stand = followed.get(promise);
    if (stand === undefined) followed.set(promise, (stand = then.call(promise)));
    return stand;
  }

  #end(last) {
    busy = true;
    try {
      last();
    } catch {
      // It ends all the same.
    }
    try {
      this.#span.end();
    } catch {
      // An SDK of another shape.
    } finally {
      busy = false;
    }
  }
}

/** A generator whose steps are within the call, and what its consumer does between them is not. */
class Steps {
  #state;
  #step;

  constructor(inner, call, step) {
    this.#state = { inner, call, done: false };
    this.#step = step;
  }

  next(value) {
    return this.#step(this.#state, 'next', value);
  }

  return(value) {
    return this.#step(this.#state, 'return', value);
  }

  throw(error) {
    return this.#step(this.#state, 'throw', error);
  }
}

class SyncSteps extends Steps {
  constructor(inner, call) {
    super(inner, call, step);
  }

  [Symbol.iterator]() {
    return this;
  }
}

class AsyncSteps extends Steps {
  constructor(inner, call) {
    super(inner, call, stepLater);
  }

  [Symbol.asyncIterator]() {
    return this;
  }
}

function step(state, way, value) {
  try {
    return took(
      state,
      state.call.within(() => state.inner[way](value)),
    );
  } catch (error) {
    throw failed(state, error);
  }
}

async function stepLater(state, way, value) {
  try {
    return took(state, await state.call.within(() => state.inner[way](value)));
  } catch (error) {
    throw failed(state, error);
  }
}

function took(state, result) {
  const { call, done } = state;
  if (!result.done) call.gave(result.value);
  else if (!done) {
    state.done = true;
    call.returned(result.value);
  }
  return result;
}

function failed(state, error) {
  if (!state.done) state.call.failed(error);
  state.done = true;
  return error;
}
//# sourceURL=node:internal/spanline/calls
