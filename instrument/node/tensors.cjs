'use strict';
const { types } = require('node:util');

const MOST_NUMBERS = 1_024;
const FEW_NUMBERS = 16;
const MOST_FACTS = 1_000_000;
const SAMPLE = 100_000;

const typedArray = Object.getPrototypeOf(Uint8Array.prototype);
const getterOf = (of, key) => Object.getOwnPropertyDescriptor(of, key).get;
const lengthOf = getterOf(typedArray, 'length');
const tagOf = getterOf(typedArray, Symbol.toStringTag);

/**
 * The step by which at most about `most` of `size` values are looked at. A prime: what repeats, as the columns of a table do,
 * must not be met at the same place each time.
 */
function evenStep(size, most) {
  let step = Math.ceil(size / most);
  for (let by = 2; by * by <= step; by++) {
    if (step % by !== 0) continue;
    step++;
    by = 1;
  }
  return Math.max(1, step);
}

/** Elements of a typed array, whatever its class says. */
exports.typedLength = (values) => lengthOf.call(values);

/**
 * A typed array as `$tensor`: its type, shape, facts of all numbers or of an even sample of more than a million, the first
 * numbers. `shape` undefined for a list. `numbers` is what is left to be written of all arrays in one text.
 */
exports.tensor = function tensor(values, shape, numbers, dtype) {
  const kind =
    dtype ??
    tagOf
      .call(values)
      .replace(/(?:Clamped)?Array$/, '')
      .toLowerCase();
  return describe(values, lengthOf.call(values), shape, kind, numbers);
};

/** A list of numbers, longer than lists are written, as `$tensor`; undefined when there is anything else in it. */
exports.numberList = function numberList(values, size, numbers) {
  const step = evenStep(size, 10_000);
  let whole = true;
  for (let at = 0; at < size; at += step) {
    const value = values[at];
    if (typeof value !== 'number') return undefined;
    whole &&= Number.isInteger(value);
  }
  for (let at = 0; at < Math.min(size, MOST_NUMBERS); at++) if (typeof values[at] !== 'number') return undefined;
  return describe(values, size, [size], whole ? 'int' : 'float', numbers, step);
};

function describe(values, size, shape, dtype, numbers, step = size > MOST_FACTS ? evenStep(size, SAMPLE) : 1) {
  const facts = types.isBigInt64Array(values) || types.isBigUint64Array(values) ? bigFacts : numberFacts;
  const count = Math.min(size, numbers.left >= MOST_NUMBERS ? MOST_NUMBERS : FEW_NUMBERS);
  numbers.left -= count;
  const short = dtype === 'float32' || dtype === 'float16';
  const data = [];
  for (let at = 0; at < count; at++) data.push(oneNumber(values[at], short));
  const found = facts(values, size, step);
  if (step > 1) {
    // Counts are of all values, as far as the sample tells.
    const share = size / Math.ceil(size / step);
    Object.assign(found, { nan: Math.round(found.nan * share), zeros: Math.round(found.zeros * share), sampled: true });
  }
  return { $tensor: { dtype, shape: shape ?? [size], ...found, data } };
}

function numberFacts(values, size, step) {
  let min = Infinity;
  let max = -Infinity;
  let sum = 0;
  let finite = 0;
  let nan = 0;
  let zeros = 0;
  for (let at = 0; at < size; at += step) {
    const value = values[at];
    if (value - value !== 0) {
      if (value !== value) nan++;
      continue;
    }
    finite++;
    sum += value;
    if (value < min) min = value;
    if (value > max) max = value;
    if (value === 0) zeros++;
  }
  if (finite === 0) return { min: null, max: null, mean: null, nan, zeros };
  const mean = sum / finite;
  return { min, max, mean: Number.isFinite(mean) ? mean : null, nan, zeros };
}

function bigFacts(values, size, step) {
  const numbers = new Float64Array(Math.ceil(size / step));
  for (let at = 0, to = 0; at < size; at += step) numbers[to++] = Number(values[at]);
  return numberFacts(numbers, numbers.length, 1);
}

/** NaN as null, what else is not finite as a text: JSON has neither. */
function oneNumber(value, short) {
  if (typeof value === 'bigint') return Number(value);
  if (Number.isFinite(value)) return short ? Number(value.toPrecision(9)) : value;
  return Number.isNaN(value) ? null : String(value);
}
//# sourceURL=node:internal/spanline/tensors
