import { canonicalJson, shortLine } from './contentKey.ts';
import { isFields } from '../inference/fields.ts';

/** Something about arguments that the tool's schema does not allow, or does not know. */
export interface ArgumentProblem {
  /** `address.zip`, `items[2]`; empty for the arguments as a whole. */
  readonly path: string;
  /** Short and complete, about the value at the path. */
  readonly text: string;
  /** `unknown`: the schema has no such property, but allows others. */
  readonly kind: 'wrong' | 'unknown';
}

const MOST_PROBLEMS = 20;
const MOST_DEPTH = 32;
const VALUE_CHARS = 60;
/** Schemas applied to one set of arguments; alternatives within alternatives multiply. */
const MOST_WORK = 20_000;

/**
 * Checks a tool's arguments against its JSON Schema. A subset of draft 2020-12, read tolerantly (Gemini's upper-case types,
 * OpenAPI's `nullable`): type, enum, const, required, properties, additionalProperties, items, prefixItems, minItems,
 * maxItems, minLength, maxLength, minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, anyOf, oneOf (as anyOf),
 * allOf, and `$ref` within the schema. Left out, so never a problem: pattern, format, not, if, dependencies, uniqueItems,
 * patternProperties' values, references elsewhere. At most 20 problems, in the order of the schema.
 */
export function checkArguments(schema: unknown, value: unknown): readonly ArgumentProblem[] {
  const check = new Check(schema);
  check.value(schema, value, '', 0);
  return check.problems;
}

class Check {
  readonly problems: ArgumentProblem[] = [];
  readonly #root: unknown;
  #work = 0;

  constructor(root: unknown) {
    this.#root = root;
  }

  value(given: unknown, value: unknown, path: string, depth: number): void {
    if (depth > MOST_DEPTH || ++this.#work > MOST_WORK) return;
    if (given === false) this.#wrong(path, 'is not allowed');
    const schema = this.#resolved(given);
    if (!isFields(schema)) return;
    if (value === null && schema['nullable'] === true) return;
    if (!this.#type(schema, value, path)) return;
    if (Array.isArray(schema['enum']) && !schema['enum'].some((one) => isEqual(one, value))) {
      const allowed = schema['enum'].slice(0, 8).map(shown).join(', ');
      this.#wrong(path, `is ${shown(value)}, and only ${allowed}${schema['enum'].length > 8 ? ', …' : ''} are allowed`);
    }
    if (Object.hasOwn(schema, 'const') && !isEqual(schema['const'], value)) {
      this.#wrong(path, `is ${shown(value)}, and only ${shown(schema['const'])} is allowed`);
    }
    if (typeof value === 'number') this.#number(schema, value, path);
    else if (typeof value === 'string') this.#length(schema, value.length, path, 'Length', 'characters');
    else if (Array.isArray(value)) this.#items(schema, value, path, depth);
    else if (isFields(value)) this.#members(schema, value, path, depth);
    this.#alternatives(schema, value, path, depth);
  }

  #type(schema: Readonly<Record<string, unknown>>, value: unknown, path: string): boolean {
    const given = schema['type'];
    const types = (Array.isArray(given) ? (given as unknown[]) : [given])
      .filter((type) => typeof type === 'string')
      .map((type) => type.toLowerCase());
    if (types.length === 0 || types.some((type) => isOfType(type, value))) return true;
    this.#wrong(path, `is ${shown(value)}, ${typeName(value)}; it should be ${types.join(' or ')}`);
    return false;
  }

  #number(schema: Readonly<Record<string, unknown>>, value: number, path: string): void {
    const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
    if (typeof minimum === 'number' && (exclusiveMinimum === true ? value <= minimum : value < minimum)) {
      this.#wrong(path, `is ${value}, and the least is ${minimum}`);
    }
    if (typeof maximum === 'number' && (exclusiveMaximum === true ? value >= maximum : value > maximum)) {
      this.#wrong(path, `is ${value}, and the most is ${maximum}`);
    }
    if (typeof exclusiveMinimum === 'number' && value <= exclusiveMinimum) {
      this.#wrong(path, `is ${value}, and has to be more than ${exclusiveMinimum}`);
    }
    if (typeof exclusiveMaximum === 'number' && value >= exclusiveMaximum) {
      this.#wrong(path, `is ${value}, and has to be less than ${exclusiveMaximum}`);
    }
    if (typeof multipleOf === 'number' && multipleOf > 0) {
      const times = value / multipleOf;
      if (Math.abs(times - Math.round(times)) > 1e-9 * Math.max(1, Math.abs(times))) {
        this.#wrong(path, `is ${value}, which is no multiple of ${multipleOf}`);
      }
    }
  }

  #length(
    schema: Readonly<Record<string, unknown>>,
    length: number,
    path: string,
    of: 'Length' | 'Items',
    unit: string,
  ): void {
    const least = schema[`min${of}`];
    const most = schema[`max${of}`];
    if (typeof least === 'number' && length < least)
      this.#wrong(path, `has ${length} ${unit}, and the least is ${least}`);
    if (typeof most === 'number' && length > most) this.#wrong(path, `has ${length} ${unit}, and the most is ${most}`);
  }

  #items(schema: Readonly<Record<string, unknown>>, value: readonly unknown[], path: string, depth: number): void {
    this.#length(schema, value.length, path, 'Items', 'items');
    const first = Array.isArray(schema['prefixItems']) ? (schema['prefixItems'] as unknown[]) : [];
    const { items } = schema;
    value.forEach((item, index) => {
      const of = index < first.length ? first[index] : items;
      if (of !== undefined && this.problems.length < MOST_PROBLEMS)
        this.value(of, item, `${path}[${index}]`, depth + 1);
    });
  }

  #members(
    schema: Readonly<Record<string, unknown>>,
    value: Readonly<Record<string, unknown>>,
    path: string,
    depth: number,
  ): void {
    const at = (key: string): string => (path === '' ? key : `${path}.${key}`);
    const { required, properties, additionalProperties, patternProperties } = schema;
    for (const key of Array.isArray(required) ? (required as unknown[]) : []) {
      if (typeof key === 'string' && !Object.hasOwn(value, key)) this.#wrong(at(key), 'is missing, and required');
    }
    const known = isFields(properties) ? properties : {};
    for (const [key, member] of Object.entries(value)) {
      if (this.problems.length >= MOST_PROBLEMS) return;
      if (Object.hasOwn(known, key)) this.value(known[key], member, at(key), depth + 1);
      else if (isFields(patternProperties) || !isFields(properties)) continue;
      else if (additionalProperties === false) this.#wrong(at(key), 'is not a parameter of the tool');
      else if (isFields(additionalProperties)) this.value(additionalProperties, member, at(key), depth + 1);
      else if (additionalProperties === undefined) this.#add(at(key), 'is not in the schema of the tool', 'unknown');
    }
  }

  #alternatives(schema: Readonly<Record<string, unknown>>, value: unknown, path: string, depth: number): void {
    for (const one of Array.isArray(schema['allOf']) ? (schema['allOf'] as unknown[]) : []) {
      this.value(withOpenEnd(one), value, path, depth + 1);
    }
    for (const key of ['anyOf', 'oneOf']) {
      const forms = schema[key];
      if (!Array.isArray(forms) || forms.length === 0) continue;
      const tried = forms.map((form: unknown) => {
        const check = new Check(this.#root);
        check.#work = this.#work;
        check.value(form, value, path, depth + 1);
        this.#work = check.#work;
        return check.problems.filter(({ kind }) => kind === 'wrong');
      });
      if (tried.some((problems) => problems.length === 0)) continue;
      // The form that comes nearest says most.
      const ofType = tried.filter(
        (problems) => !problems.some((problem) => problem.path === path && problem.text.includes('it should be')),
      );
      const nearest = (ofType.length === 1 ? ofType : tried).toSorted((a, b) => a.length - b.length)[0] ?? [];
      if (ofType.length === 1) this.problems.push(...nearest.slice(0, MOST_PROBLEMS - this.problems.length));
      else this.#wrong(path, `is ${shown(value)}, which is none of the ${forms.length} forms allowed`);
    }
  }

  #resolved(given: unknown): unknown {
    let schema = given;
    for (let hops = 0; hops < 16 && isFields(schema) && typeof schema['$ref'] === 'string'; hops++) {
      const reference = schema['$ref'];
      if (!reference.startsWith('#')) return undefined;
      let found: unknown = this.#root;
      for (const step of reference.slice(1).split('/').slice(1)) {
        const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
        found = isFields(found) && Object.hasOwn(found, key) ? found[key] : undefined;
      }
      schema = found;
    }
    return schema;
  }

  #wrong(path: string, text: string): void {
    this.#add(path, text, 'wrong');
  }

  #add(path: string, text: string, kind: ArgumentProblem['kind']): void {
    if (this.problems.length < MOST_PROBLEMS)
      this.problems.push({ path: shortLine(path, 120), text: shortLine(text, 300), kind });
  }
}

/** Of schemas that all hold, each knows its own properties only. */
function withOpenEnd(schema: unknown): unknown {
  return isFields(schema) && schema['additionalProperties'] === undefined
    ? { ...schema, additionalProperties: true }
    : schema;
}

function isOfType(type: string, value: unknown): boolean {
  switch (type) {
    case 'object':
      return isFields(value);
    case 'array':
      return Array.isArray(value);
    case 'string':
      return typeof value === 'string';
    case 'number':
      return typeof value === 'number';
    case 'integer':
      return typeof value === 'number' && Number.isInteger(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'null':
      return value === null;
    default:
      return true;
  }
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return 'an object';
  if (typeof value !== 'number') return `a ${typeof value}`;
  return Number.isInteger(value) ? 'an integer' : 'a number';
}

function shown(value: unknown): string {
  return shortLine(value === undefined ? 'nothing' : JSON.stringify(value), VALUE_CHARS);
}

function isEqual(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === 'object' && typeof b === 'object' && canonicalJson(a) === canonicalJson(b));
}
