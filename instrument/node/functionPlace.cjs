'use strict';
const { isUserFile, placeOf } = require('./places.cjs');

/** Each time that scripts are asked for takes some 50 ms. */
const MOST_LISTINGS = 8;
/** A function that is bound to one that is bound. */
const MOST_BOUND = 3;
const HELD = '__spanline_held__';

/** @type {WeakMap<Function, any>} */
const known = new WeakMap();
/** URLs by the inspector's ids. */
const scripts = new Map();
let session;
let listings = 0;

/**
 * Where a function of the program is defined, as `placeOf` says of frames; undefined for one of a library, and where nobody
 * knows. V8 tells the inspector alone: a session within the process, which opens no port and is no debugger; it lists the
 * scripts once, about 50 ms, and takes a fifth of a millisecond for each function, once. Never throws.
 */
exports.placeOfFunction = function placeOfFunction(made) {
  if (typeof made !== 'function') return undefined;
  let place = known.get(made);
  if (place === undefined) {
    try {
      place = read(made) ?? null;
    } catch {
      // A Node without an inspector.
      place = null;
    }
    known.set(made, place);
  }
  return place ?? undefined;
};

function read(made) {
  const location = locationOf(made);
  if (location === undefined) return undefined;
  if (!scripts.has(location.scriptId)) listScripts();
  const url = scripts.get(location.scriptId);
  if (!isUserFile(url)) return undefined;
  return placeOf(frameOf(url, location.lineNumber + 1, location.columnNumber + 1, made.name));
}

function locationOf(made) {
  if (session === undefined) {
    const { Session } = require('node:inspector');
    session = new Session();
    session.connect();
  }
  let found;
  try {
    Object.defineProperty(globalThis, HELD, { value: made, configurable: true });
    // Called back before it returns.
    const ask = (method, params) => {
      let answer;
      session.post(method, params, (error, result) => {
        if (!error) answer = result;
      });
      return answer;
    };
    const objectGroup = 'spanline';
    let id = ask('Runtime.evaluate', { expression: `globalThis.${HELD}`, objectGroup, silent: true })?.result?.objectId;
    for (let depth = 0; id !== undefined && found === undefined && depth < MOST_BOUND; depth++) {
      const { internalProperties } = ask('Runtime.getProperties', { objectId: id, ownProperties: true }) ?? {};
      const named = (name) => internalProperties?.find((each) => each.name === name)?.value;
      found = named('[[FunctionLocation]]')?.value;
      id = named('[[TargetFunction]]')?.objectId;
    }
    ask('Runtime.releaseObjectGroup', { objectGroup });
  } finally {
    delete globalThis[HELD];
  }
  return found;
}

function listScripts() {
  if (listings >= MOST_LISTINGS) return;
  listings++;
  const add = ({ params }) => scripts.set(params.scriptId, params.url);
  session.on('Debugger.scriptParsed', add);
  try {
    session.post('Debugger.enable');
  } finally {
    session.post('Debugger.disable');
    session.removeListener('Debugger.scriptParsed', add);
  }
}

/** A frame as V8 makes them, as far as it is asked here and by hooks for stacks. */
function frameOf(url, line, column, name) {
  const nothing = () => null;
  const no = () => false;
  return {
    getFileName: () => url,
    getScriptNameOrSourceURL: () => url,
    // Of its own: frames have offsets, which are not negative.
    getPosition: () => -(line * 100_000 + column),
    getLineNumber: () => line,
    getColumnNumber: () => column,
    getFunctionName: () => (typeof name === 'string' ? name.replace(/^(?:bound )+/, '') : ''),
    getMethodName: nothing,
    getTypeName: nothing,
    getThis: () => undefined,
    getFunction: () => undefined,
    getEvalOrigin: nothing,
    getPromiseIndex: nothing,
    isToplevel: () => true,
    isEval: no,
    isNative: no,
    isConstructor: no,
    isAsync: no,
    isPromiseAll: no,
    toString: () => `${url}:${line}:${column}`,
  };
}
//# sourceURL=node:internal/spanline/functionPlace
