'use strict';
const { callSites } = require('./callSites.cjs');

/**
 * V8 takes 2 µs for a stack and half a microsecond for each frame of it, skipped ones too: so frames are taken where the SDK
 * is entered, not five calls deeper where it tells its processors; and as many as a span of this name needed before, else
 * those of a call through the API.
 */
const NEAR_FRAMES = 2;
const FEW_FRAMES = 12;
const MANY_FRAMES = 64;
/** A program that makes up names looks near first. */
const MAX_NAMES = 2_000;
/**
 * Of the program's time that taking more frames than those may need, and how much of it is saved up. A flood of spans
 * started deep in libraries does without lines rather than slow the program down.
 */
const FAR_SHARE = 0.05;
const FAR_SAVED_US = 500_000;
const FRAME_US = 0.7;

/** By name of the span. */
const framesNeeded = new Map();
const wrapped = new WeakSet();
/** What was taken for the span that is being started, until it is: the frames, after our own, and how. */
let held;
let heldLimit = 0;
let heldBelow;
let saved = FAR_SAVED_US;
let savedAt = 0;

/** Takes the frames of every span that the tracers of a prototype start. */
exports.watchStarts = function watchStarts(prototype) {
  if (prototype === null || typeof prototype !== 'object' || wrapped.has(prototype)) return;
  wrapped.add(prototype);
  wrap(prototype, 'startSpan');
  wrap(prototype, 'startActiveSpan');
};

const NONE = [];
const asIs = (_error, sites) => sites;

function wrap(prototype, method) {
  const start = prototype[method];
  if (typeof start !== 'function') return;
  const started = {
    [method](name) {
      if (held === undefined) {
        try {
          const prepare = Error.prepareStackTrace;
          const before = Error.stackTraceLimit;
          const limit = framesNeeded.get(name) ?? NEAR_FRAMES;
          heldLimit = limit;
          heldBelow = started;
          held = NONE;
          if (limit <= NEAR_FRAMES || mayLook(limit))
            try {
              Error.prepareStackTrace = asIs;
              Error.stackTraceLimit = limit + 1;
              // In this function, and by an error: cheaper by a third than to look for a function on the stack.
              const { stack } = new Error();
              if (Array.isArray(stack)) held = stack;
            } finally {
              Error.prepareStackTrace = prepare;
              Error.stackTraceLimit = before;
            }
        } catch {
          // E.g. an Error that nobody may write to.
        }
      }
      try {
        return start.apply(this, arguments);
      } finally {
        // By now it has started; one that is not recorded never asked.
        held = undefined;
      }
    },
  }[method];
  Object.defineProperty(started, 'length', { value: start.length, configurable: true });
  Object.defineProperty(prototype, method, { value: started, configurable: true, writable: true });
}

/** What `look` answers when the frames it was given do not say. */
const MORE = (exports.MORE = Symbol('more'));

/**
 * The answer of `look(sites, from, areMore)` to the frames of the span that is being started, nearest first and beginning at
 * `from`; asked again with more of them for {@link MORE}. An answer's `depth` says how many it needed. Undefined when there is
 * none. `onStart` is the function that the SDK calls.
 */
exports.lookAtStart = function lookAtStart(name, onStart, look) {
  const near = held;
  held = undefined;
  // Without: somebody makes spans by another way than a tracer's.
  const below = near === undefined ? onStart : heldBelow;
  let limit = near === undefined ? 0 : heldLimit;
  if (near === NONE) return undefined;
  let found = near === undefined ? MORE : look(near, 1, near.length === limit + 1);
  while (found === MORE && limit < MANY_FRAMES) {
    limit = limit < FEW_FRAMES ? FEW_FRAMES : MANY_FRAMES;
    if (!mayLook(limit)) return undefined;
    const sites = callSites(below, limit);
    found = look(sites, 0, sites.length === limit);
  }
  if (found === MORE) found = undefined;
  const needed = found === undefined ? limit : found.depth;
  if (needed > NEAR_FRAMES && needed > (framesNeeded.get(name) ?? 0)) {
    if (framesNeeded.size >= MAX_NAMES) framesNeeded.clear();
    framesNeeded.set(name, needed);
  }
  return found;
};

function mayLook(frames) {
  // As many as a helper or two need are for everybody.
  if (frames <= 2 * NEAR_FRAMES) return true;
  const now = performance.now() * 1000;
  saved = Math.min(FAR_SAVED_US, saved + (now - savedAt) * FAR_SHARE);
  savedAt = now;
  if (saved < 0) return false;
  saved -= frames * FRAME_US;
  return true;
}
//# sourceURL=node:internal/spanline/startFrames
